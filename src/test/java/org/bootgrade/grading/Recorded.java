package org.bootgrade.grading;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.BuildRecord.BuildFailure;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.SegmentDescriptor;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.evidence.Tables;
import org.bootgrade.evidence.TaskStateSegment;
import org.bootgrade.evidence.Tools;
import org.jspecify.annotations.Nullable;

/** Evidence made by hand: a kernel in which all is right, to be spoilt by a test. */
public final class Recorded {

  public static final String TEST = "test/stack_overflow";
  public static final long STACK_TOP = 0x20_5000;
  public static final long GUARD = 0x8000;
  public static final SourceLocation HANDLER =
      new SourceLocation("double_fault_handler", "src/interrupts.rs", 42);
  public static final SourceLocation RECURSION =
      new SourceLocation("stack_overflow", "tests/stack_overflow.rs", 17);

  private static final TableRegister TABLE = new TableRegister(0x1000, 0xfff);

  private final List<ProgramRecord> programs = new ArrayList<>();
  private final Map<String, BootRecord> boots = new TreeMap<>();
  private final List<SourceFact> source = new ArrayList<>();
  private @Nullable BuildFailure failure;

  /** Everything is as it should be. */
  public static Recorded right() {
    return new Recorded()
        .program("kernel", ProgramRecord.Outcome.BUILT, "")
        .program(TEST, ProgramRecord.Outcome.BUILT, "")
        .boot(boot("kernel", Intervention.AS_SUBMITTED, running()))
        .tables(tables(goodStack(), gate(1), returns(0)))
        .boot(delivery("kernel", Intervention.WILD_WRITE, running(), entered(1)))
        .boot(delivery("kernel", Intervention.WILD_WRITE_WITHOUT_IST, running(), entered(0)))
        .notRun("kernel", Intervention.HANDLER_WATCHED, "the handler halted for good")
        .boot(delivery("kernel", Intervention.OVERFLOW, running(), entered(1)))
        .boot(
            delivery(
                "kernel",
                Intervention.OVERFLOW_WITHOUT_IST,
                new Ending.TripleFault(),
                notEntered(Aftermath.TRIPLE_FAULT)))
        .boot(
            delivery(
                "kernel",
                Intervention.BREAKPOINT,
                running(),
                new Delivery(
                    3, null, 1, 0, entry(0), Aftermath.RETURNED, "bp", List.of(), HANDLER)))
        .test("running...\n", "[ok]\n", new Ending.Exited(33))
        .boot(
            delivery(
                TEST,
                Intervention.IST_KNOCKED_OUT,
                new Ending.TripleFault(),
                notEntered(Aftermath.TRIPLE_FAULT)))
        .boot(boot(TEST, Intervention.IST_KEPT_OUT, new Ending.TripleFault()));
  }

  public Recorded program(String id, ProgramRecord.Outcome outcome, String log) {
    boolean kernel = id.equals("kernel");
    programs.removeIf(p -> p.id().equals(id));
    programs.add(
        new ProgramRecord(
            id,
            kernel ? ProgramRecord.Kind.KERNEL : ProgramRecord.Kind.TEST,
            id,
            kernel ? "src/main.rs" : "tests/" + id.substring("test/".length()) + ".rs",
            outcome,
            log,
            null,
            null,
            null));
    return this;
  }

  public Recorded without(String program) {
    programs.removeIf(p -> p.id().equals(program));
    boots.keySet().removeIf(id -> id.startsWith(program + "/"));
    return this;
  }

  public Recorded failed(String reason, String log) {
    programs.clear();
    boots.clear();
    failure = new BuildFailure(reason, log);
    return this;
  }

  public Recorded boot(BootRecord record) {
    boots.put(record.id(), record);
    return this;
  }

  public Recorded notRun(String program, Intervention intervention, String reason) {
    return boot(BootRecord.notRun(program, intervention, reason));
  }

  public Recorded tables(Tables tables) {
    return boot(
        new BootRecord(
            BootRecord.id("kernel", Intervention.INSPECTED),
            "kernel",
            Intervention.INSPECTED,
            running(),
            "",
            false,
            List.of(),
            List.of(),
            false,
            tables,
            null));
  }

  /** The overflow test: a page fault at the guard page, a double fault, with what was printed. */
  public Recorded test(String before, String after, Ending ending) {
    long offset = before.getBytes(StandardCharsets.UTF_8).length;
    return test(
        before + after,
        ending,
        pageFault(1, GUARD - 8, GUARD, offset),
        doubleFault(2, GUARD, offset));
  }

  public Recorded test(String serial, Ending ending, ExceptionEvent... events) {
    return boot(
        new BootRecord(
            BootRecord.id(TEST, Intervention.AS_SUBMITTED),
            TEST,
            Intervention.AS_SUBMITTED,
            ending,
            serial,
            false,
            List.of(),
            List.of(events),
            false));
  }

  public Evidence evidence() {
    return new Evidence(
        Evidence.SCHEMA,
        "sha256:" + "0".repeat(64),
        new Tools("0", "rustc", "cargo", "qemu", "host", "host"),
        new BuildRecord(
            "os", ".", "t.json", "bootloader 0.9.35", programs, List.of(), List.of(), failure),
        List.copyOf(boots.values()),
        source);
  }

  Recorded source(SourceFact.Kind kind, String place, String subject, String detail) {
    int colon = place.indexOf(':');
    source.add(
        new SourceFact(
            kind,
            new SourceLocation(
                "",
                colon < 0 ? place : place.substring(0, colon),
                colon < 0 ? 0 : Integer.parseInt(place.substring(colon + 1))),
            subject,
            detail,
            place.startsWith("tests/")));
    return this;
  }

