package org.bootgrade.machine;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * A booted machine that can be stopped, looked at, changed, and taken back to where it was. Time
 * here is the guest's own, so every stop is at the same instruction in every run. Not for use by
 * several threads.
 */
final class LiveMachine implements AutoCloseable {

  /** Why a machine stopped. */
  enum Reason {
    /** At one of the points. */
    POINT,
    /** Bytes that are watched were written to; the instruction after that is next. */
    WRITTEN,
    /** Bytes that are watched were read; the instruction after that is next. */
    READ,
    /** The time was over. */
    TIME,
    /** It began anew: a triple fault, or the guest asked for it. */
    RESET,
    /** Switched off or sent to sleep. */
    OFF,
    /** QEMU ended. */
    GONE,
    /** The guest kept the alarm from ringing, or went on for ever without using up its time. */
    DEAF
  }

  /**
   * A stop.
   *
   * @param reason why
   * @param registers of the guest; empty where QEMU is gone
   * @param watched of bytes that were written, the first of those that are watched; else 0
   */
  record Pause(Reason reason, Registers registers, long watched) {

    Pause(Reason reason, Registers registers) {
      this(reason, registers, 0);
    }

    boolean usable() {
      return reason == Reason.POINT || reason == Reason.TIME;
    }

    /**
     * Whether the guest has done nothing of note since another stop: a loop of some instructions
     * leaves all registers as they are, but for the place in the loop.
     */
    boolean atRest(Pause since) {
      Map<String, Long> now = new TreeMap<>(registers.values());
      Map<String, Long> then = new TreeMap<>(since.registers.values());
      for (String moving : List.of("rip", "eflags")) {
        now.remove(moving);
        then.remove(moving);
      }
      return reason == Reason.TIME
          && since.reason == Reason.TIME
          && now.equals(then)
          && Math.abs(registers.rip() - since.registers.rip()) <= LONGEST_LOOP;
    }
  }

  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** How long firmware and bootloader may take of the guest's time. */
  private static final Duration FIRMWARE = Duration.ofSeconds(1);

  /** How long a guest may run by the host's clock before its own is looked at. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The same for the first looks, which find out whether it spins, and how many they are. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final int SOON_LOOKS = 4;

  /** How long a guest runs by its own time before the host's is counted anew. */
  private static final Duration LONGEST_RUN = Duration.ofSeconds(1);

  /** More than any run takes of the guest's time, and than the resolution of its clock. */
  private static final Duration DEAF = Duration.ofSeconds(2);

  private static final Registers NONE = new Registers(Map.of());
  private static final int HLT = 0xf4;

  /** In bytes of code. */
  private static final int LONGEST_LOOP = 32;

  /**
   * In the guest's time; a lock that is waited for takes some 60 instructions, functions included.
   */
  private static final Duration LONGEST_ROUND = Duration.ofNanos(2_000);

  /**
   * How often an instruction may be met in one round of a loop, in functions that it calls twice.
   */
  private static final int VISITS = 8;

  private final Conversation conversation;
  private final GdbClient gdb;
  private final Duration hostTime;
  private final long memoryBytes;
  private final Set<Long> points = new TreeSet<>();
  private SpinHints spinHints = new SpinHints();
  private boolean alarmSet;
  private boolean off;
  private boolean reset;

  /** The registers of a stopped guest, where they were read and nothing has changed since. */
  private @Nullable Registers current;

  /** Where a stopped guest stands, where that is known. */
  private @Nullable Place place;

  /** Where it stood when its states were kept. */
  private final Map<String, Place> places = new HashMap<>();

  /**
   * Where a guest stands in its code and in its time.
   *
   * @param rip its next instruction
   * @param counter what {@link GuestAlarm#COUNTER} says
   */
  private record Place(long rip, byte[] counter) {}

  private LiveMachine(
      Conversation conversation, GdbClient gdb, Duration hostTime, long memoryBytes) {
    this.conversation = conversation;
    this.hostTime = hostTime;
    this.memoryBytes = memoryBytes;
    this.gdb = gdb;
  }

  /**
   * Starts QEMU; the guest waits before its first instruction.
   *
   * @throws InfrastructureFailure when it does not start
   */
  static LiveMachine start(
      Workspace workspace, MachineSettings settings, BootCommand.Options options)
      throws InfrastructureFailure {
    return start(workspace, settings, options, null);
  }

