package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.grading.Recorded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoryTest {

  private static final ConsoleStyle PLAIN = new ConsoleStyle(false, 10_000);
  private static final long RSP = Recorded.GUARD;

  private final Reports reports = new Reports();

  private String told(Recorded recorded, String... only) {
    return told(recorded.evidence(), only);
  }

  private String told(Evidence evidence, String... only) {
    return reports.explain(evidence, Set.of(only), PLAIN);
  }

  @Test
  void anOverflowIsToldFromTheFaultToTheExit() {
    Recorded recorded =
        Recorded.right()
            .boot(
                Recorded.delivery(
                    Recorded.TEST,
                    Intervention.EXIT_PORT_ABSENT,
                    Recorded.running(),
                    Recorded.entered(1)))
            .boot(withTables());
    assertThat(told(recorded, "test/stack_overflow/as-submitted"))
        .containsSubsequence(
            "The bootloader started it, on a stack at 0x8000 to 0x18000 (64 KiB)",
            "| running...",
            "page fault (vector 14) at RIP 0x201234, in stack_overflow (tests/stack_overflow.rs:17)",
            "P = 0, no page is mapped there; W = 1, it was a write; U = 0, by the kernel",
            "CR2, the address it wanted, is 0x7ff8, 8 bytes below the end of the stack, in its guard page",
            "RSP is 0x8000, its very end",
            "page fault (vector 14) could not be handed to a handler",
            "become a double fault (vector 8)",
            "os::double_fault_handler (0x201000, src/interrupts.rs:42)",
            "the stack of IST slot 1 (crates count from 0 and call it 0): RSP is 0x204fd0, 48 bytes below its top 0x205000",
            "Seen in test/stack_overflow/exit-port-absent",
            "| [ok]",
            "It wrote 0x10",
            "exit code 33");
  }

  /** The test's tables are read where its interrupt stack is taken away. */
  private static BootRecord withTables() {
    return new BootRecord(
        BootRecord.id(Recorded.TEST, Intervention.IST_KNOCKED_OUT),
        Recorded.TEST,
        Intervention.IST_KNOCKED_OUT,
        new Ending.TripleFault(),
        "",
        false,
        List.of(),
        List.of(),
        false,
        Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.returns(0)),
        Recorded.notEntered(Aftermath.NOT_ENTERED));
  }

  @Test
  void theInterruptStackIsNamedAsWhatSavedTheKernel() {
    assertThat(told(Recorded.right(), "kernel/overflow-without-ist"))
        .contains(
            "=> The overflow reached the handler in kernel/overflow, and with gate 8's IST field cleared it ended otherwise (triple fault): so the kernel owes its survival to the interrupt stack.");
    assertThat(told(Recorded.right(), "test/stack_overflow/ist-knocked-out"))
        .contains("so the program owes its result to the interrupt stack");
  }

  @Test
  void aTestThatPassesWithoutAnInterruptStackIsToldToProveNothing() {
    Recorded recorded =
        Recorded.right()
            .boot(
                Recorded.delivery(
                    Recorded.TEST,
                    Intervention.IST_KNOCKED_OUT,
                    Recorded.running(),
                    Recorded.entered(0)));
    assertThat(told(recorded, "test/stack_overflow/ist-knocked-out"))
        .contains("proves nothing about one");
  }

  @Test
  void aTestWithoutAnInterruptStackFromItsBeginningOnIsToldToEndForThatReason() {
    Recorded recorded =
        Recorded.right()
            .boot(withTables())
            .boot(
                Recorded.boot(
                    Recorded.TEST,
                    Intervention.IST_KEPT_OUT,
                    new Ending.TripleFault(),
                    Recorded.pageFault(1, Recorded.GUARD - 8, Recorded.GUARD, 0),
                    Recorded.doubleFault(2, Recorded.GUARD, 0)));
    assertThat(told(recorded, "test/stack_overflow/ist-kept-out"))
        .contains(
            "with the IST field of gate 8 cleared whenever it was written",
            "Gate 8 names no interrupt stack (its IST field was cleared)",
            "TRIPLE FAULT",
            "the test does not look for the interrupt stack by itself");
  }

  @Test
  void aHandlerThatIsWatchedForLongIsNotSaidToBeSilent() {
    Recorded recorded =
        Recorded.right()
            .boot(
                Recorded.delivery(
                    "kernel",
                    Intervention.HANDLER_WATCHED,
                    Recorded.running(),
                    Recorded.entered(1, Aftermath.STAYED, "")));
    assertThat(told(recorded, "kernel/handler-watched"))
        .contains("watched for longer", "never came back")
        .doesNotContain("wrote nothing");
  }

  @Test
  void aHandlerThatReturnsIsToldToBeWrong() {
    Recorded recorded =
        Recorded.right()
            .boot(
                Recorded.delivery(
                    "kernel",
                    Intervention.WILD_WRITE,
                    Recorded.running(),
                    Recorded.entered(1, Aftermath.RETURNED, "DOUBLE FAULT")));
    assertThat(told(recorded, "kernel/wild-write"))
        .contains("came back to the interrupted code", "must not return");
  }

  private static BootRecord tripleFault() {
    return Recorded.delivery(
        "kernel",
        Intervention.OVERFLOW,
        new Ending.TripleFault(),
        Recorded.notEntered(Aftermath.NOT_ENTERED),
        Recorded.pageFault(1, Recorded.GUARD - 8, RSP, 0),
        Recorded.doubleFault(2, RSP, 0));
  }

  @Test
  void aTripleFaultWithoutAnInterruptStackIsLaidToTheGate() {
    Recorded recorded =
        Recorded.right()
            .tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(0), Recorded.returns(0)))
            .boot(tripleFault());
    assertThat(told(recorded, "kernel/overflow"))
        .contains("TRIPLE FAULT", "its IST field is 0", "at RSP 0x8000")
        .doesNotContain("entered the handler");
  }

  @Test
  void aTripleFaultByAnEmptySlotIsLaidToTheSlot() {
    Recorded recorded =
        Recorded.right()
            .tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(2), Recorded.returns(0)))
            .boot(tripleFault());
    assertThat(told(recorded, "kernel/overflow"))
        .contains(
            "Gate 8 names IST slot 2 (crates count from 0 and call it 1), which holds 0",
            "slots that hold a stack: 1");
  }

  @Test
  void aTripleFaultWithoutATaskStateSegmentIsLaidToTheTaskRegister() {
    Recorded recorded =
        Recorded.right()
            .tables(Recorded.tables(null, Recorded.gate(1), Recorded.returns(0), true, 0))
            .boot(tripleFault());
    assertThat(told(recorded, "kernel/overflow")).contains("TR holds no TSS");
  }

  @Test
  void aTripleFaultWithoutAHandlerIsLaidToTheMissingGate() {
    Recorded recorded =
        Recorded.right()
            .tables(Recorded.tables(Recorded.goodStack(), null, null))
            .boot(tripleFault());
    assertThat(told(recorded, "kernel/overflow")).contains("there is no double fault handler");
  }

  @Test
  void aTripleFaultByAStackThatCannotBeWrittenIsLaidToTheSlot() {
    Recorded recorded =
        Recorded.right()
            .tables(
                Recorded.tables(Recorded.stack(0, false), Recorded.gate(1), Recorded.returns(0)))
            .boot(tripleFault());
    assertThat(told(recorded, "kernel/overflow")).contains("cannot be written");
  }

  @ParameterizedTest
  @CsvSource({
    "0x3, 'P = 1, the page is there but does not allow this'",
    "0x0, 'W = 0, it was a read'",
    "0x4, 'U = 1, by user code'",
    "0x9, 'RSVD = 1'",
    "0x11, 'I = 1, it fetched an instruction'",
    "0x21, 'PK = 1'",
    "0x40, 'SS = 1'",
    "0x8000, 'SGX = 1'"
  })
  void eachBitOfAPageFaultsErrorCodeIsTold(String code, String words) {
    assertThat(FaultWords.errorCode(event(14, Long.decode(code)))).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "13, 0x43, 'gate 8 of the IDT; EXT = 1'",
    "13, 0x10, 'selector 0x10 of the GDT'",
    "12, 0x14, 'selector 0x10 of the LDT'",
    "11, 0x0, 'names no selector'"
  })
  void aSelectorsErrorCodeIsTold(int vector, String code, String words) {
    assertThat(FaultWords.errorCode(event(vector, Long.decode(code)))).contains(words);
  }

  private static ExceptionEvent event(int vector, long code) {
    return Recorded.event(1, vector, code, false, null, RSP, 0, 0);
  }

  @Test
  void aTimerThatTicksIsToldOnce() {
    ExceptionEvent[] ticks =
        IntStream.rangeClosed(1, 50)
            .mapToObj(i -> Recorded.event(i, 32, 0, false, null, RSP, 0, 0))
            .toArray(ExceptionEvent[]::new);
    String told =
        told(
            Recorded.right()
                .boot(
                    Recorded.boot("kernel", Intervention.AS_SUBMITTED, Recorded.running(), ticks)),
            "kernel/as-submitted");
    assertThat(told).contains("A device interrupted it", "The same 50 times in a row");
    assertThat(told.split("A device interrupted it", -1)).hasSize(2);
  }

  @Test
  void manyDifferentExceptionsAreCutAndCounted() {
    ExceptionEvent[] events =
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> Recorded.event(i, 32 + i, 0, false, null, RSP, 0, 0))
            .toArray(ExceptionEvent[]::new);
    assertThat(
            told(
                Recorded.right()
                    .boot(
                        Recorded.boot(
                            "kernel", Intervention.AS_SUBMITTED, Recorded.running(), events)),
                "kernel/as-submitted"))
        .contains("48 more exceptions followed");
  }

  @Test
  void anExperimentThatWasNotRunSaysWhy() {
    assertThat(
            told(
                Recorded.right()
                    .notRun("kernel", Intervention.BREAKPOINT, "the kernel never waits"),
                "kernel/breakpoint"))
        .contains("not run because the kernel never waits");
  }

  @Test
  void aBuildThatFailedIsToldWithoutBoots() {
    assertThat(told(Recorded.right().failed("there is no kernel crate", "")))
        .contains("Nothing was booted", "there is no kernel crate");
    assertThat(
            told(
                Recorded.right()
                    .without("kernel")
                    .program("kernel", ProgramRecord.Outcome.FAILED, "error")))
        .contains("It was not booted, because it was not built", "build/kernel.log");
  }

  @Test
  void nothingThatAProgramWroteReachesTheTerminalAsMoreThanText() {
    Evidence evidence =
        Recorded.right().test("before", Samples.HOSTILE, new Ending.Exited(33)).evidence();
    assertThat(told(evidence)).contains("\\u{1b}[2J").doesNotContain("\u001b", "\u0007", "\u202e");
    assertThat(reports.explain(evidence, Set.of(), new ConsoleStyle(true, 80)))
        .contains("\u001b[1m")
        .doesNotContain("\u001b[2J", "\u0007");
  }

  @Test
  void aFloodOfTextIsCut() {
    String flood = "x".repeat(5000) + "\n" + "line\n".repeat(500);
    String told =
        reports.explain(
            Recorded.right().test(flood, new Ending.Flooded("serial")).evidence(),
            Set.of(Recorded.TEST),
            new ConsoleStyle(false, 80));
    assertThat(told).contains("485 more lines", "flooded the serial log");
    assertThat(told.lines()).allMatch(l -> l.length() <= 80);
  }

  @Test
  void everyProgramAndBootCanBeAskedFor() {
    assertThat(reports.explainable(Recorded.right().evidence()))
        .containsSubsequence(
            List.of("kernel", "kernel/overflow", Recorded.TEST, Recorded.TEST + "/as-submitted"));
  }
}
