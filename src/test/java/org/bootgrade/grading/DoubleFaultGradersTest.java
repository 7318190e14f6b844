package org.bootgrade.grading;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.InterruptStack.Kind;
import org.bootgrade.evidence.InterruptStack.Overlap;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord.Outcome;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.Tables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The graders of the assignment on evidence made by hand. */
class DoubleFaultGradersTest {

  private static final List<String> CRITERIA =
      List.of(
          "breakpoint-returns",
          "builds",
          "double-fault-handled",
          "handler-diverges",
          "stack-index-applied",
          "stack-overflow-exits",
          "test-is-sensitive",
          "tss-loaded");

  @TempDir Path scratch;

  private GraderRunner graders;
  private final Recorded recorded = Recorded.right();

  @BeforeEach
  void load() throws GraderSet.Unusable, InfrastructureFailure {
    graders =
        new GraderRunner(
            GraderSet.load(Path.of("target/graders-classes"), "double-faults", scratch));
  }

  private GraderRunner.Findings findings() throws InfrastructureFailure {
    return graders.run(recorded.evidence(), CourseSettings.defaults());
  }

  private Finding finding(String criterion) throws InfrastructureFailure {
    return findings().findings().stream()
        .filter(f -> f.criterion().equals(criterion))
        .findFirst()
        .orElseThrow();
  }

  private AbstractStringAssert<?> assertReason(String criterion, Finding.Outcome outcome)
      throws InfrastructureFailure {
    Finding finding = finding(criterion);
    assertThat(finding.outcome()).as(finding.reason()).isEqualTo(outcome);
    return assertThat(finding.reason());
  }

  private AbstractStringAssert<?> fails(String criterion) throws InfrastructureFailure {
    return assertReason(criterion, Finding.Outcome.FAILED);
  }

  private AbstractStringAssert<?> buildsPartly(int held, int of) throws InfrastructureFailure {
    assertThat(finding("builds").share()).isEqualTo(new Finding.Share(held, of));
    return assertReason("builds", Finding.Outcome.PARTIAL);
  }

  private AbstractStringAssert<?> isSkipped(String criterion) throws InfrastructureFailure {
    return assertReason(criterion, Finding.Outcome.SKIPPED);
  }

  private AbstractStringAssert<?> passes(String criterion) throws InfrastructureFailure {
    return assertReason(criterion, Finding.Outcome.PASSED);
  }

  @Test
  void aRightKernelPassesEverythingAndEveryPassHasItsReason() throws Exception {
    assertThat(findings().findings())
        .allSatisfy(
            f -> {
              assertThat(f.outcome()).as(f.toString()).isEqualTo(Finding.Outcome.PASSED);
              assertThat(f.reason()).isNotBlank();
            })
        .extracting(Finding::criterion)
        .containsExactlyElementsOf(CRITERIA);
    assertThat(findings().flags()).isEmpty();
  }

  @Test
  void everythingThatAKernelDecidesRestsOnNamedEvidence() throws Exception {
    assertThat(findings().findings())
        .filteredOn(f -> !f.criterion().equals("builds"))
        .allSatisfy(f -> assertThat(f.evidence()).as(f.criterion()).isNotEmpty());
  }

  @Test
  void whereNothingWasBuiltNothingElseIsDecided() throws Exception {
    recorded.failed("no kernel crate found", "cargo says no");
    fails("builds").contains("no kernel crate found", "cargo says no");
    for (String criterion : CRITERIA) {
      if (!criterion.equals("builds")) {
        isSkipped(criterion).containsAnyOf("not built", "No test");
      }
    }
  }

  @Test
  void evidenceThatLacksAnExperimentGivesNoScoreAtAll() {
    recorded.without("kernel").program("kernel", Outcome.BUILT, "");
    assertThatThrownBy(() -> finding("tss-loaded"))
        .isInstanceOfSatisfying(
            InfrastructureFailure.class,
            failure -> {
              assertThat(failure)
                  .hasMessageContainingAll("kernel/breakpoint", "kernel/inspected")
                  .hasMessageNotContainingAny("java", "Exception", "Grader");
              assertThat(failure.mend()).contains("--force");
            });
  }

  @Test
  void theReasonOfAnExperimentThatCouldNotBeRunIsTold() throws Exception {
    recorded
        .notRun("kernel", Intervention.WILD_WRITE, "the kernel never waits")
        .notRun("kernel", Intervention.BREAKPOINT, "the kernel never waits")
        .notRun("kernel", Intervention.OVERFLOW, "the kernel never waits");
    isSkipped("double-fault-handled").contains("because the kernel never waits");
    isSkipped("breakpoint-returns").contains("because the kernel never waits");
    isSkipped("stack-index-applied").contains("because the kernel never waits");
  }

  // builds

  @Test
  void ofSeveralProgramsThoseThatBuildAreAShareAndTheOthersGiveTheCompilersWords()
      throws Exception {
    recorded.program("test/other", Outcome.FAILED, "error[E0308]: mismatched types\n --> a.rs:1");
    buildsPartly(2, 3)
        .contains("1 of 3", "test/other", "tests/other.rs", "error[E0308]", "--> a.rs:1");
    assertThat(finding("builds").evidence())
        .containsExactly(EvidenceReference.file("build/test-other.log"));
    passes("stack-overflow-exits");
  }