  /**
   * The same where a machine of this emulator was started before.
   *
   * @param known its registers; null where none was
   */
  static LiveMachine start(
      Workspace workspace,
      MachineSettings settings,
      BootCommand.Options options,
      @Nullable RegisterLayout known)
      throws InfrastructureFailure {
    Conversation conversation =
        workspace.converse(QemuProcess.command(workspace, settings, options));
    try {
      GdbClient gdb = GdbClient.open(conversation.output(), conversation.input(), known, ANSWER);
      return new LiveMachine(
          conversation, gdb, settings.hostTime(), (long) settings.memoryMib() << 20);
    } catch (GdbException e) {
      String errors = conversation.errors().strip();
      conversation.close();
      throw new InfrastructureFailure(
          "the emulator does not talk to us (%s; %s)".formatted(e.getMessage(), errors),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.",
          e);
    }
  }

  /** Takes what is known of a program's loops, and adds to it. */
  void share(SpinHints programs) {
    spinHints = programs;
  }

  /** Runs from the reset to where firmware hands over to the boot sector. */
  Pause throughFirmware() throws GdbException {
    // The very first instruction is at the reset vector, where a breakpoint means another reset.
    gdb.step(ANSWER);
    return runTo(Firmware.BOOT_SECTOR);
  }

  /**
   * Boots a program on a machine whose firmware is done.
   *
   * @param bootSector what firmware would have loaded
   * @param entry the program's first instruction
   */
  Pause boot(byte[] bootSector, long entry) throws GdbException {
    gdb.write(Firmware.BOOT_SECTOR, bootSector, ANSWER);
    Pause pause = runTo(entry);
    if (pause.reason() != Reason.GONE) {
      place = null;
      GuestAlarm.install(gdb, ANSWER);
    }
    return pause;
  }

  /** A machine that began with a state in which {@link #boot} had been done. */
  Pause resumed() throws GdbException {
    watchResets();
    spinHints.replace(gdb, ANSWER);
    return new Pause(Reason.POINT, registers());
  }

  private void watchResets() throws GdbException {
    gdb.insert(GdbClient.Point.EXECUTE, BootCommand.RESET_VECTOR, 1, ANSWER);
  }

  private Pause runTo(long address) throws GdbException {
    watchResets();
    gdb.insert(GdbClient.Point.EXECUTE, address, 1, ANSWER);
    Pause pause = early();
    if (pause.reason() != Reason.GONE) {
      gdb.remove(GdbClient.Point.EXECUTE, address, 1, ANSWER);
    }
    return pause.usable() && pause.registers().rip() != address
        ? new Pause(Reason.DEAF, pause.registers())
        : pause;
  }

  /**
   * Runs for a time of the guest's, or to the next point, or until watched bytes are written to. At
   * a stop other than by time the guest's clock leaps to its next timer, so who goes on after one
   * gives a time anew.
   */
  Pause run(Duration time) throws GdbException {
    Duration left = time;
    while (left.compareTo(LONGEST_RUN) > 0) {
      Pause pause = runOnce(LONGEST_RUN);
      if (pause.reason() != Reason.TIME) {
        return pause;
      }
      left = left.minus(LONGEST_RUN);
    }
    return runOnce(left);
  }

  private Pause runOnce(Duration time) throws GdbException {
    if (!alarmSet) {
      gdb.insert(GdbClient.Point.EXECUTE, GuestAlarm.ENTRY, 1, ANSWER);
      alarmSet = true;
    }
    long rip = points.isEmpty() ? 0 : place().rip();
    current = null;
    if (points.contains(rip)) {
      // QEMU stops again at once at a breakpoint that the guest already stands on.
      if (readByte(rip) == HLT) {
        removePoint(rip); // A step of hlt would never end.
      } else {
        gdb.remove(GdbClient.Point.EXECUTE, rip, 1, ANSWER);
        place = null;
        Stop stop = gdb.step(ANSWER);
        if (!stop.alive()) {
          return new Pause(Reason.GONE, NONE);
        }
        gdb.insert(GdbClient.Point.EXECUTE, rip, 1, ANSWER);
        Pause after = judge(stop);
        if (after.reason() != Reason.TIME) {
          return after;
        }
      }
    }
    GuestAlarm.arm(gdb, place().counter(), time, ANSWER);
    Pause pause = resume();
    if (pause.reason() == Reason.TIME) {
      pause = leaveManagementMode();
    }
    current = pause.reason() == Reason.GONE ? null : pause.registers();
    return pause;
  }

