package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLockTest {

  @TempDir Path folder;

  @Test
  void oneRunAtATimeHasAFolder() throws Exception {
    Path out = folder.resolve("new/out");
    try (OutputLock held = OutputLock.take(out)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> OutputLock.take(out))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining("another run of bootgrade writes to " + out);
      OutputLock.take(folder.resolve("other")).close();
    }
    OutputLock.take(out).close();
    assertThat(out.resolve(OutputLock.NAME)).doesNotExist();
  }

  @Test
  void anotherProcessIsRefusedUntilTheFirstIsGone() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('!');
      assertThatThrownBy(() -> OutputLock.take(folder)).isInstanceOf(InfrastructureFailure.class);
    } finally {
      holder.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
    assertThat(Files.exists(folder.resolve(OutputLock.NAME))).as("it was killed").isTrue();
    OutputLock.take(folder).close();
  }

  /** Takes the folder and waits to be killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      OutputLock.take(Path.of(arguments[0]));
      System.out.write('!');
      System.out.flush();
      Thread.sleep(60_000);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> OutputLock.take(file.resolve("out")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("could not be written");
  }
}
