package org.bootgrade.machine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets a debugger talk to the stub that our own client has talked to before. Packets go through
 * unchanged, but for those below; their framing does not: acknowledgments are a matter of each of
 * the two lines, so a debugger begins with them whatever our client agreed on.
 *
 * <ul>
 *   <li>{@code QStartNoAckMode} is answered here, for the debugger's line.
 *   <li>{@code D}, {@code k} and {@code vKill} end the visit and not the machine: another debugger
 *       may come.
 *   <li>After {@code ?}, at which QEMU removes all breakpoints, the one at the reset vector is set
 *       again: a triple fault then stops the machine instead of booting it anew for ever.
 * </ul>
 */
final class DebugRelay {

  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofMillis(5);
  private static final int LONGEST_PACKET = 2 * GdbClient.LONGEST_PACKET;
  private static final int RETRANSMISSIONS = 3;

  /** What the debugger sends. */
  private sealed interface Sent {
    /** A packet's body, each character one byte, escapes as they are. */
    record Packet(String body) implements Sent {}

    /** It wants a running guest to stop. */
    record Break() implements Sent {}

    /** It wants the last packet again. */
    record Again() implements Sent {}

    /** It sends nothing more. */
    record Left() implements Sent {}
  }

  private final GdbClient stub;
  private final InputStream in;
  private final OutputStream out;
  private final BlockingQueue<Sent> sent = new ArrayBlockingQueue<>(64);
  private final Deque<Sent.Packet> early = new ArrayDeque<>();
  private volatile boolean acknowledge = true;
  private byte @Nullable [] last;
  private int repeated;

  /** The packet whose answer has not come yet; null where none is. */
  private @Nullable String open;

  DebugRelay(GdbClient stub, InputStream in, OutputStream out) {
    this.stub = stub;
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /**
   * Passes packets on until the debugger leaves.
   *
   * @throws GdbException when the stub fails; of kind {@code CLOSED} when QEMU has ended
   */
  void run() throws GdbException {
    Thread reader = new Thread(this::read, "debugger-reader");
    reader.setDaemon(true);
    reader.start();
    try {
      while (step()) {
        // Each step waits a little where there is nothing to do.
      }
    } catch (IOException gone) {
      // The debugger's line broke: it has left.
      sent.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reader.interrupt();
      finishOpen();
    }
  }

  /** An answer that is still to come must not be taken for that of our own next question. */
  private void finishOpen() throws GdbException {
    if (open == null || stub.running()) {
      return;
    }
    while (true) {
      String answer =
          stub.nextAnswer(ANSWER)
              .orElseThrow(
                  () ->
                      new GdbException(
                          GdbException.Kind.TIMEOUT, "the gdb stub did not answer in time"));
      if (!GdbClient.isConsole(answer)) {
        return;
      }
    }
  }

  /** Whether to go on. */
  private boolean step() throws GdbException, IOException, InterruptedException {
    String question = open;
    if (question != null) {
      String answer = stub.nextAnswer(GLANCE).orElse(null);
      if (answer != null) {
        answered(question, answer);
        return true;
      }
    } else if (!early.isEmpty()) {
      return packet(early.remove().body());
    }
    Sent next = sent.poll(question == null ? 50 : 0, TimeUnit.MILLISECONDS);
    if (next instanceof Sent.Packet packet) {
      if (question != null) {
        early.add(packet);
        return early.size() <= 64;
      }
      return packet(packet.body());
    }
    if (next instanceof Sent.Break && stub.running()) {
      stub.forwardInterrupt(ANSWER);
    } else if (next instanceof Sent.Again) {
      again();
    } else if (next == null && question == null) {
      stub.nextAnswer(Duration.ZERO); // Tells whether the stub is still there.
    }
    return !(next instanceof Sent.Left);
  }

  private boolean packet(String body) throws GdbException, IOException {
    if (body.equals("QStartNoAckMode")) {
      send("OK");
      return true;
    }
    if (body.startsWith("D") || body.startsWith("vKill")) {
      send("OK");
      return false;
    }
    if (body.equals("k")) {
      return false;
    }
    open = body;
    stub.forward(body, ANSWER);
    return true;
  }

  private void answered(String question, String answer) throws GdbException, IOException {
    if (!GdbClient.isConsole(answer)) {
      open = null;
      if (question.equals("?")) {
        stub.insert(GdbClient.Point.EXECUTE, BootCommand.RESET_VECTOR, 1, ANSWER);
      }
    }
    send(answer);
  }

  /** Frames a packet (GDB manual, "Overview"); the four characters with a meaning are escaped. */
  private void send(String body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream(body.length() + 4);
    int sum = 0;
    for (byte b : body.getBytes(StandardCharsets.ISO_8859_1)) {
      boolean escaped = b == '$' || b == '#' || b == '}' || b == '*';
      for (int c : escaped ? new int[] {'}', b ^ 0x20} : new int[] {b & 0xff}) {
        packet.write(c);
        sum += c;
      }
    }
    byte[] framed =
        "$%s#%02x"
            .formatted(packet.toString(StandardCharsets.ISO_8859_1), sum & 0xff)
            .getBytes(StandardCharsets.ISO_8859_1);
    last = framed;
    repeated = 0;
    write(framed);
  }

  private void again() throws IOException {
    byte[] packet = last;
    if (packet == null || repeated++ >= RETRANSMISSIONS) {
      throw new IOException("the debugger does not take the packet");
    }
    write(packet);
  }

  private void write(byte[] bytes) throws IOException {
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  // ---- the thread that reads

  private void read() {
    try {
      while (true) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        if (next == 3) {
          sent.put(new Sent.Break());
        } else if (next == '-') {
          sent.put(new Sent.Again());
        } else if (next == '$') {
          String body = body();
          if (body == null) {
            if (acknowledge) {
              write(new byte[] {'-'});
            }
            continue;
          }
          if (acknowledge) {
            write(new byte[] {'+'});
          }
          // Before the answer, which the debugger may follow by its next packet at once.
          acknowledge &= !body.equals("QStartNoAckMode");
          sent.put(new Sent.Packet(body));
        }
      }
    } catch (IOException broken) {
      // It has left all the same.
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      sent.put(new Sent.Left());
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** The rest of a packet; null where its checksum is wrong. */
  private @Nullable String body() throws IOException {
    StringBuilder body = new StringBuilder();
    int sum = 0;
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the debugger left within a packet");
      }
      if (next == '#') {
        int high = Character.digit(in.read(), 16);
        int low = Character.digit(in.read(), 16);
        return high >= 0 && low >= 0 && (high << 4 | low) == (sum & 0xff) ? body.toString() : null;
      }
      if (body.length() >= LONGEST_PACKET) {
        throw new IOException("the debugger sends a packet without an end");
      }
      sum += next;
      body.append((char) next);
    }
  }
}
