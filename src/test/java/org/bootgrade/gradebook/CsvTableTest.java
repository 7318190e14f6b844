package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

  private static CsvTable read(String text) throws GradebookError {
    return CsvTable.read("t.csv", text.getBytes(StandardCharsets.UTF_8), "a,b");
  }

  private static String problem(byte[] bytes) {
    GradebookError error =
        catchThrowableOfType(GradebookError.class, () -> CsvTable.read("t.csv", bytes, "a,b"));
    assertThat(error).isNotNull();
    return error.getMessage();
  }

  private static String problem(String text) {
    return problem(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A b,C\n1,\"x,y\"\n,\n2,z\n",
        "A b,C\r\n1,\"x,y\"\r\n\r\n2,z",
        "A b,C\r1,\"x,y\"\r\r2,z\r",
        "\ufeffA b,C\n1,\"x,y\"\n,\n2,z\n",
        "a_B;c\n1;x,y\n;\n2;z\n",
        "a  b\tC\n1\tx,y\n\t\n2\tz\n",
        "\" A b \", C\n1 ,\"x,y\"\n,\n 2,z \n",
      })
  void oneTableIsReadHoweverItIsWritten(String text) throws GradebookError {
    CsvTable table = read(text);

    assertThat(table.header()).containsExactly("a b", "c");
    assertThat(table.rows())
        .containsExactly(
            new CsvTable.Row(2, List.of("1", "x,y")), new CsvTable.Row(4, List.of("2", "z")));
  }

  @Test
  void whatStandsInQuotesSeparatesNothing() throws GradebookError {
    assertThat(read("\"a;b;c\",d\n1,2\n").header()).containsExactly("a;b;c", "d");
  }

  @Test
  void excelsLineOfTheSeparatorIsNoRow() throws GradebookError {
    CsvTable table = read("sep=;\r\na;b\r\n1;2\r\n");

    assertThat(table.headerLine()).isEqualTo(2);
    assertThat(table.rows()).containsExactly(new CsvTable.Row(3, List.of("1", "2")));
  }

  @Test
  void utf16WithAByteOrderMarkIsRead() throws GradebookError {
    for (String charset : List.of("UTF-16LE", "UTF-16BE")) {
      byte[] bytes = "\ufeffname\tid\nZoë\t1\n".getBytes(java.nio.charset.Charset.forName(charset));

      assertThat(CsvTable.read("t.csv", bytes, "a,b").rows())
          .containsExactly(new CsvTable.Row(2, List.of("Zoë", "1")));
    }
  }

  @Test
  void aCellOfSeveralLinesMovesTheLinesBelow() throws GradebookError {
    assertThat(read("a,b\n\"1\n2\n3\",x\n4,y\n").rows())
        .extracting(CsvTable.Row::line)
        .containsExactly(2, 5);
  }

  @Test
  void aShortRowHasEmptyCells() throws GradebookError {
    CsvTable.Row row = read("a,b,c\n1\n").rows().get(0);

    assertThat(row.cell(2)).isEmpty();
    assertThat(row.cell(-1)).isEmpty();
  }

  @Test
  void whatIsNoTableIsToldWithItsLine() {
    assertThat(problem("")).contains("t.csv: the table is empty; ");
    assertThat(problem("\n\n")).contains("t.csv: the table is empty; ");
    assertThat(problem("a,b\n1,2,3\n"))
        .startsWith("t.csv:2: the row has 3 cells, and there are 2 columns; ");
    assertThat(problem("a,b\n1,2\n3,\"4\n")).startsWith("t.csv:2: in this row or below it the");
    assertThat(problem("a,b\n\"1\"x,2\n")).contains("the quotes do not fit");
    assertThat(problem("a\n" + "x".repeat(1001))).startsWith("t.csv:2: a cell has more than 1000");
    assertThat(problem("a\nx\u0000y\n")).startsWith("t.csv:2: a cell holds a zero character");
    assertThat(problem("a\nM\u00fcller\n".getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo("t.csv:2: the file is not UTF-8 from this line on; save it as \"CSV UTF-8\"");
    assertThat(problem(new byte[(16 << 20) + 1])).contains("larger than 16 MiB");
    assertThat(problem("a" + ",a".repeat(2000))).startsWith("t.csv:1: there are more than 2000");
    assertThat(problem("a\n" + "1\n".repeat(100_001))).contains("more than 100000 rows");
  }
}
