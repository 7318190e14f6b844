package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bootgrade.grading.Recorded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedEvidenceTest {

  @TempDir Path folder;

  @Test
  void whatWasWrittenIsReadBack() throws InfrastructureFailure {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    Evidence evidence = Recorded.right().evidence();
    store.write(evidence, Map.of());
    assertThat(store.exists()).isTrue();
    assertThat(store.read()).isEqualTo(evidence);
  }

  @Test
  void aFolderWithoutEvidenceSaysSo() {
    EvidenceStore store = new EvidenceStore(folder);
    assertThat(store.exists()).isFalse();
    assertThatThrownBy(store::read)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("there is no evidence");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"submissionDigest", "toolchainImage", "programs", "outcome", "ending", "rip"})
  void aFieldThatIsTakenOutIsMissed(String field) throws IOException, InfrastructureFailure {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(Recorded.right().evidence(), Map.of());
    Path file = folder.resolve("evidence/evidence.json");
    String whole = Files.readString(file);
    String without = whole.replaceFirst("\"" + field + "\"", "\"unknown\"");
    assertThat(without).isNotEqualTo(whole);
    Files.writeString(file, without);
    assertThatThrownBy(store::read)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void halfACharacterIsNoText() throws IOException, InfrastructureFailure {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(Recorded.right().evidence(), Map.of());
    Path file = folder.resolve("evidence/evidence.json");
    String whole = Files.readString(file);

    Files.writeString(file, whole.replaceFirst("sha256:", "\\\\ud83e\\\\udd80"));
    assertThat(store.read().submissionDigest()).startsWith("🦀");
    Files.writeString(file, whole.replaceFirst("sha256:", "\\\\ud83e"));
    assertThatThrownBy(store::read)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"boots", "serial", "ending", "events", "rustc", "idt"})
  void aNullWhereNoneMayBeIsMissed(String field) throws IOException, InfrastructureFailure {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(Recorded.right().evidence(), Map.of());
    Path file = folder.resolve("evidence/evidence.json");

    String whole = Files.readString(file);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode root = mapper.readTree(whole);
    ((ObjectNode) root.findParent(field)).putNull(field);
    Files.writeString(file, mapper.writeValueAsString(root));
    assertThatThrownBy(store::read)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("damaged");
  }
}
