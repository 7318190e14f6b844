package org.bootgrade.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tools;
import org.bootgrade.gradebook.Grade;
import org.bootgrade.gradebook.Submitted;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.Result.Submission;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.rubric.Scorer;

/** A small class: a good submission, a poor one, a hostile one, a broken archive, a bad day. */
final class Samples {

  static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  static final String GRADERS = "sha256:" + "fedcba9876543210".repeat(4);

  /** What a student's program may print: it must reach no reader as anything but text. */
  static final String HOSTILE = "\u001b[2J\u001b]0;pwned\u0007<script>alert(1)</script>\u202e&\"'";

  private static final String COMPILER =
      """
      error[E0308]: mismatched types
        --> src/idt.rs:12:30
         |
      12 |     .set_stack_index(crate::gdt::DOUBLE_FAULT_IST_INDEX_WITH_A_VERY_LONG_NAME_INDEED_IT_IS);
         |      --------------- ^^^ expected `u16`, found `usize`""";

  private Samples() {}

  static Rubric rubric() {
    try {
      return RubricReader.read(
          "demo.yaml",
          """
          assignment: demo
          title: A demo
          points: 100
          criteria:
            - {id: builds, title: The kernel and its tests build, points: 10,
               hint: Read the first error of the compiler before the others because they follow.}
            - {id: double-fault-handled, title: A fault that no handler takes ends in the double
               fault handler which reports it, points: 57.5, hint: Look at the IDT.}
            - {id: test-is-sensitive, title: The test can fail, points: 32.5,
               requires: [double-fault-handled]}
          """);
    } catch (RubricError e) {
      throw new IllegalStateException(e);
    }
  }

  static Result good() {
    return graded(
        "alice",
        List.of(),
        List.of(),
        new Finding("builds", Outcome.PASSED, "", List.of()),
        new Finding("double-fault-handled", Outcome.PASSED, "", List.of()),
        new Finding("test-is-sensitive", Outcome.PASSED, "", List.of()));
  }

  static Result poor() {
    return graded(
        "bob",
        List.of("kernel.json is in the form of an older compiler; in the build's copy it is new"),
        List.of(new Flag("build-script", "build.rs runs code at build time")),
        new Finding(
            "builds",
            Outcome.PARTIAL,
            "The test double does not compile, so nothing can be said about it. The compiler said:"
                + "\n\n"
                + COMPILER,
            List.of(EvidenceReference.file("build/test double.log"))),
        new Finding(
            "double-fault-handled",
            Outcome.FAILED,
            "Expected a double fault, but the machine reset.",
            List.of(EvidenceReference.event("kernel/as-submitted", 2, "src/main.rs:30"))),
        new Finding("test-is-sensitive", Outcome.PASSED, "", List.of()));
  }

  static Result hostile() {
    return graded(
        "=cmd|' /C calc'!A0" + HOSTILE,
        List.of(HOSTILE),
        List.of(new Flag("odd", HOSTILE)),
        new Finding("builds", Outcome.PASSED, "", List.of()),
        new Finding(
            "double-fault-handled",
            Outcome.FAILED,
            "It printed " + HOSTILE,
            List.of(new EvidenceReference(HOSTILE, 1, null, HOSTILE))),
        new Finding("test-is-sensitive", Outcome.SKIPPED, HOSTILE, List.of()));
  }

