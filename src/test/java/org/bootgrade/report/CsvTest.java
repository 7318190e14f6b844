package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

  @Test
  void aClassIsARowForEachSubmission() {
    ClassResults results =
        ClassResults.of(
            List.of(Samples.rejected(), Samples.poor(), Samples.notGraded(), Samples.good()));

    assertThat(new Reports().csv(results))
        .isEqualTo(
            """
            submission,students,status,score,max_score,grade,builds,double-fault-handled,test-is-sensitive,flags
            alice,,graded,100,100,100,10,57.5,32.5,
            bob,,graded,5,100,5,5,0,0,build-script: build.rs runs code at build time
            carol,,rejected,0,100,0,,,,rejected: The archive is cut short. Pack it again.
            dave,,infrastructure-failure,,,,,,,
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void anEmptyClassIsAHeader() {
    assertThat(new Reports().csv(ClassResults.of(List.of())))
        .isEqualTo("submission,students,status,score,max_score,grade,flags\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"})
  void noCellIsAFormula(String text) {
    assertThat(Csv.cell(text)).matches("(?s)\"?'.*");
  }

  @Test
  void quotesSeparatorsAndLineBreaksAreQuoted() {
    assertThat(Csv.cell("a,b")).isEqualTo("\"a,b\"");
    assertThat(Csv.cell("a;b")).isEqualTo("\"a;b\"");
    assertThat(Csv.cell("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"");
    assertThat(Csv.cell("a\nb")).isEqualTo("\"a\nb\"");
    assertThat(Csv.cell(" a")).isEqualTo("\" a\"");
    assertThat(Csv.cell("plain text-1")).isEqualTo("plain text-1");
    assertThat(Csv.cell("=\u001b\"")).isEqualTo("\"'=\\u{1b}\"\"\"");
  }

  @Test
  void eachRowOfAHostileClassHasAllColumns() {
    String csv = new Reports().csv(Samples.all());

    assertThat(csv).contains("\"'=cmd|' /C calc'!A0").doesNotContain("\u001b");
  }
}
