package org.bootgrade.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Plays the stub's part of a conversation. Each line of a script is one turn: {@code > bytes} is
 * what the client must send next (its acknowledgments left out), {@code < bytes} what the stub
 * sends. At the end of the script it closes the channel, unless the last line is {@code hang}.
 */
final class FakeStub implements AutoCloseable {

  /** How QEMU 7.2 opens a conversation, with a target description of three registers. */
  static final List<String> OPENING =
      List.of(
          "> " + packet("qSupported:xmlRegisters=i386;QStartNoAckMode+"),
          "< +" + packet("PacketSize=1000;qXfer:features:read+;vContSupported+;multiprocess+"),
          "> " + packet("qXfer:features:read:target.xml:0,7f0"),
          "< +"
              + packet(
                  "l<target><reg name=\"rip\" bitsize=\"64\"/><reg name=\"rsp\" bitsize=\"64\"/>"
                      + "<!--reg name=\"no\" bitsize=\"64\"/--><reg name=\"cs\" bitsize=\"32\"/>"
                      + "</target>"));

  private final PipedInputStream toClient = new PipedInputStream(1 << 16);
  private final PipedOutputStream fromClient = new PipedOutputStream();
  private final List<String> surprises = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final StringBuilder acknowledged = new StringBuilder();

  FakeStub(List<String> script) throws IOException {
    PipedOutputStream send = new PipedOutputStream(toClient);
    PipedInputStream receive = new PipedInputStream(fromClient, 1 << 16);
    thread = new Thread(() -> play(script, send, receive), "fake-stub");
    thread.setDaemon(true);
    thread.start();
  }

  /** A stub that opens as QEMU does and then follows the lines. */
  static FakeStub afterOpening(String... lines) throws IOException {
    List<String> script = new ArrayList<>(OPENING);
    script.addAll(List.of(lines));
    return new FakeStub(script);
  }

  static String packet(String data) {
    int sum = 0;
    for (byte b : data.getBytes(StandardCharsets.ISO_8859_1)) {
      sum += b & 0xff;
    }
    return "$%s#%02x".formatted(data, sum & 0xff);
  }

  InputStream in() {
    return toClient;
  }

  OutputStream out() {
    return fromClient;
  }

  /** What the client sent that the script does not have. */
  List<String> surprises() {
    return surprises;
  }

  /** All acknowledgments so far, good and bad. */
  String acknowledged() {
    synchronized (acknowledged) {
      return acknowledged.toString();
    }
  }

  private void play(List<String> script, OutputStream send, InputStream receive) {
    try (send;
        receive) {
      for (String line : script) {
        if (line.equals("hang")) {
          Thread.sleep(60_000);
        }
        String bytes = line.substring(2).replace("\\n", "\n").replace("\\\\", "\\");
        if (line.charAt(0) == '<') {
          send.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
          send.flush();
        } else {
          expect(bytes, receive);
        }
      }
    } catch (IOException e) {
      // The client closed its end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void expect(String bytes, InputStream receive) throws IOException {
    StringBuilder got = new StringBuilder();
    while (got.length() < bytes.length()) {
      int next = receive.read();
      if (next < 0) {
        surprises.add("end of input where " + bytes + " was due");
        throw new IOException("the client is gone");
      }
      if (got.length() == 0 && (next == '+' || next == '-') && bytes.charAt(0) != next) {
        synchronized (acknowledged) {
          acknowledged.append((char) next);
        }
      } else {
        got.append((char) next);
      }
    }
    if (!got.toString().equals(bytes)) {
      surprises.add(got + " where " + bytes + " was due");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
