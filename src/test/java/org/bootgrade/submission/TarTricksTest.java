package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tar can say in several ways, or long after its beginning. */
@Timeout(120)
class TarTricksTest extends IntakeFixture {

  private static final String CRATE = "[Cargo.toml, src/main.rs]";

  private String pathsOf(byte[] tar) throws Exception {
    return paths(accepted(take(handedIn(tar)))).toString();
  }

  private String reasonOf(byte[] tar) throws Exception {
    return reason(take(handedIn(tar)));
  }

  @Test
  void anExtendedHeaderThatChangesANameIsHeldAgainstTheRules() throws Exception {
    assertThat(pathsOf(RawTar.crate().pax('x', "path", "é").entry("e", '0', "x").end()))
        .isEqualTo("[Cargo.toml, src/main.rs, é]");
    assertThat(reasonOf(RawTar.crate().pax('x', "path", "../up").entry("ok", '0', "x").end()))
        .contains("'../up' leads out of its folder");
    assertThat(reasonOf(RawTar.crate().pax('x', "path", "Cargo.toml").entry("ok", '0', "").end()))
        .contains("'Cargo.toml' is in it twice");
  }

  @Test
  void aHeaderForAllThatFollowsIsHeldAgainstTheRules() throws Exception {
    assertThat(reasonOf(new RawTar().pax('g', "path", "../up").entry("a", '0', "x").end()))
        .contains("a global header in front of 'a' names or measures all that follows");
    assertThat(
            pathsOf(
                new RawTar().pax('g', "comment", "0123abcd").entry("Cargo.toml", '0', "").end()))
        .isEqualTo("[Cargo.toml]");
  }

  @Test
  void anAbsolutePathInAnExtendedHeaderIsRejected() throws Exception {
    assertThat(reasonOf(RawTar.crate().pax('x', "path", "/tmp/up").entry("ok", '0', "x").end()))
        .contains("'/tmp/up' has an absolute path");
  }

