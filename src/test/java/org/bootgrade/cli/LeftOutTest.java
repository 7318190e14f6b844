package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeftOutTest {

  @Test
  void nothingIsSaidWhereEverythingIsGraded() {
    assertThat(new LeftOut(List.of()).inShort()).isEmpty();
  }

  @Test
  void whatIsNotGradedIsNamedOnceMoreAtTheEnd() {
    assertThat(new LeftOut(List.of(Path.of("class/eve.7z"))).inShort())
        .contains(
            "1 file is not graded and is in no table: class/eve.7z. Each was told at the beginning,"
                + " with what to do.");
  }

  @Test
  void ofManyOnlySomeAreNamed() {
    List<Path> many = IntStream.range(0, 7).mapToObj(i -> Path.of(i + ".rar")).toList();
    assertThat(new LeftOut(many).inShort())
        .hasValueSatisfying(
            told ->
                assertThat(told)
                    .startsWith("7 files are not graded")
                    .contains("0.rar, 1.rar, 2.rar, 3.rar, 4.rar, ….")
                    .doesNotContain("5.rar"));
  }
}
