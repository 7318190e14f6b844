package org.bootgrade.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bootgrade.machine.RegisterLayout.Register;
import org.jspecify.annotations.Nullable;

/**
 * Talks to QEMU's gdb stub over a pair of streams, in gdb's remote serial protocol (GDB manual,
 * appendix "GDB Remote Serial Protocol"; the sections below are its).
 *
 * <p>Every call takes the longest time it may last. A stub that closes the channel, is silent or
 * talks nonsense gives a {@link GdbException}; nothing here waits for ever, and no answer takes
 * more memory than {@link #LONGEST_PACKET} or the length that was asked for. After a failure other
 * than a refusal the client is unusable, because an answer that comes late could be taken for that
 * of the next question.
 *
 * <p>An answer costs a way through the engine and back, and most can only be {@code OK}: what
 * changes something is sent without waiting, and its answer is read with the next question's. A
 * refusal is therefore thrown by the next call that waits for an answer, or by {@link #settle}.
 *
 * <p>Two threads of its own read and write, so that neither a silent stub nor one that does not
 * read can block the caller. They end when the streams do; {@link #close} closes both. A read that
 * is under way in a pipe is not woken by that on every platform: the thread is a daemon and ends
 * with the process at the other end.
 *
 * <p>Not for use by several threads.
 */
final class GdbClient implements AutoCloseable {

  /** The most bytes a packet may have after it is decoded. QEMU's own limit is 4096. */
  static final int LONGEST_PACKET = 64 * 1024;

  /** The most bytes of memory that one call reads or writes. */
  static final int LONGEST_TRANSFER = 16 * 1024 * 1024;

  /** So many packets may be unanswered; the reader's queue has room for more. */
  private static final int MOST_OWED = 64;

  /** The most text that one monitor command may answer. */
  static final int LONGEST_ANSWER = 1024 * 1024;

  /** QEMU refuses to read more than half a packet at once. */
  private static final int READ_CHUNK = 2048;

  /** A write needs room for its address, too. */
  private static final int WRITE_CHUNK = 1024;

  private static final int RETRANSMISSIONS = 3;
  private static final int STRAY_BYTES = 4096;

  /** Signals as gdb numbers them (include/gdb/signals.def). */
  private static final int SIGNAL_INT = 2;

