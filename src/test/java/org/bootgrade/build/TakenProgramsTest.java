package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TakenProgramsTest {

  private static final int MOST = 100;

  @TempDir Path folder;

  /** Runs commands here. */
  private record Here() implements CommandsOnly {
    @Override
    public Outcome run(Command command) throws InfrastructureFailure {
      try {
        Process process = new ProcessBuilder(command.arguments()).start();
        byte[] out = process.getInputStream().readAllBytes();
        byte[] err = process.getErrorStream().readAllBytes();
        return new Outcome(Outcome.End.EXITED, process.waitFor(), out, err, false);
      } catch (IOException | InterruptedException e) {
        throw new InfrastructureFailure("no shell", "Install one.", e);
      }
    }
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private List<Path> files(int count) throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    return IntStream.range(0, count).mapToObj(i -> out.resolve("" + i)).toList();
  }

  private List<String> taken(String... paths) throws Exception {
    List<Path> files = files(paths.length);
    try (TakenPrograms taken = new TakenPrograms(files, MOST)) {
      Outcome outcome = new Here().runTrusted(TakenPrograms.command(List.of(paths), MOST), taken);
      return outcome.succeeded() && taken.complete() ? contents(files) : List.of();
    }
  }

  private static List<String> contents(List<Path> files) throws IOException {
    List<String> contents = new ArrayList<>();
    for (Path file : files) {
      contents.add(Files.readString(file));
    }
    return contents;
  }

  @Test
  void eachFileComesInItsOrderWhateverItHolds() throws Exception {
    String one = file("a 'program'", "12\n7\n");
    String two = file("b", "");
    String three = file("-c", "\n");

    assertThat(taken(one, two, three)).containsExactly("12\n7\n", "", "\n");
  }

  @Test
  void linksFoldersAndWhatIsMissingAreNotTaken() throws Exception {
    String file = file("a", "1");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(file));

    assertThat(taken(file, link.toString())).isEmpty();
    assertThat(taken(file, folder.toString())).isEmpty();
    assertThat(taken(file, file + "b")).isEmpty();
  }

  @Test
  void moreThanTheLimitTogetherIsNotTaken() throws Exception {
    String half = file("half", "x".repeat(MOST / 2));
    String rest = file("rest", "x".repeat(MOST / 2 + 1));

    assertThat(taken(half, half)).hasSize(2);
    assertThat(taken(half, rest)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5\nabc", "x\nabc", "\n", "3", "99999999999999999999\na", "-1\na", "1\nab\n"})
  void whatIsNoAnswerOfTheScriptGivesNothing(String printed) throws Exception {
    try (TakenPrograms taken = new TakenPrograms(files(2), MOST)) {
      taken.write("1\nx".getBytes(US_ASCII));
      taken.write(printed.getBytes(US_ASCII));
      assertThat(taken.complete()).isFalse();
    }
  }

  @Test
  void moreOrFewerFilesThanWereAskedForAreNone() throws Exception {
    for (int count : List.of(1, 3)) {
      try (TakenPrograms taken = new TakenPrograms(files(count), MOST)) {
        taken.write("1\nx1\ny".getBytes(US_ASCII));
        assertThat(taken.complete()).isFalse();
      }
    }
  }

  @Test
  void itMayComeInAnyPieces() throws Exception {
    byte[] printed = "3\n1\n20\n10\nabcdefghij".getBytes(US_ASCII);
    for (int piece = 1; piece <= printed.length; piece++) {
      List<Path> files = files(3);
      try (TakenPrograms taken = new TakenPrograms(files, MOST)) {
        for (int at = 0; at < printed.length; at += piece) {
          taken.write(printed, at, Math.min(piece, printed.length - at));
        }
        assertThat(taken.complete()).isTrue();
      }
      assertThat(contents(files)).containsExactly("1\n2", "", "abcdefghij");
    }
  }
}
