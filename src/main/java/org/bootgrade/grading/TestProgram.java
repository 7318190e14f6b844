package org.bootgrade.grading;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.SourceLocation;

/** A test program of the submission, booted by itself. */
public final class TestProgram {

  private static final char ESCAPE = '\u001b';
  private static final Pattern ANSI = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

  private static final long PAGE_OF_ADDRESS = -4096;

  private final Submission submission;
  private final String program;

  TestProgram(Submission submission, String program) {
    this.submission = submission;
    this.program = program;
  }

  /** Its id, for example {@code test/stack_overflow}. */
  public String id() {
    return program;
  }

  /** Its root source file, relative to the submission. */
  String source() {
    return submission.evidence().build().program(program).map(ProgramRecord::source).orElse("");
  }

  /** The test as it was handed in. */
  public Experiment asSubmitted() {
    return experiment(Intervention.AS_SUBMITTED);
  }

  /** The test on a machine whose exit port does nothing. */
  public Experiment exitPortAbsent() {
    return experiment(Intervention.EXIT_PORT_ABSENT);
  }

  /** The test with gate 8's IST field cleared at its double fault. */
  public Experiment istKnockedOut() {
    return experiment(Intervention.IST_KNOCKED_OUT);
  }

  /** The test with gate 8's IST field cleared from its beginning on, whenever it is written. */
  public Experiment istKeptOut() {
    return experiment(Intervention.IST_KEPT_OUT);
  }

  /**
   * Whether it still says that it passed, and would exit with a value that means so, when gate 8
   * names no interrupt stack from the beginning on: it looks for that, and then does not count on
   * it.
   */
  public boolean passesWithIstKeptOut() {
    return submission
        .evidence()
        .boot(program, Intervention.IST_KEPT_OUT)
        .filter(r -> exitedWithPass(r) && submission.saysPassed(r.serialBetween(0, Long.MAX_VALUE)))
        .isPresent();
  }

  /** Whether the machine saw a double fault that no instruction asked for. */
  public boolean doubleFaulted() {
    return doubleFault().isPresent();
  }

  /** Whether an instruction asked for the double fault handler ({@code int 8}). */
  public boolean askedForDoubleFault() {
    return record().stream()
        .flatMap(r -> r.events().stream())
        .anyMatch(e -> e.vector() == ExceptionEvent.DOUBLE_FAULT && e.software());
  }

  /** Whether the machine saw any exception at all. */
  public boolean sawExceptions() {
    return record().filter(r -> !r.events().isEmpty()).isPresent();
  }

  /**
   * Whether the double fault came of a stack overflow: a page table walk at the fault says so, or,
   * where there was none, the page fault before it was a write to a page that is not there, within
   * 64 KiB of the stack pointer.
   */
  public boolean overflowed() {
    if (experiment(Intervention.EXIT_PORT_ABSENT).delivered()) {
      return experiment(Intervention.EXIT_PORT_ABSENT).overflowed();
    }
    return pageFaultBefore().filter(TestProgram::nearTheStack).isPresent();
  }

  /** Whether its double fault began with a page fault, of the stack or of anything else. */
  public boolean beganWithPageFault() {
    return pageFaultBefore().isPresent();
  }

  private static boolean nearTheStack(ExceptionEvent fault) {
    long reach = 64 << 10;
    boolean notPresent = (fault.errorCode() & 1) == 0;
    return notPresent && Math.abs(fault.cr2() - fault.rsp()) <= reach;
  }

  /** Whether the test ended in a triple fault. */
  public boolean tripleFaulted() {
    return record().filter(r -> r.ending() instanceof Ending.TripleFault).isPresent();
  }

  /** Whether it wrote a value that means "passed" to the exit port. */
  public boolean exitedWithPass() {
    return record().filter(this::exitedWithPass).isPresent();
  }

  private boolean exitedWithPass(BootRecord record) {
    return record.ending() instanceof Ending.Exited exited
        && submission.settings().qemuPass().contains(exited.value());
  }

  /** Whether it printed a pass text over serial after its double fault. */
  public boolean saidSoAfterTheFault() {
    Optional<ExceptionEvent> fault = doubleFault();
    return fault.isPresent() && submission.saysPassed(serialFrom(fault.get().serialOffset()));
  }

  /** Whether it printed a pass text over serial, whenever. */
  public boolean saidSo() {
    return submission.saysPassed(serialFrom(0));
  }

  /** Whether it printed a pass text before its double fault. */
  public boolean saidSoBeforeTheFault() {
    return doubleFault()
        .map(f -> submission.saysPassed(serialUpTo(f.serialOffset())))
        .orElse(false);
  }

  /**
   * Whether it prints a pass text at a panic that has nothing to do with it: then the text says
   * nothing of what the test is about.
   */
  public boolean passesAtAnyPanic() {
    return submission
        .evidence()
        .boot(program, Intervention.PANIC)
        .filter(BootRecord::ran)
        .filter(r -> submission.saysPassed(r.serialBetween(0, Long.MAX_VALUE)))
        .isPresent();
  }

  /**
   * Whether its stack pointer came to the stack's end without the stack having been used on the
   * way: most pages between were never written to.
   */
  public boolean leaptToTheStacksEnd() {
    return withoutExitPort()
        .map(BootRecord::delivery)
        .map(Delivery::descent)
        .filter(Descent::leapt)
        .isPresent();
  }

  /** How much of the stack was used on the way to its end, in words; empty where unknown. */
  public String descent() {
    return withoutExitPort()
        .map(BootRecord::delivery)
        .map(Delivery::descent)
        .map(TestProgram::inWords)
        .orElse("");
  }