  /**
   * Firmware and boot loader have no alarm yet; the clock they are judged by has steps of a second.
   */
  private Pause early() throws GdbException {
    long begin = System.nanoTime();
    place = null;
    while (true) {
      Stop stop = gdb.runFor(PATIENCE, ANSWER);
      if (!(stop instanceof Stop.Interrupted)) {
        return judge(stop);
      }
      if (GuestClock.read(gdb, ANSWER).compareTo(FIRMWARE) > 0) {
        return new Pause(Reason.DEAF, gdb.registers(ANSWER));
      }
      checkHostTime(begin);
    }
  }

  /**
   * Runs to the next stop. A guest without a stop is deaf to the alarm if its own clock has gone
   * on, and otherwise the host is busy.
   */
  private Pause resume() throws GdbException {
    long begin = System.nanoTime();
    place = null;
    Duration clock = null;
    for (int looks = 1; true; looks++) {
      gdb.resume(ANSWER);
      Optional<Stop> stop = gdb.await(looks <= SOON_LOOKS ? SOON : PATIENCE);
      if (stop.isPresent()) {
        return judge(stop.get());
      }
      Stop late = spinHints.relieve(gdb, gdb.interrupt(ANSWER), ANSWER);
      if (!(late instanceof Stop.Interrupted)) {
        return judge(late);
      }
      Duration now = GuestClock.read(gdb, ANSWER);
      if (clock == null) {
        clock = now;
      } else if (now.minus(clock).compareTo(DEAF) >= 0) {
        return new Pause(Reason.DEAF, gdb.registers(ANSWER));
      }
      checkHostTime(begin);
    }
  }

  private void checkHostTime(long begin) throws GdbException {
    if (System.nanoTime() - begin > hostTime.toNanos()) {
      throw new GdbException(
          GdbException.Kind.TIMEOUT,
          "the guest was given %d s and came nowhere; this machine is too busy"
              .formatted(hostTime.toSeconds()));
    }
  }

  private Pause judge(Stop stop) throws GdbException {
    if (!stop.alive()) {
      return new Pause(Reason.GONE, NONE);
    }
    Registers registers = look();
    if (!(stop instanceof Stop.Trapped trapped)) {
      off = true;
      return new Pause(Reason.OFF, registers);
    }
    Stop.Watchpoint written = trapped.watchpoint();
    if (written != null) {
      Reason reason = written.access().equals("rwatch") ? Reason.READ : Reason.WRITTEN;
      return new Pause(reason, registers, written.address());
    }
    if (registers.get("efer") == 0 && registers.rip() == (BootCommand.RESET_VECTOR & 0xffff)) {
      reset = true;
      return new Pause(Reason.RESET, registers);
    }
    if (GuestAlarm.rings(registers)) {
      return new Pause(Reason.TIME, registers);
    }
    return new Pause(points.contains(registers.rip()) ? Reason.POINT : Reason.TIME, registers);
  }

  /** Looks where a stopped guest stands. */
  private Registers look() throws GdbException {
    GdbClient.Look seen = gdb.look(GuestAlarm.COUNTER, GuestAlarm.COUNTER_BYTES, ANSWER);
    place = new Place(seen.registers().rip(), seen.memory());
    return seen.registers();
  }

  private Place place() throws GdbException {
    Place known = place;
    if (known == null) {
      current = look();
      known = Objects.requireNonNull(place);
    }
    return known;
  }

  private Pause leaveManagementMode() throws GdbException {
    long rip = GuestAlarm.interrupted(gdb, ANSWER);
    gdb.remove(GdbClient.Point.EXECUTE, GuestAlarm.ENTRY, 1, ANSWER);
    boolean known = points.contains(rip);
    if (!known) {
      gdb.insert(GdbClient.Point.EXECUTE, rip, 1, ANSWER);
    }
    Pause pause = resume();
    if (pause.reason() == Reason.GONE) {
      return pause;
    }
    if (!known) {
      gdb.remove(GdbClient.Point.EXECUTE, rip, 1, ANSWER);
    }
    gdb.insert(GdbClient.Point.EXECUTE, GuestAlarm.ENTRY, 1, ANSWER);
    return pause;
  }

