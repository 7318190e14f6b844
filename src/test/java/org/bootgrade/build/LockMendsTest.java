package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockMendsTest {

  private static final String REGISTRY = "registry+https://registry.invalid/index";

  private static List<LockMends.Change> needed(String crate, String version, String source)
      throws BuildRefused {
    return LockMends.needed(
        Manifest.parse(
            "Cargo.lock",
            """
            version = 3

            [[package]]
            name = "%s"
            version = "%s"
            source = "%s"
            """
                .formatted(crate, version, source)));
  }

  @ParameterizedTest
  @CsvSource({
    "bootloader, 0.9.0, 0.9.35",
    "bootloader, 0.9.8, 0.9.35",
    "bootloader, 0.9.31, 0.9.35",
    "bootloader, 0.9.34, 0.9.35",
    "x86_64, 0.14.0, 0.14.13",
    "x86_64, 0.14.2, 0.14.13",
    "x86_64, 0.14.12, 0.14.13",
    "x86_64, 0.15.0, 0.15.4",
    "x86_64, 0.15.1, 0.15.4",
    "x86_64, 0.15.5, 0.15.4",
    "x86_64, 0.15.10, 0.15.4",
  })
  void aVersionThatDoesNotBuildIsLockedToACompatibleOneThatDoes(
      String crate, String from, String to) throws Exception {
    assertThat(needed(crate, from, REGISTRY))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.crate()).isEqualTo(crate);
              assertThat(change.from()).isEqualTo(from);
              assertThat(change.to()).isEqualTo(to);
              assertThat(change.mend().detail()).contains(crate, from, to);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "bootloader, 0.9.35",
    "bootloader, 0.9.36",
    "bootloader, 0.8.9",
    "bootloader, 0.10.0",
    "bootloader, 0.11.9",
    "x86_64, 0.13.99",
    "x86_64, 0.14.13",
    "x86_64, 0.14.14",
    "x86_64, 0.15.2",
    "x86_64, 0.15.4",
    "x86_64, 0.16.0",
    "uart_16550, 0.2.18",
    "x86_64x, 0.14.2",
  })
  void aVersionThatBuildsStays(String crate, String version) throws Exception {
    assertThat(needed(crate, version, REGISTRY)).isEmpty();
  }

  @Test
  void aCrateOfTheSubmissionsOwnStays() throws Exception {
    assertThat(needed("x86_64", "0.14.2", "git+https://example.org/x86_64")).isEmpty();
    assertThat(needed("x86_64", "0.14.2", "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"x86_64, ''", "x86_64, x.y.z", "x86_64, 99999999999.1.1", "x86_64, 0"})
  void aVersionThatIsNoneIsNotTouched(String crate, String version) throws Exception {
    assertThat(needed(crate, version, REGISTRY)).isEmpty();
  }

  @Test
  void aLockWithoutPackagesNeedsNothing() throws Exception {
    assertThat(LockMends.needed(Manifest.parse("Cargo.lock", "version = 4"))).isEmpty();
    assertThat(LockMends.needed(Manifest.parse("Cargo.lock", ""))).isEmpty();
  }

  @Test
  void theDigestNamesEveryRowOfTheTable() {
    assertThat(LockMends.digest()).contains("bootloader", "x86_64", "0.9.35", "0.14.13", "0.15.4");
  }
}