  /** Two who handed in late what is in groups, and whose grade was changed by hand. */
  static Seen booked() throws RubricError {
    Rubric rubric =
        RubricReader.read(
            "demo.yaml",
            """
            assignment: demo
            title: A demo
            points: 100
            groups: [{id: kernel, title: The kernel}, {id: tests, title: Its tests}]
            criteria:
              - {id: builds, title: The kernel and its tests build, points: 60, group: kernel}
              - {id: double-fault-handled, title: A fault ends in its handler, points: 40, group: tests}
              - {id: test-is-sensitive, title: The test can fail, points: 10, group: tests,
                 extra-credit: true}
            """);
    Result scored =
        Result.graded(
            new Submission("doejane_LATE_4711_12_kernel", DIGEST, "2026-10-02T13:00:00Z"),
            rubric,
            GRADERS,
            Scorer.score(
                rubric,
                List.of(
                    new Finding("builds", Outcome.PASSED, "", List.of()),
                    new Finding("double-fault-handled", Outcome.FAILED, "It reset.", List.of()),
                    new Finding("test-is-sensitive", Outcome.PASSED, "", List.of()))),
            List.of(),
            List.of(),
            "0.1.0");
    Grade grade =
        new Grade(
            new BigDecimal("70"),
            new Submitted(
                "2026-10-02T13:00:00Z",
                Submitted.Source.ARCHIVE,
                "2026-10-02 15:00:00 Europe/Berlin"),
            new Grade.Late("PT25H", 2, new BigDecimal("20"), false),
            List.of(
                new Grade.Adjusted(
                    "double-fault-handled",
                    new BigDecimal("12.5"),
                    new BigDecimal("12.5"),
                    "It handles the fault on real hardware, as was shown in the exercise."),
                new Grade.Adjusted(null, new BigDecimal("-2"), null, HOSTILE)),
            new BigDecimal("60.5"),
            new BigDecimal("100"));
    return new Seen(
        scored.booked(List.of("Doe, Jane", "Roe, <Rick>"), grade, List.of()),
        "1 criterion is worth 5 points and not shown yet; this score is without it.");
  }

  static Result rejected() {
    return Result.rejected(
        new Submission("carol", null),
        rubric(),
        "The archive is cut short. Pack it again.",
        List.of(),
        "0.1.0");
  }

  static Result notGraded() {
    return Result.notGraded(
        new Submission("dave", DIGEST),
        rubric(),
        new InfrastructureFailure("The engine is gone.", "Run ./bootgrade doctor."),
        "0.1.0");
  }

  static ClassResults all() {
    return ClassResults.of(List.of(rejected(), poor(), notGraded(), hostile(), good()));
  }

  static Map<String, Evidence> evidence() {
    return Map.of(
        "bob", evidence("hello\n", HOSTILE), hostile().submission().id(), evidence(HOSTILE, "x"));
  }

  private static Evidence evidence(String serial, String log) {
    SegmentRegister tr = new SegmentRegister(0x10, 0x1000, 0x67, 0xb, true);
    TableRegister table = new TableRegister(0x2000, 0xfff);
    ExceptionEvent first =
        new ExceptionEvent(
            1,
            14,
            2,
            false,
            null,
            0,
            8,
            0x204061,
            0,
            0x100_0000_2000L,
            0xdeadbeefL,
            0x1000,
            tr,
            table,
            table,
            0,
            new SourceLocation("kernel::recurse", "src/main.rs", 30));
    ExceptionEvent second =
        new ExceptionEvent(
            2,
            8,
            0,
            false,
            new Escalation(14, 11),
            0,
            8,
            -1L,
            0,
            0,
            0,
            0,
            tr,
            table,
            table,
            0,
            null);
    return new Evidence(
        Evidence.SCHEMA,
        DIGEST,
        new Tools("0.1.0", "rustc", "cargo", "qemu", "host", "host"),
        new BuildRecord(
            "kernel",
            ".",
            "x.json",
            "",
            List.of(
                new ProgramRecord(
                    "kernel",
                    ProgramRecord.Kind.KERNEL,
                    "kernel",
                    "src/main.rs",
                    ProgramRecord.Outcome.BUILT,
                    "",
                    "kernel.img",
                    DIGEST,
                    null),
                new ProgramRecord(
                    "test/double",
                    ProgramRecord.Kind.TEST,
                    "double",
                    "tests/double.rs",
                    ProgramRecord.Outcome.FAILED,
                    log,
                    null,
                    null,
                    null)),
            List.of(),
            List.of(),
            null),
        List.of(
            new BootRecord(
                "kernel/as-submitted",
                "kernel",
                Intervention.AS_SUBMITTED,
                new Ending.TripleFault(),
                serial,
                true,
                List.of("It did not crash!", ""),
                List.of(first, second),
                true),
            new BootRecord(
                "test/quiet/as-submitted",
                "test/quiet",
                Intervention.AS_SUBMITTED,
                new Ending.Exited(33),
                "",
                false,
                List.of(),
                List.of(),
                false)));
  }

  private static Result graded(
      String id, List<String> notes, List<Flag> flags, Finding... findings) {
    return Result.graded(
        new Submission(id, DIGEST),
        rubric(),
        GRADERS,
        Scorer.score(rubric(), List.of(findings)),
        notes,
        flags,
        "0.1.0");
  }
}