  /**
   * Keeps devices from interrupting the guest, for good: both interrupt controllers of a PC are
   * masked (8259A data sheet, OCW1), and the task priority holds back all that the local APIC
   * delivers (Intel SDM vol. 3A, 10.8.3.1).
   */
  void silenceDevices() throws GdbException {
    order("o /b 0x21 0xff");
    order("o /b 0xa1 0xff");
    setRegisters(Map.of("cr8", 0xfL));
  }

  /** Lets the guest use the text screen without a price; what it shows stays. */
  void screenAsMemory() throws GdbException {
    TextScreen.asMemory(gdb, ANSWER);
  }

  /** Executes one instruction. */
  void step() throws GdbException {
    current = null;
    place = null;
    gdb.step(ANSWER);
  }

  /**
   * What became of a guest that was let go on to find out whether it loops.
   *
   * @param loops whether it goes round and round without a change in any register, as one does that
   *     waits for a lock for ever
   * @param pause where it is now
   */
  record Round(boolean loops, Pause pause) {}

  /** Lets a guest that was stopped by time go on until it is at the same instruction again. */
  Round round(Pause stopped) throws GdbException {
    Registers then = stopped.registers();
    // A step of hlt would never end.
    if (points.contains(then.rip()) || readByte(then.rip()) == HLT) {
      return new Round(false, stopped);
    }
    addPoint(then.rip());
    Pause now = stopped;
    boolean same = false;
    for (int visits = 0; visits < VISITS && !same; visits++) {
      now = run(LONGEST_ROUND);
      if (now.reason() != Reason.POINT || now.registers().rip() != then.rip()) {
        break;
      }
      same = now.registers().values().equals(then.values());
      now = new Pause(Reason.TIME, now.registers());
    }
    if (now.reason() != Reason.GONE) {
      removePoint(then.rip());
    }
    return new Round(same, now);
  }

  /** Stops the guest whenever it comes to an address. */
  void addPoint(long address) throws GdbException {
    if (points.add(address)) {
      gdb.insert(GdbClient.Point.EXECUTE, address, 1, ANSWER);
    }
  }

  void removePoint(long address) throws GdbException {
    if (points.remove(address)) {
      gdb.remove(GdbClient.Point.EXECUTE, address, 1, ANSWER);
    }
  }

  void removePoints() throws GdbException {
    for (long address : Set.copyOf(points)) {
      removePoint(address);
    }
  }

  /** Stops the guest whenever it has written to some bytes. */
  void watch(long address, int length) throws GdbException {
    gdb.insert(GdbClient.Point.WRITE, address, length, ANSWER);
  }

  /** Stops the guest where it reads bytes. */
  void watchReads(long address, int length) throws GdbException {
    gdb.insert(GdbClient.Point.READ, address, length, ANSWER);
  }

  void unwatchReads(long address, int length) throws GdbException {
    gdb.remove(GdbClient.Point.READ, address, length, ANSWER);
  }

  void unwatch(long address, int length) throws GdbException {
    gdb.remove(GdbClient.Point.WRITE, address, length, ANSWER);
  }

  /** Keeps the whole machine under a name. */
  void save(String name) throws GdbException {
    Place saved = place;
    if (saved == null) {
      places.remove(name);
    } else {
      places.put(name, saved);
    }
    order("savevm " + name);
    gdb.settle(ANSWER);
  }

  /** Takes the machine back. Points stay as they are. */
  void load(String name) throws GdbException {
    current = null;
    if (off) {
      // Only a reset leads out of the state that a power off leaves. QEMU does it between two
      // looks for packets, and must not find the next order beside this one.
      monitor("system_reset");
      off = false;
    }
    reset = false;
    order("loadvm " + name);
    place = places.get(name);
    spinHints.replace(gdb, ANSWER);
  }

  /** Where exceptions are logged from now on: a file's absolute path. */
  void logTo(String file) throws GdbException {
    order("logfile " + file);
  }

  /** Whether exceptions are logged at all. */
  void logExceptions(boolean on) throws GdbException {
    order(on ? "log int,cpu_reset" : "log none");
  }

  /** Has QEMU's monitor do something without a word. */
  private void order(String command) throws GdbException {
    gdb.order(command, ANSWER);
  }

  String monitor(String command) throws GdbException {
    return gdb.monitor(command, ANSWER);
  }

