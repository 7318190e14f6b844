package org.bootgrade.grading;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ProgramRecord;

/** A submission as graders see it: its stored evidence, and what the course has fixed. */
public final class Submission {

  /**
   * No "not" right before, on the same line, the bracket around the text left aside. The end of a
   * test's name ({@code must_not}) is no "not".
   */
  private static final String NOT_DENIED = "(?<!(?<![a-z0-9_])not {1,3}[\\[(]?)";

  private static final String LETTER = "[a-z0-9_]";

  private final Evidence evidence;
  private final CourseSettings settings;

  /** What the course's pass texts look like in plain text. */
  private final List<PassText> passes;

  /** Searching for the word itself is many times faster than searching for the pattern. */
  private record PassText(String word, Pattern asWord) {

    boolean isIn(String plain) {
      Matcher matcher = asWord.matcher(plain).useTransparentBounds(true);
      int from = 0;
      for (int at = plain.indexOf(word); at >= from; at = plain.indexOf(word, from)) {
        if (matcher.region(at, plain.length()).lookingAt()) {
          return true;
        }
        from = at + 1;
      }
      return false;
    }
  }

  /**
   * A submission.
   *
   * @param evidence what was observed about it
   * @param settings what its course has fixed
   */
  public Submission(Evidence evidence, CourseSettings settings) {
    this.evidence = evidence;
    this.settings = settings;
    this.passes =
        settings.passTexts().stream()
            .map(TestProgram::plain)
            .map(word -> new PassText(word, asWord(word)))
            .toList();
  }

  Evidence evidence() {
    return evidence;
  }

  CourseSettings settings() {
    return settings;
  }

  /** How it was built. */
  public Build build() {
    return new Build(evidence.build());
  }

  /** The kernel, if there is one and it was built. */
  public Optional<Kernel> kernel() {
    return evidence.build().programs().stream()
        .filter(p -> p.kind() == ProgramRecord.Kind.KERNEL && p.built())
        .findFirst()
        .map(p -> new Kernel(this, p.id()));
  }

  /** The test programs that were built. */
  public List<TestProgram> tests() {
    return evidence.build().programs().stream()
        .filter(p -> p.kind() == ProgramRecord.Kind.TEST && p.built())
        .map(p -> new TestProgram(this, p.id()))
        .toList();
  }

  /** What stands in the text of its sources: hints, never a ground for a verdict. */
  public Sources sources() {
    return new Sources(evidence.source());
  }

  /** The smallest interrupt stack that counts, in bytes. */
  public long smallestIstStack() {
    return settings.smallestIstStack();
  }

  /** The values that mean "passed" on the exit port, in words. */
  public String qemuPass() {
    return String.join(
        " or ", settings.qemuPass().stream().map(v -> "0x%02x".formatted(v)).toList());
  }

  /**
   * Whether a text holds one of the course's pass texts as a word of its own, and not denied:
   * {@code ok} is no part of {@code token}, and {@code not ok} is none.
   */
  boolean saysPassed(String text) {
    String plain = TestProgram.plain(text);
    return passes.stream().anyMatch(pass -> pass.isIn(plain));
  }

  /** What begins or ends with a bracket is bounded by it: a test's name may stand right before. */
  private static Pattern asWord(String wanted) {
    String before = !wanted.isEmpty() && isLetter(wanted.charAt(0)) ? "(?<!" + LETTER + ")" : "";
    String behind =
        !wanted.isEmpty() && isLetter(wanted.charAt(wanted.length() - 1))
            ? "(?!" + LETTER + ")"
            : "";
    return Pattern.compile(NOT_DENIED + before + Pattern.quote(wanted) + behind);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }
}
