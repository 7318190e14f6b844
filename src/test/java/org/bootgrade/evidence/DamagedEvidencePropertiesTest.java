package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;
import org.bootgrade.grading.Recorded;

/** Evidence is read whole and as plain data, or it is told that it is damaged. */
class DamagedEvidencePropertiesTest {

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "null",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "true",
        "-1",
        "1e400",
        "9".repeat(30),
        "0x",
        "\"0xffffffffffffffffff\"",
        "\"how\"",
        "\"@class\": \"java.io.File\",",
        "\\ud800",
        "[".repeat(1200),
        "\u0000",
        "KERNEL",
        "\"exited\"");
  }

  private interface Work {
    void in(Path folder) throws Exception;
  }

  private static void withFolder(Work work) throws Exception {
    Path folder = Files.createTempDirectory("bootgrade-evidence-");
    try {
      work.in(folder);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void isWholeOrToldDamaged(Path folder, byte[] document) throws IOException {
    EvidenceStore store = new EvidenceStore(folder);
    Files.write(folder.resolve("evidence.json"), document);
    Within.bounds(
        () -> {
          Evidence evidence;
          try {
            evidence = store.read();
          } catch (InfrastructureFailure told) {
            assertThat(told.getMessage()).contains("evidence").hasSizeLessThan(600);
            return;
          }
          byte[] again = store.document(evidence);
          store.write(evidence, Map.of());
          assertThat(store.read()).isEqualTo(evidence);
          assertThat(store.document(store.read())).isEqualTo(again);
        });
  }

  @Property
  void damagedEvidenceIsReadWholeOrTold(@ForAll("damage") Damage damage) throws Exception {
    withFolder(
        folder ->
            isWholeOrToldDamaged(
                folder,
                damage.to(new EvidenceStore(folder).document(Recorded.right().evidence()))));
  }

  @Property
  void anyBytesAreToldToBeNoEvidence(@ForAll @Size(max = 300) byte[] bytes) throws Exception {
    withFolder(folder -> isWholeOrToldDamaged(folder, bytes));
  }
}
