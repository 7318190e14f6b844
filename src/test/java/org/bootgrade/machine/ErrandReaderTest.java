package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.machine.Errands.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What errands print, read as it comes. */
class ErrandReaderTest {

  private static final List<List<Errand>> TWO_PARTS =
      List.of(List.of(Errand.file(4, "a"), Errand.file(4, "b")), List.of(Errand.file(9, "c")));

  private static ErrandReader read(List<List<Errand>> parts, String printed, int piece)
      throws IOException {
    ErrandReader reader = new ErrandReader(parts);
    byte[] bytes = printed.getBytes(US_ASCII);
    for (int at = 0; at < bytes.length; at += piece) {
      reader.write(bytes, at, Math.min(piece, bytes.length - at));
    }
    return reader;
  }

  @Test
  void itMayComeInAnyPieces() throws Exception {
    String printed = "0 137\n3\n100\n1\n2abcd7\n0\n";
    for (int piece = 1; piece <= printed.length(); piece++) {
      ErrandReader reader = read(TWO_PARTS, printed, piece);
      assertThat(reader.complete()).isTrue();
      assertThat(reader.results())
          .extracting(Result::exitCode, Result::size, Result::text)
          .containsExactly(tuple(0, 3L, "1\n2"), tuple(137, 100L, "abcd"), tuple(7, 0L, ""));
    }
  }

  @Test
  void whatIsWantedElsewhereGoesThereAndIsNotKept() throws Exception {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    List<List<Errand>> parts =
        List.of(List.of(Errand.file(4, "log", log), Errand.file(4, "serial")));
    ErrandReader reader = read(parts, "0 0\n9\n2\nabcdef", 3);

    assertThat(reader.complete()).isTrue();
    assertThat(log.toString(US_ASCII)).isEqualTo("abcd");
    assertThat(reader.results()).extracting(Result::size).containsExactly(9L, 2L);
    assertThat(reader.results()).extracting(Result::text).containsExactly("", "ef");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0 0",
        "0\n1\n1\nab",
        "0 0 0\n1\n1\n1\nabc",
        "0 x\n1\n1\nab",
        "0 1000\n1\n1\nab",
        "0 0\n-1\n1\na",
        "0 0\n1\n99999999999999999999\na",
        "0 0\n1\n1\nab0\n",
        "0 0\n1\n1\nab0\n2\nc",
        "0 0\n1\n1\nab0\n1\ncd",
        "0 0\n1\n1\nab0\n1\nc0\n",
      })
  void whatIsNoAnswerIsNotComplete(String printed) throws Exception {
    assertThat(read(TWO_PARTS, printed, 2).complete()).isFalse();
  }

  @Test
  void aLineWithoutEndIsNotKept() throws Exception {
    ErrandReader reader = new ErrandReader(TWO_PARTS);
    byte[] noLine = "1".repeat(10_000).getBytes(US_ASCII);
    for (int i = 0; i < 100; i++) {
      reader.write(noLine);
    }
    assertThat(reader.complete()).isFalse();
  }
}