  private static final int SIGNAL_QUIT = 3;
  private static final int SIGNAL_TRAP = 5;
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] ACK = {'+'};
  private static final byte[] NACK = {'-'};
  private static final byte[] BREAK = {3};

  /** What the reader found. */
  private sealed interface Incoming {
    /** A whole packet, decoded; each character is one byte. */
    record Packet(String data) implements Incoming {}

    /** The stub asks for the last packet again. */
    record Again() implements Incoming {}

    /** Nothing more will come. */
    record Ended(GdbException.Kind kind, String why) implements Incoming {}
  }

  /** The kinds of break- and watchpoints (section "Packets", z and Z). */
  enum Point {
    /** An instruction patched into memory. */
    SOFTWARE(0),
    /** An address at which execution stops; memory is not touched. */
    EXECUTE(1),
    /** An address range at which a write stops. */
    WRITE(2),
    /** An address range at which a read stops. */
    READ(3);

    private final int code;

    Point(int code) {
      this.code = code;
    }
  }

  private final InputStream in;
  private final OutputStream out;
  private final BlockingQueue<Incoming> incoming = new ArrayBlockingQueue<>(256);
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(256);
  private final Thread reader;
  private final Thread writer;

  // What the reader has at hand, and no other thread sees: what came, and the packet that it reads.
  private final byte[] chunk = new byte[8192];
  private int taken;
  private int filled;
  private byte[] packet = new byte[1024];
  private int length;

  private volatile boolean acknowledge = true;
  private volatile boolean closed;
  private @Nullable GdbException broken;
  private @Nullable RegisterLayout layout;
  private boolean physical;
  private boolean running;

  /** What the packets were for that are not answered yet. */
  private final Deque<String> owed = new ArrayDeque<>();

  /** Packets whose answers can wait go with the next one whose answer cannot. */
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  private final StringBuilder unexpected = new StringBuilder();
  private @Nullable GdbException refused;
  private byte @Nullable [] lastSent;
  private int retransmissions;

  private GdbClient(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
    this.reader = new Thread(this::readPackets, "gdb-reader");
    this.writer = new Thread(this::writePackets, "gdb-writer");
    reader.setDaemon(true);
    writer.setDaemon(true);
  }

  /**
   * Opens the conversation with a stub whose guest is stopped ({@code -S}): agrees on features,
   * ends with acknowledgments, and reads the target description, without which QEMU ignores writes
   * to registers.
   *
   * @param in what the stub sends
   * @param out what the stub receives
   */
  static GdbClient open(InputStream in, OutputStream out, Duration timeout) throws GdbException {
    return open(in, out, null, timeout);
  }

  /**
   * The same with a stub whose registers are known, because it is another one of the same emulator.
   * That saves most of the description.
   *
   * @param known its registers, or null where they are to be asked for
   */
  static GdbClient open(
      InputStream in, OutputStream out, @Nullable RegisterLayout known, Duration timeout)
      throws GdbException {
    GdbClient client = new GdbClient(in, out);
    client.reader.start();
    client.writer.start();
    try {
      client.handshake(known, deadline(timeout));
      return client;
    } catch (GdbException e) {
      client.close();
      throw e;
    }
  }

  private void handshake(@Nullable RegisterLayout known, long deadline) throws GdbException {
    String features = ask("qSupported:xmlRegisters=i386;QStartNoAckMode+", deadline);
    if (features.contains("QStartNoAckMode+") && ask("QStartNoAckMode", deadline).equals("OK")) {
      acknowledge = false;
    }
    if (!features.contains("qXfer:features:read+")) {
      throw fail(GdbException.Kind.UNSUPPORTED, "the gdb stub has no target description");
    }
    // Its beginning at least has to be read (gdb_has_xml in gdbstub.c).
    String main = feature("target.xml", deadline);
    RegisterLayout found = known == null ? described(main, deadline) : known;
    if (!found.registers().containsKey("rip") || !found.registers().containsKey("rsp")) {
      throw fail(GdbException.Kind.UNSUPPORTED, "the gdb stub's target is not an x86-64");
    }
    layout = found;
    // QEMU takes the next packet for an acknowledgment of the last (gdb_read_byte in gdbstub.c),
    // whether or not it knows the mode without. One that came late would stop a guest that runs.
    acknowledge = false;
  }

  private RegisterLayout described(String main, long deadline) throws GdbException {
    StringBuilder xml = new StringBuilder(main);
    for (String file : RegisterLayout.includes(main)) {
      xml.append(feature(file, deadline));
    }
    return RegisterLayout.parse(xml.toString());
  }

  /** Section "General Query Packets", qXfer. */
  private String feature(String file, long deadline) throws GdbException {
    StringBuilder text = new StringBuilder();
    while (text.length() < LONGEST_ANSWER) {
      String answer =
          ask("qXfer:features:read:%s:%x,%x".formatted(file, text.length(), 0x7f0), deadline);
      if (answer.isEmpty() || (answer.charAt(0) != 'm' && answer.charAt(0) != 'l')) {
        throw fail(GdbException.Kind.PROTOCOL, "no target description " + file);
      }
      text.append(answer, 1, answer.length());
      if (answer.charAt(0) == 'l' || answer.length() == 1) {
        return text.toString();
      }
    }
    throw fail(GdbException.Kind.PROTOCOL, "the target description " + file + " has no end");
  }

  /** Why the guest is stopped (packet {@code ?}). QEMU removes all breakpoints when asked this. */
  Stop whyStopped(Duration timeout) throws GdbException {
    return stop(ask("?", deadline(timeout)));
  }

  /** Reads all registers (packet {@code g}). */
  Registers registers(Duration timeout) throws GdbException {
    return registers(ask("g", deadline(timeout)));
  }

  /**
   * All registers, and what is at a physical address.
   *
   * @param memory the bytes at that address
   */
  record Look(Registers registers, byte[] memory) {}

  /**
   * Reads all registers and physical memory. It takes hardly longer than one of them.
   *
   * @param length in bytes, at most {@value #READ_CHUNK}
   */
  Look look(long address, int length, Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    physical(true, deadline);
    List<String> answers = askAll(List.of("g", readPacket(address, length)), deadline);
    return new Look(registers(answers.get(0)), memory(answers.get(1), address, length));
  }

  private Registers registers(String answer) throws GdbException {
    byte[] data = bytes(answer, "read the registers");
    Map<String, Long> values = new LinkedHashMap<>();
    layout()
        .registers()
        .forEach(
            (name, register) -> {
              int end = register.offset() + register.size();
              if (register.size() <= 8 && end <= data.length) {
                values.put(name, littleEndian(data, register.offset(), register.size()));
              }
            });
    return new Registers(values);
  }

  /**
   * Writes registers (packet {@code P}).
   *
   * @param changes new values by name
   */
  void writeRegisters(Map<String, Long> changes, Duration timeout) throws GdbException {
    for (Map.Entry<String, Long> change : changes.entrySet()) {
      writeRegister(change.getKey(), change.getValue(), timeout);
    }
  }

  /** Reads one register (packet {@code p}). */
  long readRegister(String name, Duration timeout) throws GdbException {
    Register register = register(name);
    byte[] data =
        askHex("p" + Integer.toHexString(register.number()), "read " + name, deadline(timeout));
    return littleEndian(data, 0, Math.min(8, data.length));
  }

  /** Writes one register (packet {@code P}). */
  void writeRegister(String name, long value, Duration timeout) throws GdbException {
    Register register = register(name);
    tell(
        "P%x=%s".formatted(register.number(), HEX.formatHex(littleEndian(value, register.size()))),
        "write " + name,
        deadline(timeout));
  }

  /**
   * Reads memory at a linear address of the guest (packet {@code m}), through its page tables.
   *
   * @param length in bytes, at most {@link #LONGEST_TRANSFER}
   */
  byte[] read(long address, int length, Duration timeout) throws GdbException {
    checkLength(length);
    long deadline = deadline(timeout);
    physical(false, deadline);
    return readMemory(address, length, deadline);
  }

  /**
   * Reads physical memory. QEMU answers for addresses where nothing is, too.
   *
   * @param length in bytes, at most {@link #LONGEST_TRANSFER}
   */
  byte[] readPhysical(long address, int length, Duration timeout) throws GdbException {
    checkLength(length);
    long deadline = deadline(timeout);
    physical(true, deadline);
    return readMemory(address, length, deadline);
  }

  /**
   * Writes memory at a linear address of the guest (packet {@code M}), whatever its page allows.
   */
  void write(long address, byte[] data, Duration timeout) throws GdbException {
    checkLength(data.length);
    long deadline = deadline(timeout);
    physical(false, deadline);
    writeMemory(address, data, deadline);
  }

  /**
   * Writes physical memory, or a register of a device that is mapped there: 4 bytes at a multiple
   * of 4 arrive there as one access.
   */
  void writePhysical(long address, byte[] data, Duration timeout) throws GdbException {
    checkLength(data.length);
    long deadline = deadline(timeout);
    physical(true, deadline);
    writeMemory(address, data, deadline);
  }

  private void writeMemory(long address, byte[] data, long deadline) throws GdbException {
    for (int done = 0; done < data.length; done += WRITE_CHUNK) {
      byte[] part = Arrays.copyOfRange(data, done, Math.min(data.length, done + WRITE_CHUNK));
      String place = Long.toHexString(address + done);
      tell(
          "M%s,%x:%s".formatted(place, part.length, HEX.formatHex(part)),
          "write memory at 0x" + place,
          deadline);
    }
  }

  /**
   * Reads as many bytes at each of several linear addresses. It takes hardly longer than one read.
   *
   * @param length in bytes, at most {@value #READ_CHUNK}
   * @return what is at each address, in their order; nothing where not all of it is mapped
   */
  List<byte[]> readEach(List<Long> addresses, int length, Duration timeout) throws GdbException {
    if (length < 1 || length > READ_CHUNK) {
      throw new IllegalArgumentException("length " + length + " is not within the limit");
    }
    long deadline = deadline(timeout);
    physical(false, deadline);
    List<byte[]> found = new ArrayList<>();
    List<String> answers =
        askAll(addresses.stream().map(a -> readPacket(a, length)).toList(), deadline);
    for (int i = 0; i < answers.size(); i++) {
      String answer = answers.get(i);
      found.add(isError(answer) ? new byte[0] : memory(answer, addresses.get(i), length));
    }
    return found;
  }

  private byte[] readMemory(long address, int length, long deadline) throws GdbException {
    List<String> questions = new ArrayList<>();
    for (int at = 0; at < length; at += READ_CHUNK) {
      questions.add(readPacket(address + at, Math.min(READ_CHUNK, length - at)));
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream(length);
    for (String answer : askAll(questions, deadline)) {
      data.writeBytes(
          memory(answer, address + data.size(), Math.min(READ_CHUNK, length - data.size())));
    }
    return data.toByteArray();
  }

  private static String readPacket(long address, int length) {
    return "m%x,%x".formatted(address, length);
  }

  /** What an answer to a read holds, which has to be all that was asked for. */
  private byte[] memory(String answer, long address, int length) throws GdbException {
    byte[] part = bytes(answer, "read memory at 0x" + Long.toHexString(address));
    if (part.length != length) {
      throw fail(
          GdbException.Kind.PROTOCOL,
          "the gdb stub gave %d bytes for %d".formatted(part.length, length));
    }
    return part;
  }

  /** QEMU's own packet {@code Qqemu.PhyMemMode} (QEMU manual, "GDB usage"). */
  private void physical(boolean on, long deadline) throws GdbException {
    if (physical != on) {
      tell("Qqemu.PhyMemMode:" + (on ? 1 : 0), "switch to physical memory", deadline);
      physical = on;
    }
  }

  private static void checkLength(int length) {
    if (length < 0 || length > LONGEST_TRANSFER) {
      throw new IllegalArgumentException("length " + length + " is not within the limit");
    }
  }

  /**
   * Sets a break- or watchpoint (packet {@code Z}).
   *
   * @param length bytes to watch; for a breakpoint 1
   */
  void insert(Point point, long address, int length, Duration timeout) throws GdbException {
    point('Z', point, address, length, timeout);
  }

  /** Takes a break- or watchpoint away (packet {@code z}). */
  void remove(Point point, long address, int length, Duration timeout) throws GdbException {
    point('z', point, address, length, timeout);
  }

  private void point(char verb, Point point, long address, int length, Duration timeout)
      throws GdbException {
    String place = Long.toHexString(address);
    tell(
        "%c%d,%s,%x".formatted(verb, point.code, place, length),
        "set or remove a breakpoint at 0x" + place,
        deadline(timeout));
  }

  /** Lets the guest run (packet {@code c}). Follow with {@link #await}. */
  void resume(Duration timeout) throws GdbException {
    send("c", deadline(timeout));
    running = true;
  }

  /** Waits for a running guest to stop by itself; empty where it still runs after that time. */
  Optional<Stop> await(Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    while (true) {
      Incoming next = take(deadline);
      if (next == null) {
        return Optional.empty();
      }
      if (next instanceof Incoming.Packet packet) {
        // Text for gdb's console may come while the guest runs.
        if (!wasOwed(packet.data()) && !isConsole(packet.data())) {
          running = false;
          throwRefused();
          return Optional.of(stop(packet.data()));
        }
      } else if (next instanceof Incoming.Ended ended) {
        if (ended.kind() == GdbException.Kind.CLOSED && !closed) {
          fail(ended.kind(), ended.why());
          return Optional.of(new Stop.TargetGone());
        }
        throw fail(ended.kind(), ended.why());
      }
    }
  }

  /**
   * Stops a running guest (section "Interrupts") and says why it stopped, which may be another
   * reason than this.
   *
   * <p>A guest that put the machine to sleep runs no more, but the stub was never told so and does
   * not answer an interrupt. After half of the time this therefore asks for a sign of life, which
   * the stub gives only when nothing runs.
   */
  Stop interrupt(Duration timeout) throws GdbException {
    checkUsable();
    long deadline = deadline(timeout);
    post(BREAK, deadline);
    Optional<Stop> stop = await(timeout.dividedBy(2));
    if (stop.isPresent()) {
      return stop.get();
    }
    running = false;
    send("qAttached", deadline);
    String answer = receive(deadline);
    if (answer.startsWith("T") || answer.startsWith("S")) {
      receive(deadline); // It did stop, only late: the sign of life comes after that.
      return stop(answer);
    }
    return new Stop.Suspended();
  }

  /**
   * Lets the guest run for a time of the wall clock; interrupts it if it still runs then.
   *
   * @param run how long it may run
   * @param grace how long the stub may take to stop it
   */
  Stop runFor(Duration run, Duration grace) throws GdbException {
    resume(grace);
    Optional<Stop> stop = await(run);
    return stop.isPresent() ? stop.get() : interrupt(grace);
  }

  /**
   * Passes on a packet of another debugger as it is. Its answer is the next of {@link #nextAnswer}
   * that is no text for the console.
   */
  void forward(String packet, Duration timeout) throws GdbException {
    settle(timeout);
    send(packet, deadline(timeout));
    running = packet.matches("(?s)[cCsS].*|vCont;.*");
  }

  /** Asks a running guest to stop, without waiting for the answer (section "Interrupts"). */
  void forwardInterrupt(Duration timeout) throws GdbException {
    checkUsable();
    post(BREAK, deadline(timeout));
  }

  /** The next packet of the stub, decoded; empty where none comes in time. */
  Optional<String> nextAnswer(Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    while (true) {
      Incoming next = take(deadline);
      if (next instanceof Incoming.Ended ended) {
        throw fail(ended.kind(), ended.why());
      }
      if (!(next instanceof Incoming.Packet packet)) {
        return Optional.empty();
      }
      if (!wasOwed(packet.data())) {
        throwRefused();
        running &= isConsole(packet.data());
        return Optional.of(packet.data());
      }
    }
  }

  /** Reads linear addresses again, whatever another debugger has switched to. */
  void forgetPhysical(Duration timeout) throws GdbException {
    physical = true;
    physical(false, deadline(timeout));
    settle(timeout);
  }

  /** Whether the guest was resumed and no stop was seen since. */
  boolean running() {
    return running;
  }

  /** An {@code O} packet: hexadecimal text for gdb's console. {@code OK} is an answer. */
  static boolean isConsole(String packet) {
    return packet.startsWith("O") && packet.length() % 2 == 1;
  }

  /** Executes one instruction (packet {@code s}). QEMU holds interrupts back meanwhile. */
  Stop step(Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    send("s", deadline);
    running = true;
    return await(left(deadline))
        .orElseThrow(() -> fail(GdbException.Kind.TIMEOUT, "the guest did not make its step"));
  }

  /**
   * Runs a command of QEMU's monitor (section "General Query Packets", qRcmd) and gives what it
   * printed. An unknown command is not an error to the stub; it prints that.
   */
  String monitor(String command, Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    send("qRcmd," + HEX.formatHex(command.getBytes(StandardCharsets.UTF_8)), deadline);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    while (true) {
      String answer = receive(deadline);
      if (!isConsole(answer)) {
        throwRefused();
        refuseUnlessOk(answer, "run the monitor command " + command);
        return printed.toString(StandardCharsets.UTF_8);
      }
      byte[] part = unhex(answer.substring(1));
      if (printed.size() + part.length > LONGEST_ANSWER) {
        throw fail(GdbException.Kind.PROTOCOL, "the monitor printed too much");
      }
      printed.write(part, 0, part.length);
    }
  }

  /**
   * Runs a command of QEMU's monitor that prints nothing if all is well. Like all changes it is not
   * waited for; what it prints is thrown as a failure later.
   */
  void order(String command, Duration timeout) throws GdbException {
    tell(
        "qRcmd," + HEX.formatHex(command.getBytes(StandardCharsets.UTF_8)),
        "run the monitor command " + command,
        deadline(timeout));
  }

  /** Ends QEMU (packet {@code k}); the channel is closed afterwards. */
  void kill(Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    send("k", deadline);
    running = true;
    while (true) {
      Optional<Stop> stop = await(left(deadline));
      if (stop.isEmpty()) {
        throw fail(GdbException.Kind.TIMEOUT, "QEMU did not end when it was asked to");
      }
      if (!stop.get().alive()) {
        return;
      }
    }
  }

  /** Closes both streams. Nothing that the stub's process does can make it wait. */
  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    reader.interrupt();
    // A stream's close may wait for a write that is under way, so it is left to a thread.
    Thread closer =
        new Thread(
            () -> {
              closeQuietly(out);
              closeQuietly(in);
            },
            "gdb-closer");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether both threads have ended, or do within the time. */
  boolean threadsEnded(Duration timeout) throws InterruptedException {
    long deadline = deadline(timeout);
    for (Thread thread : new Thread[] {reader, writer}) {
      thread.join(Math.max(1, left(deadline).toMillis()));
    }
    return !reader.isAlive() && !writer.isAlive();
  }

  private static void closeQuietly(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      // The process at the other end is gone: there is nothing left to close.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---- questions and answers

  /** The registers that the stub has. */
  RegisterLayout layout() {
    RegisterLayout known = layout;
    if (known == null) {
      throw new IllegalStateException("the target description is read when the client is opened");
    }
    return known;
  }

  private Register register(String name) throws GdbException {
    Register register = layout().registers().get(name);
    if (register == null || register.size() > 8) {
      throw new GdbException(GdbException.Kind.UNSUPPORTED, "the gdb stub has no register " + name);
    }
    return register;
  }

  private String ask(String question, long deadline) throws GdbException {
    send(question, deadline);
    String answer = answer(deadline);
    throwRefused();
    return answer;
  }

  /** Sends what can only be answered by OK, and leaves the answer for later. */
  private void tell(String packet, String what, long deadline) throws GdbException {
    if (owed.size() >= MOST_OWED) {
      settle(left(deadline));
    }
    byte[] framed = framed(packet);
    if (acknowledge) {
      post(framed, deadline);
    } else {
      held.writeBytes(framed);
    }
    owed.add(what);
  }

  /** Reads the answers that were left for later; throws the first refusal among them. */
  void settle(Duration timeout) throws GdbException {
    long deadline = deadline(timeout);
    if (held.size() > 0) {
      post(new byte[0], deadline);
    }
    while (!owed.isEmpty()) {
      Incoming next = take(deadline);
      if (next == null) {
        throw fail(GdbException.Kind.TIMEOUT, "the gdb stub did not answer in time");
      }
      if (next instanceof Incoming.Ended ended) {
        throw fail(ended.kind(), ended.why());
      }
      if (next instanceof Incoming.Packet packet) {
        wasOwed(packet.data());
      }
    }
    throwRefused();
  }

  /** Whether a packet answers one of those that were not waited for. */
  private boolean wasOwed(String answer) {
    String what = owed.peek();
    if (what == null) {
      return false;
    }
    if (isConsole(answer)) {
      if (unexpected.length() < LONGEST_PACKET) {
        unexpected.append(answer, 1, answer.length());
      }
      return true;
    }
    owed.remove();
    try {
      refuseUnlessOk(answer, what);
      if (!unexpected.isEmpty()) {
        String said = new String(unhex(unexpected.toString()), StandardCharsets.UTF_8).strip();
        throw new GdbException(
            GdbException.Kind.PROTOCOL, "when asked to %s QEMU said: %s".formatted(what, said));
      }
    } catch (GdbException e) {
      if (refused == null) {
        refused = e;
      }
    }
    unexpected.setLength(0);
    return true;
  }

  private void throwRefused() throws GdbException {
    GdbException e = refused;
    if (e != null) {
      refused = null;
      throw e;
    }
  }

  /**
   * Asks several questions, and waits only then: a way to the stub and back takes longer than its
   * answer. Its answers come in the order of the questions.
   */
  private List<String> askAll(List<String> questions, long deadline) throws GdbException {
    List<String> answers = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += MOST_OWED) {
      List<String> some = questions.subList(from, Math.min(questions.size(), from + MOST_OWED));
      if (acknowledge) {
        for (String question : some) {
          answers.add(ask(question, deadline));
        }
        continue;
      }
      for (String question : some) {
        held.writeBytes(framed(question));
      }
      post(new byte[0], deadline);
      for (int i = 0; i < some.size(); i++) {
        answers.add(answer(deadline));
      }
      throwRefused();
    }
    return answers;
  }

  /** The next answer that is not owed. */
  private String answer(long deadline) throws GdbException {
    String answer = receive(deadline);
    while (isConsole(answer)) {
      answer = receive(deadline);
    }
    return answer;
  }

  private byte[] askHex(String question, String what, long deadline) throws GdbException {
    return bytes(ask(question, deadline), what);
  }

  private byte[] bytes(String answer, String what) throws GdbException {
    if (isError(answer) || answer.isEmpty()) {
      refuseUnlessOk(answer, what);
    }
    return unhex(answer);
  }

  private static boolean isError(String answer) {
    return answer.matches("E[0-9a-fA-F]{2}");
  }

  private void refuseUnlessOk(String answer, String what) throws GdbException {
    if (answer.equals("OK")) {
      return;
    }
    if (answer.isEmpty()) {
      throw new GdbException(
          GdbException.Kind.UNSUPPORTED, "the gdb stub does not know how to " + what);
    }
    if (answer.startsWith("E")) {
      throw new GdbException(
          GdbException.Kind.REFUSED, "the gdb stub refused to %s: %s".formatted(what, answer));
    }
    throw fail(GdbException.Kind.PROTOCOL, "unexpected answer when asked to " + what);
  }

  /** Section "Stop Reply Packets". */
  private Stop stop(String reply) throws GdbException {
    if (reply.length() >= 3) {
      int number = hexByte(reply.charAt(1), reply.charAt(2));
      if (number >= 0) {
        switch (reply.charAt(0)) {
          case 'S', 'T' -> {
            return signal(number, reply.substring(3));
          }
          case 'W', 'X' -> {
            return new Stop.Exited(number);
          }
          default -> {
            // falls to the error below
          }
        }
      }
    }
    throw fail(GdbException.Kind.PROTOCOL, "not a stop reply");
  }

  private static Stop signal(int number, String details) {
    return switch (number) {
      case SIGNAL_INT -> new Stop.Interrupted();
      case SIGNAL_QUIT -> new Stop.ShutDown();
      case SIGNAL_TRAP -> new Stop.Trapped(watchpoint(details));
      default -> new Stop.Signalled(number);
    };
  }

  private static Stop.@Nullable Watchpoint watchpoint(String details) {
    for (String pair : details.split(";", 16)) {
      int colon = pair.indexOf(':');
      String key = colon < 0 ? "" : pair.substring(0, colon);
      String value = pair.substring(colon + 1);
      if (key.matches("[ra]?watch") && value.matches("[0-9a-fA-F]{1,16}")) {
        return new Stop.Watchpoint(key, Long.parseUnsignedLong(value, 16));
      }
    }
    return null;
  }

  private byte[] unhex(String text) throws GdbException {
    try {
      // The stub writes xx for a byte that it cannot give.
      return HEX.parseHex(text.replace('x', '0'));
    } catch (IllegalArgumentException e) {
      throw fail(GdbException.Kind.PROTOCOL, "the gdb stub's answer is not hexadecimal");
    }
  }

  private static long littleEndian(byte[] data, int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (data[offset + i] & 0xff);
    }
    return value;
  }

  private static byte[] littleEndian(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size && i < 8; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private static int hexByte(int high, int low) {
    int h = Character.digit(high, 16);
    int l = Character.digit(low, 16);
    return h < 0 || l < 0 ? -1 : h << 4 | l;
  }

  // ---- packets

  private void send(String data, long deadline) throws GdbException {
    post(framed(data), deadline);
  }

  /** A packet (section "Overview"): {@code $data#checksum}. */
  private byte[] framed(String data) throws GdbException {
    checkUsable();
    if (running) {
      // QEMU would take the first byte as a request to stop and drop the rest.
      throw new IllegalStateException("the guest is running: wait for it or interrupt it first");
    }
    byte[] body = data.getBytes(StandardCharsets.ISO_8859_1);
    int sum = 0;
    for (byte b : body) {
      sum += b & 0xff;
    }
    byte[] packet = "$%s#%02x".formatted(data, sum & 0xff).getBytes(StandardCharsets.ISO_8859_1);
    lastSent = packet;
    retransmissions = 0;
    return packet;
  }

  /** Sends bytes after those that were held. */
  private void post(byte[] bytes, long deadline) throws GdbException {
    held.writeBytes(bytes);
    byte[] all = held.toByteArray();
    held.reset();
    try {
      if (!outgoing.offer(all, remaining(deadline), TimeUnit.NANOSECONDS)) {
        throw fail(GdbException.Kind.TIMEOUT, "the gdb stub does not read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(GdbException.Kind.CLOSED, "interrupted");
    }
  }

  private String receive(long deadline) throws GdbException {
    while (true) {
      Incoming next = take(deadline);
      if (next == null) {
        throw fail(GdbException.Kind.TIMEOUT, "the gdb stub did not answer in time");
      }
      if (next instanceof Incoming.Packet packet) {
        if (!wasOwed(packet.data())) {
          return packet.data();
        }
      } else if (next instanceof Incoming.Ended ended) {
        throw fail(ended.kind(), ended.why());
      }
    }
  }

  /** The next thing the reader found, null at the deadline. */
  private @Nullable Incoming take(long deadline) throws GdbException {
    checkUsable();
    while (true) {
      Incoming next;
      try {
        next = incoming.poll(remaining(deadline), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw fail(GdbException.Kind.CLOSED, "interrupted");
      }
      if (!(next instanceof Incoming.Again)) {
        return next;
      }
      byte[] packet = lastSent;
      if (!acknowledge || packet == null || retransmissions++ >= RETRANSMISSIONS) {
        throw fail(GdbException.Kind.PROTOCOL, "the gdb stub does not take the packet");
      }
      post(packet, deadline);
    }
  }

  private void checkUsable() throws GdbException {
    GdbException why = broken;
    if (why != null) {
      throw new GdbException(why.kind(), why.getMessage());
    }
    if (closed) {
      throw new GdbException(GdbException.Kind.CLOSED, "the client was closed");
    }
  }

  /** Remembers that nothing more can be asked. */
  private GdbException fail(GdbException.Kind kind, String message) {
    GdbException failure = new GdbException(kind, message);
    if (broken == null) {
      broken = failure;
    }
    return failure;
  }

  private static long deadline(Duration timeout) {
    return System.nanoTime() + timeout.toNanos();
  }

  private static long remaining(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(remaining(deadline));
  }

  // ---- the two threads

  private void writePackets() {
    try {
      while (!closed) {
        byte[] bytes = outgoing.take();
        out.write(bytes);
        out.flush();
      }
    } catch (IOException e) {
      // The reader meets the end of the other direction and reports it, after what still came in.
      outgoing.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readPackets() {
    Incoming.Ended end;
    try {
      end = readUntilEnd();
    } catch (IOException e) {
      end = new Incoming.Ended(GdbException.Kind.CLOSED, "the gdb stub's channel is closed");
    }
    // The last word must arrive: nobody may wait for more. Older packets give way to it.
    while (!incoming.offer(end)) {
      incoming.poll();
    }
  }

  private Incoming.Ended readUntilEnd() throws IOException {
    int stray = 0;
    int damaged = 0;
    while (true) {
      int next = read();
      if (next < 0) {
        return new Incoming.Ended(
            GdbException.Kind.CLOSED, "the gdb stub closed the channel: its process ended");
      }
      Incoming found;
      switch (next) {
        case '$' -> {
          Framing framing = readPacket();
          switch (framing) {
            case END -> {
              return new Incoming.Ended(
                  GdbException.Kind.CLOSED, "the gdb stub closed the channel within a packet");
            }
            case WRONG -> {
              damaged++;
              if (damaged > RETRANSMISSIONS || !acknowledge) {
                return new Incoming.Ended(
                    GdbException.Kind.PROTOCOL, "the gdb stub sends damaged packets");
              }
              outgoing.offer(NACK);
              continue;
            }
            case WHOLE -> {
              if (acknowledge) {
                outgoing.offer(ACK);
              }
              damaged = 0;
              stray = 0;
              found =
                  new Incoming.Packet(new String(packet, 0, length, StandardCharsets.ISO_8859_1));
            }
            default -> throw new AssertionError(framing);
          }
        }
        case '-' -> found = new Incoming.Again();
        case '+' -> {
          continue;
        }
        default -> {
          if (++stray > STRAY_BYTES) {
            return new Incoming.Ended(GdbException.Kind.PROTOCOL, "what answers is not a gdb stub");
          }
          continue;
        }
      }
      if (!incoming.offer(found)) {
        return new Incoming.Ended(
            GdbException.Kind.PROTOCOL, "the gdb stub sends more than was asked for");
      }
    }
  }

  private enum Framing {
    WHOLE,
    WRONG,
    END
  }

  /**
   * Reads what follows a {@code $}: escapes ({@code }} and the byte xor 0x20) and run lengths
   * ({@code x*n}: n - 29 more of x) are undone; the checksum is over the bytes as sent (section
   * "Overview").
   */
  private Framing readPacket() throws IOException {
    length = 0;
    int sum = 0;
    int last = -1;
    boolean wrong = false;
    while (true) {
      int next = read();
      if (next < 0) {
        return Framing.END;
      }
      if (next == '#') {
        int high = read();
        int low = read();
        if (high < 0 || low < 0) {
          return Framing.END;
        }
        return !wrong && hexByte(high, low) == (sum & 0xff) ? Framing.WHOLE : Framing.WRONG;
      }
      sum += next;
      int repeat = 1;
      if (next == '}') {
        int escaped = read();
        if (escaped < 0) {
          return Framing.END;
        }
        sum += escaped;
        last = escaped ^ 0x20;
      } else if (next == '*') {
        int count = read();
        if (count < 0) {
          return Framing.END;
        }
        sum += count;
        repeat = count - 29;
        wrong |= last < 0 || repeat < 3;
      } else {
        last = next;
      }
      if (length + Math.max(0, repeat) > LONGEST_PACKET) {
        // Read on to the packet's end, but keep nothing of it.
        wrong = true;
      }
      if (!wrong) {
        if (length + repeat > packet.length) {
          packet = Arrays.copyOf(packet, Math.max(2 * packet.length, length + repeat));
        }
        Arrays.fill(packet, length, length + repeat, (byte) last);
        length += repeat;
      }
    }
  }

  private int read() throws IOException {
    if (taken == filled) {
      taken = 0;
      filled = Math.max(0, in.read(chunk));
      if (filled == 0) {
        return -1;
      }
    }
    return chunk[taken++] & 0xff;
  }
}