  Registers registers() throws GdbException {
    Registers known = current;
    if (known == null) {
      known = gdb.registers(ANSWER);
      current = known;
    }
    return known;
  }

  void setRegisters(Map<String, Long> changes) throws GdbException {
    current = null;
    Place before = place;
    if (before != null) {
      place = new Place(changes.getOrDefault("rip", before.rip()), before.counter());
    }
    gdb.writeRegisters(changes, ANSWER);
  }

  void write(long address, byte[] bytes) throws GdbException {
    gdb.write(address, bytes, ANSWER);
  }

  /** As many bytes from a linear address on as are mapped, at most {@code length}. */
  byte[] read(long address, int length) throws GdbException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      int toPageEnd = 4096 - (int) ((address + done) & 0xfff);
      int part = Math.min(toPageEnd, length - done);
      try {
        System.arraycopy(gdb.read(address + done, part, ANSWER), 0, bytes, done, part);
      } catch (GdbException e) {
        if (e.kind() != GdbException.Kind.REFUSED) {
          throw e;
        }
        return Arrays.copyOf(bytes, done);
      }
      done += part;
    }
    return bytes;
  }

  /** Whether the instruction before is {@code hlt}: there a guest that waits is stopped. */
  boolean afterHlt(Registers registers) throws GdbException {
    return readByte(registers.rip() - 1) == HLT;
  }

  /** Those of some addresses that a call may return to, in order; see {@link CallSites}. */
  List<Long> followingCalls(Collection<Long> addresses) throws GdbException {
    List<Long> calls = CallSites.before(addresses);
    List<byte[]> code = gdb.readEach(calls, CallSites.BYTES, ANSWER);
    return CallSites.returns(calls, code);
  }

  private int readByte(long address) throws GdbException {
    byte[] bytes = read(address, 1);
    return bytes.length == 0 ? 0 : bytes[0] & 0xff;
  }

  PageTables pageTables(Registers registers) {
    return PageTables.of(registers, (address, length) -> gdb.readPhysical(address, length, ANSWER));
  }

  /** What the text screen shows, or showed before the guest was reset. */
  List<String> screen() throws GdbException {
    return TextScreen.decode(cells());
  }

  /** The same as it is in the adapter's memory. */
  byte[] cells() throws GdbException {
    if (reset) {
      TextScreen.afterReset(gdb, ANSWER);
    }
    return TextScreen.cells(gdb, ANSWER);
  }

  /** {@linkplain TextScreen#mark Marks} what the screen shows. */
  byte[] markScreen() throws GdbException {
    return TextScreen.mark(gdb, ANSWER);
  }

  /** The registers that its stub has. */
  RegisterLayout layout() {
    return gdb.layout();
  }

  /** How much memory the guest has. */
  long memoryBytes() {
    return memoryBytes;
  }

  /** What talks to the stub, for whoever lets another debugger talk to it. */
  GdbClient gdb() {
    current = null;
    place = null;
    return gdb;
  }

  /** QEMU's exit code, where it has ended. */
  int exitCode() throws GdbException {
    try {
      OptionalInt code = conversation.exitCode(ANSWER);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    } catch (InfrastructureFailure e) {
      throw new GdbException(GdbException.Kind.TIMEOUT, e.getMessage());
    }
    throw new GdbException(
        GdbException.Kind.TIMEOUT, "the emulator ended its conversation but not itself");
  }

  /** Whether QEMU ended because of what the guest did, and not by a failure of ours. */
  boolean endedByItsGuest() throws GdbException {
    return errors().contains(FATAL) || exitCode() == ENDED_BY_FILE_SIZE;
  }

  /** What QEMU says where it cannot go on with a guest. */
  static final String FATAL = "qemu: fatal: ";

  /** 128 and SIGXFSZ. */
  static final int ENDED_BY_FILE_SIZE = 153;

  /** What QEMU said on standard error. */
  String errors() {
    return conversation.errors();
  }

  @Override
  public void close() {
    try {
      gdb.kill(ANSWER);
      // Until its end it holds the disk, which the next machine may want.
      conversation.exitCode(ANSWER);
    } catch (GdbException | IllegalStateException | InfrastructureFailure alreadyGone) {
      // Closing the conversation ends it in any case.
    }
    gdb.close();
    conversation.close();
  }
}