  @Test
  void theSameErrorInEveryProgramIsToldOnce() throws Exception {
    recorded
        .program("test/a", Outcome.FAILED, "error: the same")
        .program("test/b", Outcome.LIMIT, "error: the same");
    buildsPartly(2, 4)
        .containsOnlyOnce("error: the same")
        .contains("test/b", "for the same reason");
  }

  @Test
  void aLibraryWithItsTestsAndWithoutAKernelFailsAndNothingOfAKernelIsDecided() throws Exception {
    recorded.without("kernel");
    buildsPartly(1, 2).contains("There is no kernel", "src/main.rs", "[[bin]]");
    for (String criterion :
        List.of(
            "breakpoint-returns",
            "double-fault-handled",
            "handler-diverges",
            "tss-loaded",
            "stack-index-applied")) {
      isSkipped(criterion).contains("There is no kernel program", "src/main.rs");
    }
    recorded.program("test/other", Outcome.FAILED, "error: its own");
    buildsPartly(1, 3).contains("There is no kernel", "1 of 2", "error: its own");
  }

  @Test
  void aKernelThatDoesNotBuildIsNotSaidToBeMissing() throws Exception {
    recorded.without("kernel").program("kernel", Outcome.FAILED, "error: no");
    buildsPartly(1, 2).contains("1 of 2").doesNotContain("There is no kernel");
    recorded.without(Recorded.TEST);
    fails("builds").contains("1 of 1");
    isSkipped("tss-loaded").contains("The kernel was not built");
  }

  @Test
  void whatWasBuiltAndWhatWasNotIsTold() throws Exception {
    passes("builds")
        .isEqualTo(
            "Both programs build: the kernel and 1 test. Unit tests inside src/ are not built or"
                + " run.");
    recorded.program("test/other", Outcome.BUILT, "");
    passes("builds").startsWith("All 3 programs build: the kernel and 2 tests. Unit tests");
    recorded.without("test/other").without(Recorded.TEST);
    passes("builds").startsWith("The kernel builds; there are no tests in tests/. Unit tests");
  }

  // breakpoint-returns

