package org.bootgrade.grading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.SerialEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a pass text, and on which side of the double fault it stands. */
class PassTextTest {

  private static Submission submission(Recorded recorded, String... passTexts) {
    CourseSettings defaults = CourseSettings.defaults();
    return new Submission(
        recorded.evidence(),
        passTexts.length == 0
            ? defaults
            : new CourseSettings(
                defaults.qemuPass(), List.of(passTexts), defaults.smallestIstStack()));
  }

  private static TestProgram test(Recorded recorded) {
    return submission(recorded).tests().get(0);
  }

  private static boolean passes(String text) {
    return submission(Recorded.right()).saysPassed(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ok]",
        "[OK]",
        "[ ok ]",
        "[\tOk  ]",
        "ok",
        "test... ok",
        "stack_overflow::stack_overflow...\t[ok]\n",
        "stack_overflow[ok]",
        "[success]",
        "[Pass]",
        "PASSED",
        "\u001b[32m[ok]\u001b[0m",
        "[\u001b[1;32mok\u001b[0m]",
        "\u001b[38;5;10mok\u001b[m",
        "ok.",
        "ok\r\n",
      })
  void aPassTextIsSeenThroughColoursCaseAndBlanks(String text) {
    assertThat(passes(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "token",
        "ok_then",
        "not0k",
        "book",
        "[fail]",
        "looks okay",
        "o k",
        "[o k]",
        "bypassed",
        "pass",
        "\u001b[32mtok\u001b[0men",
        "not ok",
        "Not OK",
        "not ok 1 - stack_overflow\r\n",
        "stack_overflow... not passed",
        "not  \u001b[31m[ok]\u001b[0m",
      })
  void otherWordsAreNoPassText(String text) {
    assertThat(passes(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not ok\nok",
        "knot ok",
        "must_not ok",
        "why not: ok",
        "what it should not\n[ok]",
        "does_not... [ok]"
      })
  void onlyANotRightBeforeDeniesAPassText(String text) {
    assertThat(passes(text)).isTrue();
  }

  @Test
  @Timeout(30)
  void aMegabyteOfBlanksIsReadInOneGo() {
    String blanks = " ".repeat(1 << 20);
    assertThat(passes(blanks)).isFalse();
    assertThat(passes("[" + blanks + "ok" + blanks + "]")).isTrue();
  }

  @Test
  @Timeout(30)
  void aMegabyteOfWordsThatAreNoneIsReadInOneGo() {
    assertThat(passes("ok_[not ok".repeat(100_000))).isFalse();
    assertThat(passes("ok_[not ok".repeat(100_000) + " ok")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'[ok', '[ok'",
    "'[ ok', '[ok'",
    "'ok ]', 'ok]'",
    "'[ ] [', '[] ['",
    "' a  b ', ' a  b '"
  })
  void blanksInsideBracketsDoNotCount(String text, String plain) {
    assertThat(TestProgram.plain(text)).isEqualTo(plain);
  }

  @Test
  void aPassTextOfNothingEndsTheSearch() {
    assertThat(submission(Recorded.right(), "\u001b[0m").saysPassed("not ")).isTrue();
  }

  @Test
  void aTextInBracketsMayFollowANameDirectly() {
    assertThat(submission(Recorded.right(), "[ok]").saysPassed("stack_overflow[ok]done")).isTrue();
  }

  @Test
  void aPassTextOfTheCourseIsTakenLiterally() {
    Submission course = submission(Recorded.right(), "test.*(ok)", "\u2713");
    assertThat(course.saysPassed("TEST.*(OK)")).isTrue();
    assertThat(course.saysPassed("testing (ok)")).isFalse();
    assertThat(course.saysPassed("[ok]")).isFalse();
    assertThat(course.saysPassed("done \u2713")).isTrue();
  }

  @Test
  void textIsCutWhereTheFaultWas() {
    TestProgram before = test(Recorded.right().test("[ok]\n", "later\n", new Ending.Exited(33)));
    assertThat(before.saidSo()).isTrue();
    assertThat(before.saidSoBeforeTheFault()).isTrue();
    assertThat(before.saidSoAfterTheFault()).isFalse();
    TestProgram after = test(Recorded.right().test("first\n", "[ok]\n", new Ending.Exited(33)));
    assertThat(after.saidSoBeforeTheFault()).isFalse();
    assertThat(after.saidSoAfterTheFault()).isTrue();
  }

  @Test
  void charactersOfSeveralBytesCountByTheirBytes() {
    TestProgram test =
        test(Recorded.right().test("\u00e9\u2713 [ok]", " no", new Ending.Exited(33)));
    assertThat(test.saidSoBeforeTheFault()).isTrue();
    assertThat(test.saidSoAfterTheFault()).isFalse();
  }

  @Test
  void bytesThatAreNoTextDoNotMoveAnEarlierPassTextBehindTheFault() {
    byte[] written = ("\u0001".repeat(100) + "[ok]").getBytes(StandardCharsets.US_ASCII);
    java.util.Arrays.fill(written, 0, 100, (byte) 0xff);
    String decoded = new String(written, StandardCharsets.UTF_8) + "EXCEPTION";
    TestProgram test =
        test(
            Recorded.right()
                .test(
                    decoded,
                    new Ending.Exited(33),
                    Recorded.pageFault(1, Recorded.GUARD - 8, Recorded.GUARD, written.length),
                    Recorded.doubleFault(2, Recorded.GUARD, written.length)));
    assertThat(test.saidSoBeforeTheFault()).isTrue();
    assertThat(test.saidSoAfterTheFault()).isFalse();
  }

  @Test
  void aFaultBeyondWhatWasKeptOfTheTextIsNoError() {
    TestProgram test =
        test(
            Recorded.right()
                .test(
                    "[ok]",
                    new Ending.Exited(33),
                    Recorded.doubleFault(1, Recorded.GUARD, 1L << 40)));
    assertThat(test.saidSoAfterTheFault()).isFalse();
    assertThat(test.saidSoBeforeTheFault()).isTrue();
  }

  @Test
  void aPassTextBehindMoreThanIsKeptFromTheBeginningIsSeen() {
    TestProgram test =
        test(
            Recorded.right()
                .test(
                    "x".repeat(100),
                    new Ending.Exited(33),
                    Recorded.doubleFault(1, Recorded.GUARD, 1005)));
    assertThat(test.saidSoAfterTheFault()).isFalse();

    TestProgram ended = test(endingWith(new SerialEnd(1000, "[ok] [ok]")));
    assertThat(ended.saidSoAfterTheFault()).isTrue();
    assertThat(ended.saidSoBeforeTheFault()).isTrue();
    assertThat(test(endingWith(new SerialEnd(1000, "[ok]   "))).saidSoAfterTheFault()).isFalse();
  }

  @Test
  void twoPiecesOfALongOutputMakeNoPassTextTogether() {
    Recorded recorded =
        Recorded.right()
            .test("é and so on [o", new Ending.Exited(33), Recorded.doubleFault(1, 0x1000, 5));
    BootRecord boot =
        recorded.evidence().boot(Recorded.TEST, Intervention.AS_SUBMITTED).orElseThrow();

    assertThat(boot.endingWith(new SerialEnd(15, "k]")).serialBetween(0, 1000)).contains("[ok]");
    assertThat(boot.endingWith(new SerialEnd(16, "k]")).serialBetween(0, 1000))
        .isEqualTo("é and so on [o\nk]");
  }

  /**
   * A test that faults when it has written 1005 bytes, of which the first 100 and an end are kept.
   */
  private static Recorded endingWith(SerialEnd end) {
    Recorded recorded =
        Recorded.right()
            .test(
                "x".repeat(100),
                new Ending.Exited(33),
                Recorded.doubleFault(1, Recorded.GUARD, 1005));
    BootRecord boot =
        recorded.evidence().boot(Recorded.TEST, Intervention.AS_SUBMITTED).orElseThrow();
    return recorded.boot(boot.endingWith(end));
  }

  @Test
  void whatWasPrintedIsShownShortPlainAndOnOneLine() {
    assertThat(test(Recorded.right().test(" \n", new Ending.Exited(33))).printed())
        .isEqualTo("nothing");
    assertThat(
            test(Recorded.right().test("a\r\n\u001b[31mb\u001b[0m\t c", new Ending.Exited(33)))
                .printed())
        .isEqualTo("\"a b c\"");
    assertThat(test(Recorded.right().test("x".repeat(500), new Ending.Exited(33))).printed())
        .hasSizeLessThan(130)
        .endsWith("\u2026\"");
  }

  @Test
  void aTestThatWasNeverBootedPrintedNothingAndDidNothing() {
    TestProgram test =
        new TestProgram(submission(Recorded.right().without(Recorded.TEST)), "test/stack_overflow");
    assertThat(test.printed()).isEqualTo("nothing");
    assertThat(test.doubleFaulted() || test.overflowed() || test.exitedWithPass()).isFalse();
  }
}
