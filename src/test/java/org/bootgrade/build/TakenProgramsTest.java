package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private static List<String> taken(String... paths) throws InfrastructureFailure {
    Outcome outcome = new Here().run(TakenPrograms.command(List.of(paths), MOST));
    return TakenPrograms.of(outcome, paths.length).stream()
        .map(bytes -> new String(bytes, US_ASCII))
        .toList();
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
  void whatIsNoAnswerOfTheScriptGivesNothing(String printed) {
    assertThat(TakenPrograms.parse(printed.getBytes(US_ASCII))).isEmpty();
  }
}