  @Test
  void aBreakpointThatNobodyTakesFails() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.BREAKPOINT,
            Recorded.running(),
            Recorded.notEntered(Aftermath.NOT_ENTERED)));
    fails("breakpoint-returns").contains("int3", "no handler of vector 3", "still there");
  }

  @Test
  void aBreakpointThatEndsInATripleFaultFails() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.BREAKPOINT,
            new Ending.TripleFault(),
            Recorded.notEntered(Aftermath.TRIPLE_FAULT),
            Recorded.doubleFault(1, Recorded.GUARD, 0)));
    fails("breakpoint-returns").contains("int3", "triple fault", "double fault");
  }

  @Test
  void aBreakpointHandlerThatStaysFailsWithItsPlace() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.BREAKPOINT,
            Recorded.running(),
            Recorded.entered(0, Aftermath.STAYED, "")));
    fails("breakpoint-returns").contains("did not return", "src/interrupts.rs:42");
  }

  @Test
  void aBreakpointHandlerThatReturnsElsewhereFailsWithThePlace() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.BREAKPOINT,
            Recorded.running(),
            Recorded.entered(0, Aftermath.RETURNED_ELSEWHERE, "")));
    fails("breakpoint-returns")
        .contains("not to the instruction behind it", "src/interrupts.rs:42");
  }

  @Test
  void aBreakpointHandlerThatWasNotFollowedToItsEndIsNotSaidToStay() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.BREAKPOINT,
            new Ending.Flooded("exceptions"),
            Recorded.entered(0, Aftermath.STAYED, "")));
    isSkipped("breakpoint-returns").contains("Not observed", "flooded");
  }

  // double-fault-handled

  @Test
  void aKernelThatTripleFaultsByItselfFails() throws Exception {
    recorded.boot(
        Recorded.boot(
            "kernel",
            Intervention.AS_SUBMITTED,
            new Ending.TripleFault(),
            Recorded.pageFault(1, 0xdeadbeefL, 0x9000, 0)));
    fails("double-fault-handled")
        .contains("triple fault all by itself", "page fault", "0xdeadbeef");
  }

  @Test
  void aHandlerThatIsNotEnteredFailsWithWhatHappenedInstead() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.WILD_WRITE,
            new Ending.TripleFault(),
            Recorded.notEntered(Aftermath.TRIPLE_FAULT),
            Recorded.pageFault(1, 0xdeadbeefL, 0x9000, 0)));
    fails("double-fault-handled").contains("was not entered", "triple fault", "0xdeadbeef");
  }

  @ParameterizedTest
  @EnumSource(
      value = Aftermath.class,
      names = {"ENTERED_AGAIN", "TRIPLE_FAULT"})
  void aHandlerThatFaultsItselfFails(Aftermath aftermath) throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.WILD_WRITE,
            Recorded.running(),
            Recorded.entered(1, aftermath, "DOUBLE")));
    fails("double-fault-handled").contains("then faulted itself");
  }

  @Test
  void aHandlerThatSaysNothingFailsWithItsPlace() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.WILD_WRITE,
            Recorded.running(),
            Recorded.entered(1, Aftermath.STAYED, " \n", "   ")));
    fails("double-fault-handled").contains("wrote nothing", "src/interrupts.rs:42");
  }

  @Test
  void aHandlerThatWritesToTheScreenAlonePasses() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.WILD_WRITE,
            Recorded.running(),
            Recorded.entered(0, Aftermath.STAYED, "", "EXCEPTION: DOUBLE FAULT")));
    passes("double-fault-handled").contains("on the VGA screen").doesNotContain("serial");
  }

  // handler-diverges

  @Test
  void aHandlerThatReturnsFailsWithItsPlace() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.OVERFLOW,
            Recorded.running(),
            Recorded.entered(1, Aftermath.RETURNED, "x")));
    fails("handler-diverges").contains("returned", "double_fault_handler", "src/interrupts.rs:42");
  }

  @Test
  void aHandlerWhoseCodeReachesIretqFails() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.returns(2)));
    fails("handler-diverges").contains("2 iretq", "src/interrupts.rs:42");
  }

  @Test
  void aReturnThatAllVectorsHaveInCommonFailsNobodyWhoRestsForGood() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(1), code(true, true)));
    passes("handler-diverges").contains("that of other vectors, too");
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(1), code(true, false)));
    fails("handler-diverges").contains("1 iretq");
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(1), code(false, true)));
    fails("handler-diverges").contains("1 iretq");
  }

  private static HandlerCode code(boolean shared, boolean restsForGood) {
    return Recorded.code(1, 0, shared, restsForGood);
  }

  @Test
  void aHandlerThatJumpsToWhoKnowsWhereHasToRestForGood() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.code(0, 1, false, false)));
    isSkipped("handler-diverges").contains("its code jumps to where it does not tell");
    recorded.tables(
        Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.code(0, 1, false, true)));
    passes("handler-diverges");
  }

  @Test
  void aHandlerThatReturnsAfterALongTimeFails() throws Exception {
    Delivery seen = Recorded.entered(1);
    recorded.boot(
        Recorded.delivery(
            "kernel",
            Intervention.HANDLER_WATCHED,
            Recorded.running(),
            new Delivery(
                8, null, 1, 0, seen.entry(), Aftermath.RETURNED, "", List.of(), seen.last())));
    fails("handler-diverges").contains("returned to the interrupted code");
  }

  @Test
  void aKernelThatMeetsTheSameDoubleFaultAgainHasAHandlerThatReturns() throws Exception {
    recorded.boot(
        Recorded.boot(
            "kernel",
            Intervention.AS_SUBMITTED,
            Recorded.running(),
            Recorded.doubleFault(1, 0x9000, 0),
            Recorded.doubleFault(2, 0x9000, 0)));
    fails("handler-diverges").contains("again and again", "event 1");
    recorded.boot(
        Recorded.boot(
            "kernel",
            Intervention.AS_SUBMITTED,
            Recorded.running(),
            Recorded.doubleFault(1, 0x9000, 0),
            Recorded.doubleFault(2, Recorded.STACK_TOP - 200, 0)));
    passes("handler-diverges");
  }

  @Test
  void aHandlerWhoseCodeCannotBeReadIsJudgedByWhatItDid() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(1), null));
    passes("handler-diverges").doesNotContain("iretq");
  }

  @Test
  void aHandlerThatNobodySawToItsEndIsNotDecided() throws Exception {
    for (Intervention intervention :
        List.of(
            Intervention.WILD_WRITE, Intervention.WILD_WRITE_WITHOUT_IST, Intervention.OVERFLOW)) {
      recorded.boot(
          Recorded.delivery(
              "kernel",
              intervention,
              new Ending.TripleFault(),
              Recorded.notEntered(Aftermath.TRIPLE_FAULT)));
    }
    isSkipped("handler-diverges").contains("no experiment entered");
  }

  @Test
  void withoutAHandlerThereIsNoneToDiverge() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), null, null));
    isSkipped("handler-diverges").contains("no handler that could diverge");
  }

  @ParameterizedTest
  @CsvSource({
    "0, The kernel had no IDT in force",
    "0x7f, 'The kernel''s IDT ends before gate 8 (its limit is 0x7f, and 0x8f is the least)'",
    "0x8f, Gate 8 of the kernel's IDT is empty",
    "0xfff, Gate 8 of the kernel's IDT is empty"
  })
  void whyThereIsNoHandlerIsTold(String limit, String words) throws Exception {
    recorded.tables(Recorded.withoutHandler(Integer.decode(limit)));
    fails("stack-index-applied").contains(words);
    isSkipped("handler-diverges").contains(words);
  }

  // tss-loaded

  @Test
  void aCodeSegmentOfTheBootLoaderFailsWithItsSelector() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.returns(0), false, 0x10));
    fails("tss-loaded").contains("CS holds selector 0x08", "0x204000");
  }

  @Test
  void anEmptyTaskRegisterFails() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.returns(0), true, 0));
    fails("tss-loaded").contains("TR holds selector 0");
  }

  @Test
  void anEmptyInterruptStackTableFails() throws Exception {
    recorded.tables(Recorded.tables(null, Recorded.gate(1), Recorded.returns(0)));
    fails("tss-loaded").contains("all seven slots");
  }

  @Test
  void aStackThatIsTooSmallFailsWithBothSizesAndItsName() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.stack(512, true), Recorded.gate(1), Recorded.returns(0)));
    fails("tss-loaded").contains("IST slot 1", "512 bytes", "4096", "os::gdt::STACK");
  }

  @Test
  void aStackOfExactlyOnePagePasses() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.stack(4096, true), Recorded.gate(1), Recorded.returns(0)));
    passes("tss-loaded").contains("4096 bytes", "0x205000");
  }

  @Test
  void aStackThatCannotBeWrittenFails() throws Exception {
    recorded.tables(
        Recorded.tables(Recorded.stack(8192, false), Recorded.gate(1), Recorded.returns(0)));
    fails("tss-loaded").contains("IST slot 1 (0x205000)", "cannot be written");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aStackThatSomethingElseUsesFailsUnlessNothingEverUsesThat(Kind kind) throws Exception {
    InterruptStack shared = Recorded.stack(8192, true, new Overlap(kind, "the other thing"));
    recorded.tables(Recorded.tables(shared, Recorded.gate(1), Recorded.returns(0)));
    if (kind == Kind.UNUSED_INTERRUPT_STACK || kind == Kind.PRIVILEGE_STACK) {
      passes("tss-loaded");
    } else {
      fails("tss-loaded").contains("used by something else", "the other thing");
    }
  }

  // stack-index-applied

  @Test
  void anEmptyGateFails() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), null, null));
    fails("stack-index-applied").contains("Gate 8", "empty");
  }

  @Test
  void aGateWithoutAStackIndexFailsWithTheHandlersPlace() throws Exception {
    recorded.tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(0), Recorded.returns(0)));
    fails("stack-index-applied").contains("IST field is 0", "src/interrupts.rs:42");
  }

  @Test
  void aGateThatNamesAnEmptySlotFailsWithTheFilledOnes() throws Exception {
    recorded
        .tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(2), Recorded.returns(0)))
        .boot(
            Recorded.delivery(
                "kernel",
                Intervention.OVERFLOW,
                new Ending.TripleFault(),
                Recorded.notEntered(Aftermath.TRIPLE_FAULT)));
    fails("stack-index-applied").contains("IST slot 2", "filled slots", "[1]", "triple fault");
  }

  @Test
  void aHandlerOnAnotherStackThanTheGateNamesFails() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel", Intervention.OVERFLOW, Recorded.running(), Recorded.entered(0)));
    fails("stack-index-applied").contains("names IST slot 1", "on no stack", "0x8000");
  }

  @Test
  void aKernelThatSurvivesWithoutTheIndexFails() throws Exception {
    recorded.boot(
        Recorded.delivery(
            "kernel", Intervention.OVERFLOW_WITHOUT_IST, Recorded.running(), Recorded.entered(0)));
    fails("stack-index-applied").contains("IST field cleared", "survived", "still there");
  }

  @Test
  void withoutTheCounterexperimentTheIndexIsNotDecided() throws Exception {
    recorded.notRun("kernel", Intervention.OVERFLOW_WITHOUT_IST, "time ran out");
    isSkipped("stack-index-applied").contains("because time ran out");
  }

  // stack-overflow-exits

  @ParameterizedTest
  @ValueSource(ints = {0x10 * 2 + 1, 0xa * 2 + 1})
  void bothCustomaryExitValuesPass(int code) throws Exception {
    recorded.test("", "[ok]", new Ending.Exited(code));
    passes("stack-overflow-exits").contains("test/stack_overflow", "[ok]");
    assertThat(finding("stack-overflow-exits").evidence())
        .containsExactly(
            EvidenceReference.event(
                "test/stack_overflow/as-submitted", 2, "tests/stack_overflow.rs:17"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 35, 31, 3})
  void anotherExitValueFailsWithBothValues(int code) throws Exception {
    recorded.test("", "[ok]", new Ending.Exited(code));
    fails("stack-overflow-exits").contains("QEMU_PASS", "0x10 or 0x0a", "exited with " + code);
  }

  @Test
  void aPassTextBeforeTheFaultProvesNothing() throws Exception {
    recorded.test("[ok]\n", "EXCEPTION\n", new Ending.Exited(33));
    fails("stack-overflow-exits").contains("before the double fault", "proves nothing");
    isSkipped("test-is-sensitive").contains("No test");
  }

  @Test
  void aTestThatSaysNothingFailsWithWhatItPrinted() throws Exception {
    recorded.test("starting\n", "token\n", new Ending.Exited(33));
    fails("stack-overflow-exits").contains("no pass text", "\"starting token\"");
  }

  @Test
  void aTestThatWroteTooMuchIsToldThatAndNothingOfAnotherTest() throws Exception {
    recorded.test("x", new Ending.Flooded("serial"));
    fails("stack-overflow-exits")
        .contains("test/stack_overflow wrote so much before any double fault")
        .doesNotContain("Closest");
  }

  @Test
  void aTripleFaultInTheTestFails() throws Exception {
    recorded.test("", "", new Ending.TripleFault());
    fails("stack-overflow-exits").contains("triple fault", "gate 8");
  }

  @Test
  void aDoubleFaultFarFromTheStackIsNoOverflow() throws Exception {
    recorded.test(
        "[ok]",
        new Ending.Exited(33),
        Recorded.pageFault(1, 0xdeadbeefL, 0x9000, 0),
        Recorded.doubleFault(2, 0x9000, 0));
    fails("stack-overflow-exits").contains("not by a stack overflow", "far from", "0xdeadbeef");
  }

  @Test
  void aDoubleFaultWithoutAPageFaultIsNoOverflow() throws Exception {
    recorded.test(
        "[ok]",
        new Ending.Exited(33),
        Recorded.event(1, 13, 0x10, false, null, 0x9000, 0, 0),
        Recorded.doubleFault(2, 0x9000, 0));
    fails("stack-overflow-exits").contains("it began with no page fault at the stack's end");
  }

  @Test
  void aHandlerCalledByAnInstructionIsNoDoubleFault() throws Exception {
    recorded.test("[ok]", new Ending.Exited(33), Recorded.event(1, 8, 0, true, null, 0x9000, 0, 0));
    fails("stack-overflow-exits").contains("int instruction");
  }

  @Test
  void aTestThatPassesWithoutAnyFaultFailsAndIsFlagged() throws Exception {
    recorded.test("[ok]", new Ending.Exited(33));
    fails("stack-overflow-exits").contains("no double fault", "exceptions: none");
    assertThat(findings().flags())
        .singleElement()
        .satisfies(
            flag -> {
              assertThat(flag.id()).isEqualTo("pass-without-fault");
              assertThat(flag.detail()).contains("test/stack_overflow");
            });
  }

  @Test
  void noTestAtAllFails() throws Exception {
    recorded.without(Recorded.TEST);
    fails("stack-overflow-exits").contains("no test program", "tests/");
    isSkipped("test-is-sensitive");
  }

  @Test
  void aTestThatWasNotBuiltIsNotDecided() throws Exception {
    recorded.without(Recorded.TEST).program(Recorded.TEST, Outcome.FAILED, "error");
    isSkipped("stack-overflow-exits").contains("No test program was built");
  }

  @Test
  void aGateThatNamesABadStackBesideAGoodOneFails() throws Exception {
    InterruptStack good = Recorded.goodStack();
    InterruptStack bad = new InterruptStack(2, 0x30_0000, List.of(8), null, null, 0, List.of());
    Tables tables = Recorded.tables(good, Recorded.gate(2), Recorded.returns(0));
    recorded.tables(tables.with(List.of(unused(good), bad)));
    passes("tss-loaded");
    fails("stack-index-applied").contains("Gate 8 names IST slot 2", "Good: IST slot 1");
  }

  @Test
  void aStackThatSeveralVectorsShareIsNotGood() throws Exception {
    InterruptStack good = Recorded.goodStack();
    InterruptStack shared =
        new InterruptStack(
            good.slot(),
            good.top(),
            List.of(3, 8),
            good.writable(),
            good.symbol(),
            good.room(),
            List.of());
    recorded.tables(Recorded.tables(shared, Recorded.gate(1), Recorded.returns(0)));
    fails("tss-loaded").contains("several vectors, [3, 8]");
  }

  @Test
  void aHandlerThatResetsTheMachineNeverReturns() throws Exception {
    for (Intervention intervention :
        List.of(
            Intervention.WILD_WRITE, Intervention.WILD_WRITE_WITHOUT_IST, Intervention.OVERFLOW)) {
      recorded.boot(
          Recorded.delivery(
              "kernel",
              intervention,
              new Ending.Reset(),
              Recorded.entered(1, Aftermath.RESET, "DOUBLE FAULT")));
    }
    passes("handler-diverges").contains("never came back");
  }

  @Test
  void aHandlerThatFaultsItselfWasNotSeenToDiverge() throws Exception {
    for (Intervention intervention :
        List.of(
            Intervention.WILD_WRITE, Intervention.WILD_WRITE_WITHOUT_IST, Intervention.OVERFLOW)) {
      recorded.boot(
          Recorded.delivery(
              "kernel",
              intervention,
              Recorded.running(),
              Recorded.entered(1, Aftermath.ENTERED_AGAIN, "DOUBLE FAULT")));
    }
    isSkipped("handler-diverges").contains("faulted itself");
  }

  private static InterruptStack unused(InterruptStack stack) {
    return new InterruptStack(
        stack.slot(),
        stack.top(),
        List.of(),
        stack.writable(),
        stack.symbol(),
        stack.room(),
        stack.overlaps());
  }

  @Test
  void aTestThatFindsOutThatThereIsNoInterruptStackAndPassesIsNotSensitive() throws Exception {
    recorded.boot(keptOut("[ok]", new Ending.Exited(33)));
    fails("test-is-sensitive").contains("finds that out", "QEMU exited with 33");
  }

  @Test
  void aTestThatFindsOutThatThereIsNoInterruptStackAndFailsIsSensitive() throws Exception {
    recorded.boot(keptOut("[failed]", new Ending.Exited(35)));
    passes("test-is-sensitive");
    recorded.boot(keptOut("[ok]", new Ending.Exited(35)));
    passes("test-is-sensitive");
    recorded.boot(keptOut("[failed]", new Ending.Exited(33)));
    passes("test-is-sensitive");
  }

  @Test
  void aTestThatPassesWithoutAnyInterruptStackIsNotSensitiveWhateverWasNotTried() throws Exception {
    recorded.notRun(Recorded.TEST, Intervention.IST_KNOCKED_OUT, "it came from user mode");
    recorded.boot(keptOut("[ok]", new Ending.Exited(33)));
    fails("test-is-sensitive").contains("finds that out");
  }

  @Test
  void aTestThatCouldNotBeRunWithoutAnyInterruptStackIsJudgedByTheFaultAlone() throws Exception {
    recorded.notRun(Recorded.TEST, Intervention.IST_KEPT_OUT, "it writes its gate again and again");
    passes("test-is-sensitive");
  }

  private static BootRecord keptOut(String serial, Ending ending) {
    return new BootRecord(
        BootRecord.id(Recorded.TEST, Intervention.IST_KEPT_OUT),
        Recorded.TEST,
        Intervention.IST_KEPT_OUT,
        ending,
        serial,
        false,
        List.of(),
        List.of(),
        false);
  }

  @Test
  void anInterruptStackThatKeepsNothingIsNotApplied() throws Exception {
    recorded.boot(overflowAt(requireNonNull(Recorded.entered(1).entry()).interruptedRip()));
    passes("stack-index-applied");
    recorded.boot(overflowAt(0x1234));
    fails("stack-index-applied").contains("memory that keeps nothing");
  }

  private static BootRecord overflowAt(long injectedRip) {
    Delivery seen = Recorded.entered(1);
    return Recorded.delivery(
        "kernel",
        Intervention.OVERFLOW,
        Recorded.running(),
        new Delivery(
            8,
            new Delivery.Injection(injectedRip, Recorded.GUARD, Recorded.GUARD - 8, false, false),
            1,
            0,
            seen.entry(),
            seen.aftermath(),
            seen.serial(),
            seen.screen(),
            seen.last()));
  }

  // flags: they cost no points

  @Test
  void nothingIsFlaggedWhereAllIsRight() throws Exception {
    assertThat(findings().flags()).isEmpty();
  }

  @Test
  void anInstructionThatEntersTheHandlerIsFlagged() throws Exception {
    recorded.test("[ok]", new Ending.Exited(33), Recorded.event(1, 8, 0, true, null, 0x9000, 0, 0));
    isFlagged("software-double-fault", "test/stack_overflow");
  }

  @Test
  void aStackPointerThatWasSetByHandIsFlagged() throws Exception {
    recorded.boot(withoutExitPort(new Descent(19, 19, 900, 2 << 20, 200, 0), overflow()));
    isFlagged("stack-pointer-moved", "19 of the stack's 19 fresh pages were never written to");
    fails("stack-overflow-exits").contains("the stack pointer was moved there");
  }

  @Test
  void aStackThatIsFullOfZeroesIsNotFlagged() throws Exception {
    recorded.boot(withoutExitPort(new Descent(511, 7, 0, 2 << 20, 200, 0), overflow()));
    assertThat(findings().flags()).isEmpty();
    passes("stack-overflow-exits");
  }

  @Test
  void anotherStackThatWasNotUsedIsNoneThatOverflowed() throws Exception {
    recorded.boot(withoutExitPort(new Descent(0, 0, 1, 2 << 20, 200, 0), overflow()));
    isFlagged("stack-pointer-moved", "1 values in its lowest 16 KiB were changed");
    fails("stack-overflow-exits").contains("the stack pointer was moved there");
    recorded.boot(withoutExitPort(new Descent(0, 0, 40, 2 << 20, 200, 0), overflow()));
    passes("stack-overflow-exits");
  }

  @Test
  void aStackThatWasFilledBeforeTheStackPointerWasMovedDidNotOverflow() throws Exception {
    recorded.boot(withoutExitPort(new Descent(19, 0, 900, 2 << 20, 2_000_000, 0), overflow()));
    isFlagged("stack-pointer-moved", "1953 KiB below the stack pointer");
    fails("stack-overflow-exits").contains("not by using it");
  }

  @Test
  void aFrameThatIsLargerThanTheStackOverflowsIt() throws Exception {
    recorded.boot(withoutExitPort(new Descent(19, 19, 0, 2 << 20, 200, 4 << 20), overflow()));
    passes("stack-overflow-exits");
    assertThat(findings().flags()).isEmpty();
  }

  @Test
  void aStackThatWasUsedIsNotFlagged() throws Exception {
    recorded.boot(withoutExitPort(new Descent(19, 2, 900, 2 << 20, 200, 0), overflow()));
    assertThat(findings().flags()).isEmpty();
  }

  @Test
  void aPassTextAtAnyPanicIsFlagged() throws Exception {
    recorded.boot(panic("[failed]"));
    assertThat(findings().flags()).isEmpty();
    recorded.boot(panic("[ok]"));
    isFlagged("pass-at-any-panic", "test/stack_overflow");
    passes("stack-overflow-exits");
  }

  @Test
  void aPassTextBeforeTheFaultIsFlagged() throws Exception {
    recorded.test("[ok]", "", new Ending.Exited(33));
    isFlagged("pass-before-fault", "test/stack_overflow");
  }

  @Test
  void anExitBeforeTheFaultIsFlagged() throws Exception {
    recorded.test("[ok]", new Ending.Exited(33));
    recorded.boot(
        Recorded.boot(
            Recorded.TEST, Intervention.EXIT_PORT_ABSENT, Recorded.running(), overflow()));
    assertThat(findings().flags())
        .extracting(Flag::id)
        .containsExactly("exit-before-fault", "pass-without-fault");
  }

  @Test
  void aSecondBootThatFaultsOtherwiseIsFlagged() throws Exception {
    recorded.boot(withoutExitPort(new Descent(19, 0, 900, 2 << 20, 200, 0), overflow()));
    assertThat(findings().flags()).isEmpty();
    recorded.boot(
        withoutExitPort(
            new Descent(19, 0, 900, 2 << 20, 200, 0),
            Recorded.pageFault(1, 0xdeadbeefL, Recorded.GUARD, 0),
            Recorded.doubleFault(2, Recorded.GUARD, 0)));
    isFlagged("non-deterministic", "test/stack_overflow");
  }

  @Test
  void aSecondBootThatDoesNotFaultAtAllIsFlagged() throws Exception {
    recorded.notRun(
        Recorded.TEST,
        Intervention.EXIT_PORT_ABSENT,
        "the program does not double fault on a machine without an exit port");
    isFlagged("non-deterministic", "test/stack_overflow");
  }

  private void isFlagged(String id, String detail) throws Exception {
    assertThat(findings().flags())
        .singleElement()
        .satisfies(
            flag -> {
              assertThat(flag.id()).isEqualTo(id);
              assertThat(flag.detail()).contains(detail);
            });
  }

  private static ExceptionEvent[] overflow() {
    return new ExceptionEvent[] {
      Recorded.pageFault(1, Recorded.GUARD - 8, Recorded.GUARD, 0),
      Recorded.doubleFault(2, Recorded.GUARD, 0)
    };
  }

  private static BootRecord withoutExitPort(Descent descent, ExceptionEvent... events) {
    Delivery seen = Recorded.entered(1);
    return Recorded.delivery(
        Recorded.TEST,
        Intervention.EXIT_PORT_ABSENT,
        Recorded.running(),
        new Delivery(
            8,
            null,
            1,
            0,
            seen.entry(),
            seen.aftermath(),
            seen.serial(),
            seen.screen(),
            seen.last(),
            descent),
        events);
  }

  private static BootRecord panic(String serial) {
    return new BootRecord(
        BootRecord.id(Recorded.TEST, Intervention.PANIC),
        Recorded.TEST,
        Intervention.PANIC,
        Recorded.running(),
        serial,
        false,
        List.of(),
        List.of(),
        false);
  }

  // test-is-sensitive

  @Test
  void aTestThatPassesWithoutTheInterruptStackFails() throws Exception {
    recorded.boot(
        Recorded.delivery(
            Recorded.TEST, Intervention.IST_KNOCKED_OUT, Recorded.running(), Recorded.entered(0)));
    fails("test-is-sensitive").contains("test/stack_overflow did not fail", "still there");
  }

  @Test
  void aTestThatWasNotTriedIsNotDecided() throws Exception {
    recorded.notRun(Recorded.TEST, Intervention.IST_KNOCKED_OUT, "the gate is read-only");
    isSkipped("test-is-sensitive").contains("because the gate is read-only");
  }

  // what the sources' text says

  /** Facts of every kind, right or not. */
  private static Recorded withFacts(Recorded recorded) {
    for (SourceFact.Kind of : SourceFact.Kind.values()) {
      recorded
          .source(of, "src/a.rs:31", "set_stack_index", "0")
          .source(of, "src/b.rs:7", "double_fault", "f")
          .source(of, "tests/stack_overflow.rs:9", "", "1")
          .source(of, "", "load_tss, load_tr, ltr", "");
    }
    return recorded;
  }

  static Stream<Supplier<Recorded>> kernels() {
    return Stream.of(
        Recorded::right,
        () -> Recorded.right().failed("no kernel crate found", ""),
        () ->
            Recorded.right()
                .tables(Recorded.tables(null, null, null, false, 0))
                .boot(
                    Recorded.delivery(
                        "kernel",
                        Intervention.WILD_WRITE,
                        new Ending.TripleFault(),
                        Recorded.notEntered(Aftermath.TRIPLE_FAULT)))
                .boot(
                    Recorded.delivery(
                        "kernel",
                        Intervention.BREAKPOINT,
                        new Ending.TripleFault(),
                        Recorded.notEntered(Aftermath.TRIPLE_FAULT)))
                .test("running...\n", "", new Ending.TripleFault()),
        () ->
            Recorded.right()
                .tables(
                    Recorded.tables(Recorded.goodStack(), Recorded.gate(0), Recorded.returns(0))),
        () ->
            Recorded.right()
                .boot(
                    Recorded.delivery(
                        "kernel",
                        Intervention.OVERFLOW,
                        new Ending.TripleFault(),
                        Recorded.notEntered(Aftermath.TRIPLE_FAULT)))
                .boot(
                    Recorded.delivery(
                        "kernel",
                        Intervention.WILD_WRITE,
                        Recorded.running(),
                        Recorded.entered(1, Aftermath.STAYED, ""))));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theSourcesDecideNothing(Supplier<Recorded> kernel) throws Exception {
    CourseSettings settings = CourseSettings.defaults();
    GraderRunner.Findings read = graders.run(withFacts(kernel.get()).evidence(), settings);
    GraderRunner.Findings emptied = graders.run(kernel.get().evidence(), settings);
    assertThat(read.findings())
        .extracting(Finding::criterion, Finding::outcome)
        .containsExactlyElementsOf(
            emptied.findings().stream().map(f -> tuple(f.criterion(), f.outcome())).toList());
    assertThat(read.flags()).isEqualTo(emptied.flags());
    assertThat(emptied.findings())
        .allSatisfy(f -> assertThat(f.reason()).doesNotContain("The sources"));
  }

  @Test
  void aStackIndexInACommentIsPointedAt() throws Exception {
    recorded
        .tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(0), Recorded.returns(0)))
        .source(SourceFact.Kind.IN_COMMENT, "src/interrupts.rs:31", "set_stack_index", "// …")
        .source(SourceFact.Kind.ABSENT, "", "set_stack_index", "")
        .source(SourceFact.Kind.STACK_INDEX_SET, "tests/stack_overflow.rs:9", "double_fault", "0");
    fails("stack-index-applied")
        .contains(
            "set_stack_index stands in a comment at src/interrupts.rs:31",
            "No set_stack_index stands in the kernel's sources")
        .doesNotContain("tests/");
  }

  @Test
  void anIndexThatNamesAnEmptySlotIsPointedAtTogetherWithTheSlotThatIsFilled() throws Exception {
    recorded
        .tables(Recorded.tables(Recorded.goodStack(), Recorded.gate(2), Recorded.returns(0)))
        .boot(
            Recorded.delivery(
                "kernel",
                Intervention.OVERFLOW,
                new Ending.TripleFault(),
                Recorded.notEntered(Aftermath.TRIPLE_FAULT)))
        .source(
            SourceFact.Kind.STACK_INDEX_SET, "src/interrupts.rs:24", "double_fault", "gdt::SLOT")
        .source(SourceFact.Kind.STACK_INDEX_SET, "src/interrupts.rs:20", "page_fault", "5")
        .source(SourceFact.Kind.STACK_TABLE_ASSIGNED, "src/gdt.rs:9", "", "0")
        .source(SourceFact.Kind.INDEX_CONSTANT, "src/gdt.rs:3", "SLOT", "1");
    fails("stack-index-applied")
        .contains(
            "set_stack_index(gdt::SLOT) is called at src/interrupts.rs:24",
            "interrupt_stack_table[0] is assigned at src/gdt.rs:9",
            "SLOT is 1 at src/gdt.rs:3")
        .doesNotContain("(5)");
  }

  @Test
  void aTssThatNothingLoadsIsPointedAt() throws Exception {
    recorded
        .tables(
            Recorded.tables(Recorded.goodStack(), Recorded.gate(1), Recorded.returns(0), true, 0))
        .source(SourceFact.Kind.ABSENT, "", "load_tss, load_tr, ltr", "");
    fails("tss-loaded").contains("None of load_tss, load_tr, ltr stands in the kernel's sources");
    recorded
        .withoutSource()
        .source(SourceFact.Kind.TASK_REGISTER_LOADED, "src/gdt.rs:40", "load_tss", "GDT.1.tss")
        .source(SourceFact.Kind.NEVER_CALLED, "src/gdt.rs:36", "init_gdt", "load, load_tss");
    fails("tss-loaded")
        .contains(
            "load_tss(GDT.1.tss) is called at src/gdt.rs:40",
            "That is in init_gdt (src/gdt.rs:36), and nothing in the sources names that function");
  }

  @Test
  void aHandlerThatIsNotRegisteredIsPointedAt() throws Exception {
    recorded
        .tables(Recorded.tables(Recorded.goodStack(), null, null))
        .source(SourceFact.Kind.ABSENT, "", ".double_fault", "");
    fails("stack-index-applied").contains("No .double_fault stands in the kernel's sources");
  }

  @Test
  void aFrameTakenByReferenceIsPointedAt() throws Exception {
    recorded
        .boot(
            Recorded.delivery(
                "kernel",
                Intervention.WILD_WRITE,
                new Ending.TripleFault(),
                Recorded.entered(1, Aftermath.TRIPLE_FAULT, "")))
        .source(
            SourceFact.Kind.FRAME_BY_REFERENCE,
            "src/idt.rs:5",
            "df",
            "frame: &mut InterruptStackFrame");
    fails("double-fault-handled")
        .contains("df at src/idt.rs:5 takes frame: &mut InterruptStackFrame", "garbage");
  }

  @Test
  void aTestWithATableOfItsOwnIsPointedAtWhereItTripleFaults() throws Exception {
    recorded
        .test("running...\n", "", new Ending.TripleFault())
        .source(
            SourceFact.Kind.IDT_MADE, "tests/stack_overflow.rs:20", "", "InterruptDescriptorTable");
    fails("stack-overflow-exits")
        .contains("tests/stack_overflow.rs has an IDT of its own and calls no set_stack_index");
    recorded.source(
        SourceFact.Kind.IN_COMMENT, "tests/stack_overflow.rs:24", "set_stack_index", "//");
    fails("stack-overflow-exits")
        .contains("set_stack_index stands in a comment at tests/stack_overflow.rs:24");
    recorded.source(SourceFact.Kind.NOT_READ, "tests/b.rs", "", "it is not UTF-8");
    fails("stack-overflow-exits").doesNotContain("calls no set_stack_index");
  }
}