  @Test
  void anAbsoluteLongNameIsRejected() throws Exception {
    String longName = "/tmp/" + "long/".repeat(40) + "up";
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry("././@LongLink", 'L', longName + "\0")
                    .entry("a", '0', "x")
                    .end()))
        .contains("has an absolute path");
  }

  @Test
  void aLongNameOfAnEntryOrALinkIsHeldAgainstTheRules() throws Exception {
    String up = "a/".repeat(60) + "../".repeat(61) + "up";
    assertThat(
            reasonOf(
                RawTar.crate().entry("././@LongLink", 'L', up + "\0").entry("a", '0', "x").end()))
        .contains("leads out of its folder");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry("././@LongLink", 'K', up + "\0")
                    .header("l", '2', "src/main.rs", "00000000000\0")
                    .end()))
        .contains("the link 'l' leads out");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('x', "linkpath", "../../secret")
                    .header("l", '1', "src/main.rs", "00000000000\0")
                    .end()))
        .contains("the link 'l' leads out");
  }

  @Test
  void aSizeInAnExtendedHeaderCounts() throws Exception {
    byte[] tar =
        RawTar.crate()
            .pax('x', "size", "3")
            .header("a", '0', "", "77777777777\0")
            .content("abc")
            .end();
    assertThat(accepted(take(handedIn(tar))).read("a")).isEqualTo("abc");
    assertThat(
            reasonOf(
                RawTar.crate().pax('x', "size", "9223372036854775807").entry("a", '0', "x").end()))
        .isNotEmpty();
    assertThat(reasonOf(RawTar.crate().pax('x', "size", "-1").entry("a", '0', "x").end()))
        .contains("damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe",
        "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "\u0080\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "77777777777\0",
        "-0000000001\0",
        "0000000000x\0"
      })
  void aSizeThatIsNegativeHugeOrNoNumberIsRejected(String size) throws Exception {
    assertThat(reasonOf(RawTar.crate().header("a", '0', "", size).content("x").end())).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"5, d/", "5, d", "0, d/", "1, h", "2, s", "5, .git/d"})
  void contentOfWhatHasNoneIsRejectedAsOneToolSkipsItAndAnotherReadsIt(char type, String name)
      throws Exception {
    // To one tool the record is content, to the other the next entry's header.
    byte[] hidden = new RawTar().entry("src/main.rs", '0', "").end();
    String content = new String(Arrays.copyOf(hidden, 512), StandardCharsets.UTF_8);
    byte[] tar =
        new RawTar()
            .entry("Cargo.toml", '0', "[package]\n")
            .header(name, type, "Cargo.toml", "00000001000\0")
            .content(content)
            .end();
    assertThat(reasonOf(tar)).contains("pack the project again");
  }

  @ParameterizedTest
  @CsvSource({
    "GNU.sparse.size, 1000000, GNU.sparse.numblocks, 1, GNU.sparse.offset, 0, GNU.sparse.numbytes, 1",
    "GNU.sparse.size, 1000000, GNU.sparse.numblocks, 1, GNU.sparse.map, '0,1', GNU.sparse.name, real",
    "GNU.sparse.major, 1, GNU.sparse.minor, 0, GNU.sparse.name, real, GNU.sparse.realsize, 1000000"
  })
  void aSparseFileIsRejectedInEachOfItsForms(
      String k1, String v1, String k2, String v2, String k3, String v3, String k4, String v4)
      throws Exception {
    byte[] tar =
        RawTar.crate()
            .pax('x', k1, v1, k2, v2, k3, v3, k4, v4)
            .entry("a", '0', "1\n0\n1\n" + "\0".repeat(506) + "x")
            .end();
    assertThat(reasonOf(tar)).contains("is stored as a sparse file");
  }

  @Test
  void theMembersOfAGzipAreOneTarAndDamageInTheLastOneCounts() throws Exception {
    byte[] tar = RawTar.crate().end();
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(Packing.gzip(Arrays.copyOf(tar, 700)));
    members.writeBytes(Packing.gzip(Arrays.copyOfRange(tar, 700, tar.length)));
    byte[] gzip = members.toByteArray();
    assertThat(pathsOf(gzip)).isEqualTo(CRATE);
    assertThat(reasonOf(Arrays.copyOf(gzip, gzip.length - 1))).contains("damaged or cut short");
    gzip[gzip.length - 5] ^= 1;
    assertThat(reasonOf(gzip)).contains("damaged or cut short");
  }

  @Test
  void whatLiesBehindTheEndIsNoPartOfTheTree() throws Exception {
    byte[] tar = RawTar.crate().end();
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.writeBytes(tar);
    twice.writeBytes(new RawTar().entry("../up", '0', "x").end());
    assertThat(pathsOf(twice.toByteArray())).isEqualTo(CRATE);
    assertThat(pathsOf(Packing.gzip(twice.toByteArray()))).isEqualTo(CRATE);

    ByteArrayOutputStream garbage = new ByteArrayOutputStream();
    garbage.writeBytes(Packing.gzip(tar));
    garbage.writeBytes("garbage".getBytes(StandardCharsets.UTF_8));
    assertThat(pathsOf(garbage.toByteArray())).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @ValueSource(chars = {'3', '4', '6', 'D', 'M', 'V', 'Z', '\u00ff'})
  void anEntryOfAnyOtherKindIsRejected(char type) throws Exception {
    assertThat(reasonOf(RawTar.crate().entry("odd", type, "").end())).contains("'odd' is");
  }

  @Test
  void aMillionEntriesAreRejectedSoon() throws Exception {
    RawTar tar = new RawTar();
    for (int i = 0; i < 10_000; i++) {
      tar.entry(".git/" + i, '0', "");
    }
    byte[] end = tar.end();
    byte[] member = Packing.gzip(Arrays.copyOf(end, end.length - 1024));
    ByteArrayOutputStream million = new ByteArrayOutputStream();
    for (int i = 0; i < 100; i++) {
      million.writeBytes(member);
    }

    long before = System.nanoTime();
    assertThat(reasonOf(million.toByteArray())).contains("more than 100,000 entries");
    assertThat(System.nanoTime() - before).isLessThan(60_000_000_000L);
  }

  @Test
  void namesOfNothingButBuildFoldersAreJudgedSoon() throws Exception {
    RawTar tar = RawTar.crate();
    String name = "a/" + "target/".repeat(30_000) + "x";
    for (int i = 0; i < 100; i++) {
      tar.entry("././@LongLink", 'L', name + i + "\0").entry("a", '0', "");
    }

    long before = System.nanoTime();
    assertThat(reasonOf(Packing.gzip(tar.end()))).isNotEmpty();
    assertThat(System.nanoTime() - before).isLessThan(20_000_000_000L);
  }
}
