package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A debugger attaches to a machine in a real container. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DebugIT {

  private static final Path SAMPLES = Terminal.HOME.resolve("src/samples/double-faults");
  private static final Pattern RIP =
      Pattern.compile("rip\\s+(0x[0-9a-f]+)\\s+rsp\\s+(0x[0-9a-f]+)");

  /** Where RIP and RSP are in the answer to g (gdb's org.gnu.gdb.i386.core for amd64). */
  private static final int RIP_OFFSET = 16 * 8;

  private static final int RSP_OFFSET = 7 * 8;

  @ParameterizedTest
  @CsvSource({
    "modern-blog-os, before the handler's first instruction",
    "no-stack-index, before the faulting instruction"
  })
  void everyDebuggerFindsTheMachineAtTheDoubleFault(String sample, String where) throws Exception {
    int port = freePort();
    Terminal terminal = new Terminal();
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () ->
                terminal.run(
                    "debug",
                    SAMPLES.resolve(sample).toString(),
                    "--listen-only",
                    "--port",
                    Integer.toString(port),
                    Terminal.install()));
    while (!terminal.out().contains("Waiting") && !code.isDone()) {
      Thread.sleep(200);
    }
    assertThat(terminal.out()).as(terminal.err()).contains(where, "127.0.0.1:" + port);
    Matcher told = RIP.matcher(terminal.out());
    assertThat(told.find()).isTrue();
    long rip = Long.decode(told.group(1));
    long rsp = Long.decode(told.group(2));
    if (sample.equals("modern-blog-os")) {
      assertThat(terminal.out()).contains("test_double_fault_handler (0x" + Long.toHexString(rip));
    }
    for (int visit = 0; visit < 2; visit++) {
      try (Visitor visitor = new Visitor(port)) {
        assertThat(visitor.ask("?")).startsWith("T05");
        assertThat(visitor.register(RIP_OFFSET)).isEqualTo(rip);
        assertThat(visitor.register(RSP_OFFSET)).isEqualTo(rsp);
        // What one debugger does must not be there for the next.
        assertThat(visitor.ask("s")).startsWith("T05");
        assertThat(visitor.register(RIP_OFFSET)).isNotEqualTo(rip);
        assertThat(visitor.ask("D;1")).isEqualTo("OK");
      }
    }
    try (Visitor last = new Visitor(port)) {
      last.send("qRcmd," + HexFormat.of().formatHex("quit".getBytes(StandardCharsets.US_ASCII)));
      assertThat(code.get(2, TimeUnit.MINUTES)).as(terminal.err()).isZero();
    }
    assertThat(terminal.err()).contains("The debugger ended the machine.");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** As much of a debugger as it takes. */
  private static final class Visitor implements AutoCloseable {
    private final Socket socket;

    Visitor(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(60_000);
    }

    void send(String body) throws IOException {
      int sum = body.chars().sum() & 0xff;
      socket
          .getOutputStream()
          .write("$%s#%02x".formatted(body, sum).getBytes(StandardCharsets.US_ASCII));
    }

    String ask(String body) throws IOException {
      send(body);
      InputStream in = socket.getInputStream();
      int next = in.read();
      while (next != '$' && next >= 0) {
        next = in.read();
      }
      StringBuilder answer = new StringBuilder();
      for (next = in.read(); next != '#' && next >= 0; next = in.read()) {
        answer.append((char) next);
      }
      in.readNBytes(2);
      socket.getOutputStream().write('+');
      return answer.toString();
    }

    long register(int offset) throws IOException {
      byte[] all = HexFormat.of().parseHex(ask("g").replace('x', '0'));
      return ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
