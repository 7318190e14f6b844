package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table that Canvas and Moodle import. */
class GradeSheetTest {

  private static GradeSheet.Line line(String sis, String login, @Nullable String score) {
    return new GradeSheet.Line(
        new GradeSheet.Who("Jane", "", sis, login, ""),
        score == null ? null : new BigDecimal(score));
  }

  private static List<String> notes(String column, GradeSheet.Line... lines) {
    return GradeSheet.write(column, List.of(lines), List.of()).problems().stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void columnsAreThoseOfCanvasAndNoMore() {
    assertThat(
            GradeSheet.write("Double faults (12345)", List.of(line("s1", "jd", "97.5")), List.of())
                .csv())
        .isEqualTo(
            """
            Student,ID,SIS User ID,SIS Login ID,Section,Double faults (12345)
            Jane,,s1,jd,,97.5
            """
                .replace("\n", "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+A1", "-A1", "@SUM(1)", "\t=1", " =1", "＝1", "+1+1", "-"})
  void noCellIsAFormula(String text) {
    assertThat(GradeSheet.cell(text)).matches("\"?'.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-5 | -5",
        "+4915 | +4915",
        "0042 | 0042",
        "Doe, Jane | \"Doe, Jane\"",
        "a;b | \"a;b\"",
        "Ann \"A\" Lee | \"Ann \"\"A\"\" Lee\"",
        "O'Brien | O'Brien",
        "` a` | \" a\"",
        "Zoë 山 | Zoë 山",
      })
  void otherTextStaysAsItIs(String text, String cell) {
    assertThat(GradeSheet.cell(text)).isEqualTo(cell);
  }

  @Test
  void aCellHasOneLineAndNothingThatATerminalActsOn() {
    assertThat(GradeSheet.cell("a\r\nb\u001b[0m\u202e"))
        .isEqualTo("a\\u{d}\\u{a}b\\u{1b}[0m\\u{202e}");
  }

  @Test
  void aTableOfWhichNothingIsToBeMindedSaysNothing() {
    assertThat(notes("Double faults", line("s1", "jd", "100"), line("s2", "mr", "0"))).isEmpty();
  }

  @Test
  void whatAnImportWouldGetWrongIsTold() {
    assertThat(notes("Final Grade of lab 3", line("s1", "jd", "1")))
        .singleElement()
        .asString()
        .contains("Canvas leaves out a column", "\"Final Grade of lab 3\"", "lms-column");
    assertThat(notes("t", line("s1", "jd", "1"), line("", "mr", "2")))
        .singleElement()
        .asString()
        .contains("1 of 2 rows have no SIS User ID", "changes the grade of the one above");
    assertThat(notes("t", line("s1", "jd", "1"), line("s2", "", "2")))
        .singleElement()
        .asString()
        .contains("1 of 2 rows have no SIS Login ID");
    assertThat(notes("t", line("", "", "1")))
        .singleElement()
        .asString()
        .contains("1 row has no number, login or address");
    assertThat(notes("t", line("s1", "=cmd", "1")))
        .singleElement()
        .asString()
        .contains("take for a formula", "by hand");
    assertThat(notes("t", line("s1", "jd", null)))
        .singleElement()
        .asString()
        .contains("some cells are empty", "takes empty cells for 0");
    assertThat(notes("t", line("s1", "jd", "100.5")))
        .singleElement()
        .asString()
        .contains("above 100", "Moodle refuses the whole table");
  }
}
