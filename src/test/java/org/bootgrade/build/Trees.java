package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.IntakeResult;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.io.TempDir;

/** Makes source trees of files given by path and text. */
abstract class Trees {

  static final String KERNEL =
      """
      [package]
      name = "kernel"
      version = "0.1.0"
      edition = "2021"

      [dependencies]
      bootloader = "0.9"
      """;

  static final String SPEC = "{\"llvm-target\": \"x86_64-unknown-none\", \"arch\": \"x86_64\"}";

  @TempDir Path temporary;

  private int made;

  SourceTree tree(Map<String, String> files) throws IOException, InfrastructureFailure {
    Path folder = temporary.resolve("handed-in" + made);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    IntakeResult result =
        new Intake(IntakeLimits.defaults()).take(folder, temporary.resolve("taken" + made++));
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).tree();
  }
}