  Recorded withoutSource() {
    source.clear();
    return this;
  }

  public static Ending running() {
    return new Ending.StillRunning(true);
  }

  public static BootRecord boot(
      String program, Intervention intervention, Ending ending, ExceptionEvent... events) {
    return new BootRecord(
        BootRecord.id(program, intervention),
        program,
        intervention,
        ending,
        "",
        false,
        List.of(),
        List.of(events),
        false);
  }

  public static BootRecord delivery(
      String program,
      Intervention intervention,
      Ending ending,
      Delivery delivery,
      ExceptionEvent... events) {
    return new BootRecord(
        BootRecord.id(program, intervention),
        program,
        intervention,
        ending,
        "",
        false,
        List.of(),
        List.of(events),
        false,
        null,
        delivery);
  }

  public static Delivery entered(int slot) {
    return entered(slot, Aftermath.STAYED, "EXCEPTION: DOUBLE FAULT");
  }

  public static Delivery entered(int slot, Aftermath aftermath, String serial, String... screen) {
    return new Delivery(8, null, 1, 0, entry(slot), aftermath, serial, List.of(screen), HANDLER);
  }

  public static Delivery notEntered(Aftermath aftermath) {
    return new Delivery(8, null, 0, 0, null, aftermath, "", List.of(), null);
  }

  public static Delivery.Entry entry(int slot) {
    return new Delivery.Entry(
        0x201000,
        STACK_TOP - 48,
        slot,
        0,
        0x201234,
        RECURSION,
        8,
        0x202,
        GUARD,
        0,
        GUARD - 8,
        false,
        new MemoryExtent(GUARD, GUARD + 0x10000));
  }

  public static ExceptionEvent pageFault(int number, long cr2, long rsp, long serialOffset) {
    return event(number, 14, 2, false, null, rsp, cr2, serialOffset);
  }

  public static ExceptionEvent doubleFault(int number, long rsp, long serialOffset) {
    return event(number, 8, 0, false, new Escalation(14, 14), rsp, GUARD - 8, serialOffset);
  }

  public static ExceptionEvent event(
      int number,
      int vector,
      long errorCode,
      boolean software,
      @Nullable Escalation escalation,
      long rsp,
      long cr2,
      long serialOffset) {
    return new ExceptionEvent(
        number,
        vector,
        errorCode,
        software,
        escalation,
        0,
        8,
        0x201234,
        0,
        rsp,
        cr2,
        0x1000,
        new SegmentRegister(0x10, 0x203000, 0x67, 0xb, true),
        TABLE,
        TABLE,
        serialOffset,
        RECURSION);
  }

  public static IdtGate gate(int ist) {
    return new IdtGate(0x201000, 8, ist, 0xe, 0, true);
  }

  public static HandlerCode returns(int interruptReturns) {
    return code(interruptReturns, 0, false, false);
  }

  public static HandlerCode code(
      int interruptReturns, int openEnds, boolean shared, boolean restsForGood) {
    return new HandlerCode(
        0x201000,
        new Symbol("os::double_fault_handler", new MemoryExtent(0x201000, 0x201100)),
        HANDLER,
        true,
        40,
        interruptReturns,
        openEnds,
        shared,
        restsForGood);
  }

  public static InterruptStack goodStack() {
    return stack(4096 * 5L, true);
  }

  public static InterruptStack stack(
      long room, boolean writable, InterruptStack.Overlap... overlaps) {
    return new InterruptStack(
        1,
        STACK_TOP,
        List.of(8),
        writable ? new MemoryExtent(STACK_TOP - 0x10000, STACK_TOP) : null,
        new Symbol("os::gdt::STACK", new MemoryExtent(STACK_TOP - room, STACK_TOP)),
        room,
        List.of(overlaps));
  }

  public static Tables tables(
      @Nullable InterruptStack stack, @Nullable IdtGate gate, @Nullable HandlerCode handler) {
    return tables(stack, gate, handler, true, 0x10);
  }

  /** Good tables but for an IDT without a double fault handler. */
  public static Tables withoutHandler(int idtLimit) {
    return tables(goodStack(), null, null, true, 0x10, new TableRegister(0x1000, idtLimit));
  }

  public static Tables tables(
      @Nullable InterruptStack stack,
      @Nullable IdtGate gate,
      @Nullable HandlerCode handler,
      boolean codeReloaded,
      int taskRegister) {
    return tables(stack, gate, handler, codeReloaded, taskRegister, TABLE);
  }

  private static Tables tables(
      @Nullable InterruptStack stack,
      @Nullable IdtGate gate,
      @Nullable HandlerCode handler,
      boolean codeReloaded,
      int taskRegister,
      TableRegister idt) {
    SegmentDescriptor code =
        new SegmentDescriptor(8, 0, codeReloaded ? 0xffff : 0, 0xa, false, true, 0, true);
    SegmentDescriptor task = new SegmentDescriptor(0x10, 0x203000, 0x67, 0xb, true, false, 0, true);
    return new Tables(
        0x201500,
        null,
        true,
        false,
        0x17000,
        new MemoryExtent(GUARD, GUARD + 0x10000),
        0x1000,
        new GdtTable(0x204000, 0x1f, List.of(code, task)),
        new SegmentRegister(8, 0, 0xffff, 0xa, true),
        code,
        new SegmentRegister(taskRegister, 0x203000, 0x67, 0xb, true),
        taskRegister == 0 ? null : task,
        new TaskStateSegment(
            List.of(0L, 0L, 0L),
            List.of(stack == null ? 0L : stack.top(), 0L, 0L, 0L, 0L, 0L, 0L),
            0x68),
        idt,
        gate(0),
        gate,
        null,
        handler,
        stack == null ? List.of() : List.of(stack));
  }
}
