package org.bootgrade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

  @TempDir Path folder;
  private final SettingsReader reader = new SettingsReader();

  private ServiceSettings read(String text) throws Exception {
    Path file = folder.resolve("serve.toml");
    Files.writeString(file, text);
    return reader.read(file, Map.of());
  }

  @Test
  void theDefaultsAreSettingsThemselves() throws Exception {
    ServiceSettings defaults = reader.read(null, Map.of());
    assertThat(read(SettingsReader.defaults())).isEqualTo(defaults);
    assertThat(defaults.port()).isEqualTo(8080);
    assertThat(defaults.worker().heartbeatSeconds()).isEqualTo(2);
    assertThat(defaults.courses()).isEmpty();
  }

  @Test
  void aFileNeedOnlyHoldWhatIsDifferent() throws Exception {
    ServiceSettings settings = read("port = 81\n[worker]\nattempts = 2\n");
    assertThat(settings.port()).isEqualTo(81);
    assertThat(settings.worker().attempts()).isEqualTo(2);
    assertThat(settings.worker().pauseAfter()).isEqualTo(3);
  }

  @Test
  void theExampleOfACourseIsOne() throws Exception {
    String example =
        SettingsReader.defaults()
            .lines()
            .dropWhile(l -> !l.equals("# [[courses]]"))
            .map(l -> l.replaceFirst("^# ?", ""))
            .reduce("", (a, b) -> a + b + "\n");
    assertThat(read(example).courses())
        .isEqualTo(
            List.of(
                new ServiceSettings.Course(
                    "os-2026",
                    "Operating systems",
                    List.of(
                        new ServiceSettings.Assignment(
                            "double-faults", "double-faults.yaml", "graders/")),
                    List.of(
                        new ServiceSettings.Webhook(
                            "gradebook",
                            "https://lms.example/hooks/bootgrade",
                            "whsec_cmVwbGFjZSB0aGlzIGJ5IG9uZSBvZiB5b3VyIG93bg==")))));
  }

  @Test
  void theEnvironmentComesBeforeTheFile() throws Exception {
    Path file = folder.resolve("serve.toml");
    Files.writeString(file, "port = 81\n[database]\npassword = \"old\"\n");
    ServiceSettings settings =
        reader.read(
            file,
            Map.of(
                "BOOTGRADE_SERVE_PORT", "82",
                "BOOTGRADE_SERVE_DATABASE_PASSWORD", "new",
                "BOOTGRADE_SERVE_WORKER_LONGEST_PAUSE_SECONDS", "99"));
    assertThat(settings.port()).isEqualTo(82);
    assertThat(settings.database().password()).isEqualTo("new");
    assertThat(settings.worker().longestPauseSeconds()).isEqualTo(99);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prot = 81 | there is no setting \"prot\"",
        "[worker]\\njbos = 1 | there is no setting \"worker.jbos\"",
        "port = 99999 | port is 99999: it must be 0 to 65535",
        "port = \"many\" | port has a value that does not fit it",
        "[worker]\\nmissed-heartbeats = 1 | worker.missed-heartbeats is 1",
        "url = \"https://x/\" | without a slash at the end",
        "port = | :1: this is no TOML",
        "[[courses]]\\nid = \"a b\" | courses.id is \"a b\"",
        "[[courses]]\\nid = \"a\" | course a has no assignments",
        "[delivery]\\nlongest-retry-seconds = 4 | delivery.longest-retry-seconds is 4: it must be 5",
        "[[courses]]\\nid = \"c\"\\n[[courses.webhooks]]\\nid = \"a\"\\nurl = \"ftp://x\" | the url of webhook a is \"ftp://x\"",
        "[[courses]]\\nid = \"c\"\\n[[courses.webhooks]]\\nid = \"a\"\\nurl = \"https://a:b@x/\" | write https://HOST/PATH",
        "[[courses]]\\nid = \"c\"\\n[[courses.webhooks]]\\nid = \"a\"\\nurl = \"https://x/\" | a webhook's secret must be whsec_",
      })
  void whatIsWrongIsNamed(String text, String said) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(SettingsReader.Unusable.class)
        .hasMessageContaining("serve.toml")
        .hasMessageContaining(said);
  }

  @Test
  void aCourseIsThereOnce() {
    String course = "[[courses]]\nid = \"a\"\n[[courses.assignments]]\nid = \"b\"\n";
    assertThatThrownBy(() -> read(course + course)).hasMessageContaining("\"a\" is there twice");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> reader.read(folder.resolve("none.toml"), Map.of()))
        .isInstanceOf(SettingsReader.Unusable.class)
        .hasMessageContaining("none.toml cannot be read")
        .hasMessageContaining("--config");
  }

  @Test
  void settingsThatAreLoggedShowNoSecret() throws Exception {
    String url = "postgresql://ada:hidden@db/x";
    ServiceSettings settings =
        read("[database]\nurl = \"%s\"\npassword = \"hidden\"\n".formatted(url));
    assertThat(settings.toString()).doesNotContain("hidden");
    String secret = "whsec_" + "aGlkZGVu".repeat(4);
    String webhook =
        """
        [[courses]]
        id = "a"
        [[courses.assignments]]
        id = "b"
        [[courses.webhooks]]
        id = "w"
        url = "https://x"
        secret = "%s"
        """;
    assertThat(read(webhook.formatted(secret)).toString()).doesNotContain("aGlkZGVu");
    assertThatThrownBy(() -> read(webhook.formatted("aGlkZGVu")))
        .hasMessageNotContaining("aGlkZGVu");
  }

  @Test
  void eachFurtherAttemptWaitsTwiceAsLong() throws Exception {
    ServiceSettings.Worker worker = read("[worker]\nattempts = 4\nretry-seconds = 10\n").worker();
    assertThat(worker.again(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(worker.again(3)).isEqualTo(Duration.ofSeconds(40));
    assertThat(worker.again(4)).isNull();
  }
}