  private static String inWords(Descent descent) {
    if (descent.filled()) {
      return "the stack was written to %d KiB below the stack pointer, and not by using it"
          .formatted(descent.ahead() >> 10);
    }
    String changed =
        "%d values in its lowest 16 KiB were changed since the program began"
            .formatted(descent.words());
    return descent.pages() == 0
        ? changed
        : "%d of the stack's %d fresh pages were never written to, and %s"
            .formatted(descent.untouched(), descent.pages(), changed);
  }

  /**
   * Whether it asked to exit before it double faulted, which a machine shows whose exit port does
   * nothing.
   */
  public boolean exitedBeforeTheFault() {
    boolean exited = record().filter(r -> r.ending() instanceof Ending.Exited).isPresent();
    return exited
        && doubleFault().isEmpty()
        && withoutExitPort().filter(r -> doubleFault(r).isPresent()).isPresent();
  }

  /**
   * Whether a second boot came to the same double fault by the same exceptions. True where there
   * was no second boot to compare.
   */
  public boolean repeatsItself() {
    Optional<ExceptionEvent> fault = doubleFault();
    if (fault.isEmpty() || tripleFaulted()) {
      return true;
    }
    Optional<BootRecord> again = withoutExitPort();
    if (again.isEmpty()) {
      return true;
    }
    if (!again.get().ran()) {
      return false;
    }
    List<String> first = upTo(record().orElseThrow().events(), fault.get());
    if (again.get().eventsTruncated() && doubleFault(again.get()).isEmpty()) {
      return true; // More came before it than is kept of an experiment.
    }
    return doubleFault(again.get())
        .map(f -> upTo(again.get().events(), f))
        .filter(first::equals)
        .isPresent();
  }

  /**
   * What exceptions have in common from boot to boot even where a timer interrupts: not the exact
   * instruction.
   */
  private static List<String> upTo(List<ExceptionEvent> events, ExceptionEvent last) {
    return events.subList(0, events.indexOf(last) + 1).stream()
        .map(
            e ->
                "%d %b %x %x"
                    .formatted(e.vector(), e.software(), e.errorCode(), e.cr2() & PAGE_OF_ADDRESS))
        .toList();
  }

  private Optional<BootRecord> withoutExitPort() {
    return submission.evidence().boot(program, Intervention.EXIT_PORT_ABSENT);
  }

  /** How it ended, in words. */
  public String ending() {
    return asSubmitted().ending();
  }

  /** What it printed over serial, on one line and shortened. */
  public String printed() {
    return quoted(serialFrom(0));
  }

  /** The same of what it printed after its double fault. */
  public String printedAfterTheFault() {
    return quoted(doubleFault().map(f -> serialFrom(f.serialOffset())).orElse(""));
  }

  private static String quoted(String printed) {
    String text = ANSI.matcher(printed).replaceAll("").strip().replaceAll("\\s+", " ");
    if (text.isEmpty()) {
      return "nothing";
    }
    return "\"" + (text.length() > 120 ? text.substring(0, 120) + "\u2026" : text) + "\"";
  }

  /** The exceptions it met, one a line. */
  public List<String> exceptions() {
    return asSubmitted().exceptions();
  }

  /** The references to its double fault, or to its boot where there was none. */
  public List<EvidenceReference> references() {
    String id = BootRecord.id(program, Intervention.AS_SUBMITTED);
    return doubleFault()
        .map(
            f -> {
              SourceLocation at = f.at();
              return List.of(
                  EvidenceReference.event(id, f.number(), at == null ? null : at.place()));
            })
        .orElse(List.of(EvidenceReference.boot(id)));
  }

  private Optional<ExceptionEvent> doubleFault() {
    return record().flatMap(TestProgram::doubleFault);
  }

  private static Optional<ExceptionEvent> doubleFault(BootRecord record) {
    return record.events().stream()
        .filter(e -> e.vector() == ExceptionEvent.DOUBLE_FAULT)
        .filter(e -> !e.software() && e.escalation() != null)
        .findFirst();
  }

  private Optional<ExceptionEvent> pageFaultBefore() {
    return doubleFault()
        .flatMap(
            fault ->
                record().stream()
                    .flatMap(r -> r.events().stream())
                    .filter(e -> e.number() < fault.number())
                    .reduce((first, second) -> second)
                    .filter(e -> e.vector() == ExceptionEvent.PAGE_FAULT));
  }

  private String serialFrom(long offset) {
    return record().map(r -> r.serialBetween(offset, Long.MAX_VALUE)).orElse("");
  }

  private String serialUpTo(long offset) {
    return record().map(r -> r.serialBetween(0, offset)).orElse("");
  }

  private Experiment experiment(Intervention intervention) {
    return new Experiment(
        BootRecord.id(program, intervention),
        submission.evidence().boot(program, intervention).orElse(null));
  }

  private Optional<BootRecord> record() {
    return submission.evidence().boot(program, Intervention.AS_SUBMITTED);
  }

  /** Text without colours, in lower case, without blanks inside brackets. */
  static String plain(String text) {
    String plain = text.indexOf(ESCAPE) < 0 ? text : ANSI.matcher(text).replaceAll("");
    return withoutBlanksInsideBrackets(plain.toLowerCase(Locale.ROOT));
  }

  private static String withoutBlanksInsideBrackets(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && isBlank(text.charAt(end))) {
        end++;
      }
      boolean opened = at > 0 && text.charAt(at - 1) == '[';
      boolean closes = end < text.length() && text.charAt(end) == ']';
      if (!opened && !closes) {
        kept.append(text, at, end);
      }
      if (end < text.length()) {
        kept.append(text.charAt(end));
      }
      at = end + 1;
    }
    return kept.toString();
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
