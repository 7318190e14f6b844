package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of the sources can be read again, and evidence without it, too. */
class EvidenceStoreTest {

  @TempDir Path folder;

  private static Evidence evidence(SourceFact... source) {
    return new Evidence(
        Evidence.SCHEMA,
        "sha256:" + "0".repeat(64),
        new Tools("0", "rustc", "cargo", "qemu", "host", "host"),
        new BuildRecord("os", ".", "t.json", "", List.of(), List.of(), List.of(), null),
        List.of(),
        List.of(source));
  }

  @Test
  void filesOfProgramsAreCalledLikeThemAsLongAsThatIsAName() {
    assertThat(EvidenceStore.fileName("test/stack_overflow")).isEqualTo("test-stack_overflow");

    String one = EvidenceStore.fileName("test/" + "a".repeat(251));
    String other = EvidenceStore.fileName("test/" + "a".repeat(250) + "b");
    String wide = EvidenceStore.fileName("test/" + "\u00e4\ud83d\ude00".repeat(60));
    assertThat(one).startsWith("test-aaa").hasSizeLessThan(200).isNotEqualTo(other);
    assertThat(wide.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(200);
    assertThat(wide).startsWith("test-\u00e4\ud83d\ude00").doesNotContain("?", "\ufffd");
  }

  @Test
  void aCopyHasTheFilesButNothingThatWasWorkedOutFromThem() throws Exception {
    EvidenceStore store = new EvidenceStore(folder.resolve("a/evidence"));
    store.write(evidence(), Map.of("boots/kernel.serial.txt", new byte[] {1, 2}));
    store.stored("sha256:" + "0".repeat(64)).keep("what", Map.of("of", "it"));
    Files.createSymbolicLink(folder.resolve("a/evidence/link"), Path.of("/etc/passwd"));
    EvidenceStore copy = new EvidenceStore(folder.resolve("b/evidence"));
    copy.write(evidence(), Map.of("old", new byte[0]));

    copy.copy(store);

    assertThat(copy.read()).isEqualTo(evidence());
    assertThat(folder.resolve("b/evidence/boots/kernel.serial.txt"))
        .hasBinaryContent(new byte[] {1, 2});
    assertThat(folder.resolve("a/evidence/kept/what.json")).exists();
    assertThat(folder.resolve("b/evidence"))
        .isDirectoryNotContaining("glob:**/{kept,link,old}")
        .isDirectoryContaining("glob:**/evidence.json");
  }

  @Test
  void factsOfTheSourcesAreReadBackAsTheyWereWritten() throws Exception {
    Evidence written =
        evidence(
            new SourceFact(
                SourceFact.Kind.STACK_INDEX_SET,
                new SourceLocation("init", "src/a.rs", 24),
                "double_fault",
                "gdt::SLOT",
                true));
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(written, Map.of());
    assertThat(store.read()).isEqualTo(written);
    assertThat(new String(store.document(written), StandardCharsets.UTF_8))
        .contains(
            """
              "source" : [
                {
                  "kind" : "STACK_INDEX_SET",
                  "at" : {
                    "function" : "init",
                    "file" : "src/a.rs",
                    "line" : 24
                  },
                  "subject" : "double_fault",
                  "detail" : "gdt::SLOT",
                  "test" : true
                }
              ]
            """);
  }

  @Test
  void evidenceFromBeforeTheSourcesWereReadHasNoFacts() throws Exception {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(evidence(), Map.of());
    Path document = folder.resolve("evidence/evidence.json");
    String json = Files.readString(document);
    String before = json.replaceFirst(",\\s*\"source\" : \\[ *\\]", "");
    assertThat(before).isNotEqualTo(json).doesNotContain("\"source\"");
    Files.writeString(document, before);
    assertThat(store.read()).isEqualTo(evidence());
  }

  @Test
  void filesMayComeFirstAndAreThereWhenTheEvidenceIs() throws Exception {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    try (EvidenceStore.Draft draft = store.begin()) {
      Files.writeString(draft.folder().resolve("program"), "large");
      draft.add("logs/one", "said".getBytes(StandardCharsets.UTF_8));
      assertThat(store.exists()).isFalse();
      draft.finish(evidence());
    }
    assertThat(store.read()).isEqualTo(evidence());
    assertThat(folder.resolve("evidence/program")).hasContent("large");
    assertThat(folder.resolve("evidence/logs/one")).hasContent("said");
    assertThat(folder).isDirectoryNotContaining("glob:**new");
  }

  @Test
  void whatWasNotFinishedLeavesNothingAndKeepsWhatWasThere() throws Exception {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    store.write(evidence(), Map.of("old", new byte[1]));
    try (EvidenceStore.Draft draft = store.begin()) {
      draft.add("new", new byte[1]);
    }
    assertThat(store.read()).isEqualTo(evidence());
    assertThat(folder.resolve("evidence/old")).exists();
    assertThat(folder.resolve("evidence/new")).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**new");
  }
}
