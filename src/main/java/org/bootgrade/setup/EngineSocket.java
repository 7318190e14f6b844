package org.bootgrade.setup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Small questions to an engine on a Unix socket. The client library takes a second to load, which
 * is a second of every command on a machine that has been ready for weeks; these take milliseconds.
 */
final class EngineSocket {
  private static final int LONGEST_ANSWER = 1 << 20;

  private final Path socket;
  private final Duration limit;

  EngineSocket(Path socket, Duration limit) {
    this.socket = socket;
    this.limit = limit;
  }

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param fields the text fields of the object that came, without what is nested
   */
  record Answer(int status, Map<String, String> fields) {}

  /** Asks for a path. */
  Answer get(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
    String answer = exchange(request.getBytes(StandardCharsets.US_ASCII));
    int body = answer.indexOf("\r\n\r\n");
    String[] status = answer.lines().findFirst().orElse("").split(" ", 3);
    if (body < 0 || status.length < 2 || !status[1].matches("\\d{3}")) {
      throw new IOException("what listens at " + socket + " does not speak HTTP");
    }
    return new Answer(Integer.parseInt(status[1]), fields(answer.substring(body + 4)));
  }

  private String exchange(byte[] request) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer out = ByteBuffer.wrap(request);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteBuffer in = ByteBuffer.allocate(16_384);
      while (answer.size() < LONGEST_ANSWER) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IOException("no answer from " + socket + " in " + limit.toSeconds() + " s");
        }
        selector.select(left);
        selector.selectedKeys().clear();
        int count = channel.read(in);
        if (count < 0) {
          return answer.toString(StandardCharsets.UTF_8);
        }
        answer.write(in.array(), 0, count);
        in.clear();
      }
      throw new IOException("the answer from " + socket + " does not end");
    }
  }

  private static Map<String, String> fields(String json) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (parser.nextToken() == JsonToken.VALUE_STRING) {
            fields.put(name, parser.getText());
          } else {
            parser.skipChildren();
          }
        }
      }
    }
    return fields;
  }
}
