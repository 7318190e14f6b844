package org.bootgrade.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bootgrade.cli.Terminal;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.FaultPair.Outcome;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.setup.ReadyMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All pairs of faults in one kernel, against what the processor's manual says of them. */
class FaultPairsIT {

  private static final Path SAMPLE =
      Terminal.HOME.resolve("src/samples/double-faults/modern-blog-os");

  private static final String REGISTRATION =
      "        idt.breakpoint.set_handler_fn(breakpoint_handler);\n";

  private static final String GATES =
      """
              idt.divide_error.set_handler_fn(divide_error);
              idt.invalid_tss.set_handler_fn(with_code);
              idt.segment_not_present.set_handler_fn(with_code);
              idt.stack_segment_fault.set_handler_fn(with_code);
              idt.general_protection_fault.set_handler_fn(with_code);
              idt.page_fault.set_handler_fn(page_fault);
      """;

  private static final String HANDLERS =
      """

      extern "x86-interrupt" fn divide_error(_frame: InterruptStackFrame) {
          println!("EXCEPTION: DIVIDE ERROR");
          crate::hlt_loop();
      }

      extern "x86-interrupt" fn with_code(_frame: InterruptStackFrame, code: u64) {
          println!("EXCEPTION WITH ERROR CODE {}", code);
          crate::hlt_loop();
      }

      extern "x86-interrupt" fn page_fault(
          _frame: InterruptStackFrame,
          _code: x86_64::structures::idt::PageFaultErrorCode,
      ) {
          println!("EXCEPTION: PAGE FAULT");
          crate::hlt_loop();
      }
      """;

  @TempDir private Path folder;

  private List<FaultPair> pairs(boolean withHandlers) throws Exception {
    Path kernel = folder.resolve("kernel");
    copy(SAMPLE, kernel);
    if (withHandlers) {
      Path file = kernel.resolve("src/interrupts.rs");
      String text = Files.readString(file);
      assertThat(text).contains(REGISTRATION);
      Files.writeString(file, text.replace(REGISTRATION, REGISTRATION + GATES) + HANDLERS);
    }
    Rubric rubric = RubricReader.read(Terminal.HOME.resolve("rubrics/double-faults.yaml"));
    GraderSet graders =
        GraderSet.load(Terminal.HOME.resolve("graders/double-faults"), rubric.assignment(), folder);
    Pipeline.Settings settings = new Pipeline.Settings(rubric, graders, "pairs", "");
    Path out = folder.resolve("out");
    try (Sandbox containers = ReadyMachine.sandbox();
        Pipeline pipeline = new Pipeline(containers, settings, folder)) {
      Result result = pipeline.grade("kernel", kernel, out, null, step -> {}).result();
      assertThat(result.status()).as(result.message()).isEqualTo(Result.Status.GRADED);
    }
    Evidence evidence = new EvidenceStore(out.resolve("evidence")).read();
    BootRecord boot =
        evidence.boots().stream()
            .filter(b -> b.intervention() == Intervention.FAULT_PAIRS)
            .findFirst()
            .orElseThrow();
    assertThat(boot.faultPairs()).hasSize(30);
    return boot.faultPairs();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Intel SDM vol. 3A, table 6-5. */
  private static Outcome byTheManual(int first, int second) {
    int pageFault = 14;
    return first != pageFault && second == pageFault
        ? Outcome.SECOND_HANDLED
        : Outcome.DOUBLE_FAULT;
  }

  @Test
  void aKernelWithAllHandlersSeesWhatTheManualSays() throws Exception {
    assertThat(pairs(true))
        .allSatisfy(
            pair ->
                assertThat(pair.outcome())
                    .as("%d, then %d: %s", pair.first(), pair.second(), pair.seen())
                    .isEqualTo(byTheManual(pair.first(), pair.second())));
  }

  /** The page fault finds no gate, which is a contributory exception on the way to it. */
  @Test
  void withoutThemEachPairIsADoubleFault() throws Exception {
    assertThat(pairs(false))
        .allSatisfy(pair -> assertThat(pair.outcome()).isEqualTo(Outcome.DOUBLE_FAULT));
  }
}
