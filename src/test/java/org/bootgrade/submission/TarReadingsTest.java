package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars of which GNU tar, Python, libarchive and 7-Zip unpack different trees. */
class TarReadingsTest extends IntakeFixture {
  private static final String LONG = "././@LongLink";

  private String reasonOf(RawTar tar) throws Exception {
    return reason(take(handedIn(tar.end())));
  }

  private String pathsOf(RawTar tar) throws Exception {
    return paths(accepted(take(handedIn(tar.end())))).toString();
  }

  @ParameterizedTest
  @CsvSource({"path, src/one.rs", "linkpath, src/main.rs", "size, 1"})
  void aGlobalHeaderThatNamesOrMeasuresIsRejected(String key, String value) throws Exception {
    assertThat(reasonOf(RawTar.crate().pax('g', key, value).entry("src/a.rs", '0', "x")))
        .contains("a global header in front of 'src/a.rs' names or measures all that follows")
        .contains("pack the folder again with 'tar -czf");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('g', key, value)
                    .pax('x', "path", "src/b.rs")
                    .entry("src/a.rs", '0', "x")))
        .as("also where an own header follows")
        .contains("a global header");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GNU.sparse.name",
        "GNU.sparse.size",
        "GNU.sparse.major",
        "GNU.sparse.x",
        "SCHILY.realsize"
      })
  void anyKeyOfASparseFileIsRejected(String key) throws Exception {
    for (char type : new char[] {'x', 'g'}) {
      assertThat(reasonOf(RawTar.crate().pax(type, key, "1").entry("src/a.rs", '0', "x")))
          .contains("'src/a.rs' is stored as a sparse file");
    }
  }

  @Test
  void twoExtendedHeadersOfAnEntryAreRejected() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('x', "path", "src/one.rs")
                    .pax('x', "path", "src/two.rs")
                    .entry("src/a.rs", '0', "x")))
        .contains("'src/a.rs' has two headers of one kind in front of it");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('x', "path", "src/one.rs")
                    .pax('X', "mtime", "1")
                    .entry("src/a.rs", '0', "x")))
        .contains("two headers of one kind");
  }

  @ParameterizedTest
  @ValueSource(chars = {'L', 'K'})
  void aLongNameOrLinkThatIsThereTwiceIsRejected(char type) throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry(LONG, type, "src/main.rs\0")
                    .entry(LONG, type, "Cargo.toml\0")
                    .header("src/a.rs", '2', "main.rs", "00000000000\0")))
        .contains("'src/a.rs' has two headers of one kind in front of it");
  }

  @Test
  void aLongNameAndAnExtendedHeaderThatDifferAreRejected() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry(LONG, 'L', "src/one.rs\0")
                    .pax('x', "path", "src/two.rs")
                    .entry("src/a.rs", '0', "x")))
        .contains("called both 'src/one.rs' and 'src/two.rs'");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('x', "path", "src/two.rs")
                    .entry(LONG, 'L', "src/one.rs\0")
                    .entry("src/a.rs", '0', "x")))
        .contains("called both");
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry(LONG, 'K', "main.rs\0")
                    .pax('x', "linkpath", "../Cargo.toml")
                    .header("src/a.rs", '2', "q", "00000000000\0")))
        .contains("called both 'main.rs' and '../Cargo.toml'");
  }

  @ParameterizedTest
  @ValueSource(chars = {'L', 'K'})
  void aLongNameThatIsCutIsRejected(char type) throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .header(LONG, type, "", "00000000012\0")
                    .content("src/one.rsJUNK")
                    .header("src/a.rs", '2', "main.rs", "00000000000\0")))
        .contains("the long name in front of 'src/a.rs' does not end where it should");
  }

  @ParameterizedTest
  @ValueSource(strings = {"path", "linkpath", "size"})
  void anExtendedHeaderThatTakesBackWhatTheEntrySaysIsRejected(String key) throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .pax('x', key, "")
                    .header("src/a.rs", '2', "main.rs", "00000000000\0")))
        .isNotEmpty()
        .matches("(?s).*(takes back its name, link or size|damaged).*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n19 path=src/one.rs\n", "17 path=src/one.rs", "18 path=src/one.rs\n\0"})
  void recordsThatAreNotExactlyAsLongAsTheySayAreRejected(String records) throws Exception {
    assertThat(reasonOf(RawTar.crate().entry("pax", 'x', records).entry("src/a.rs", '0', "x")))
        .contains("damaged");
  }

  @Test
  void aPrefixWithoutItsMagicIsRejected() throws Exception {
    for (String magic : new String[] {"ustar  \0", "\0\0\0\0\0\0\0\0", "ustar 00"}) {
      byte[] tar =
          RawTar.crate().entry("a.rs", '0', "x").patched(257, magic).patched(345, "src").end();
      assertThat(reason(take(handedIn(tar)))).as(magic).isNotEmpty();
    }
    byte[] old =
        RawTar.crate()
            .entry("a.rs", '0', "x")
            .patched(257, "\0\0\0\0\0\0\0\0")
            .patched(345, "src")
            .end();
    assertThat(reason(take(handedIn(old)))).contains("the folder of 'a.rs' in it is one thing");
    assertThat(pathsOf(RawTar.crate().entry("a.rs", '0', "x").patched(345, "src")))
        .isEqualTo("[Cargo.toml, src/a.rs, src/main.rs]");
  }

  @Test
  void aSizeBehindAZeroByteIsRejected() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .header("src/a.rs", '0', "", "\0" + "0000001000\0")
                    .entry("src/b.rs", '0', "")))
        .contains("the size of 'src/a.rs' in it is one thing to some tools and another to others");
  }

  @Test
  void anExtensionWithAWrongChecksumIsRejectedAsSomeToolsSkipIt() throws Exception {
    byte[] tar = new RawTar().pax('x', "path", "Cargo.toml").entry("a", '0', "[package]\n").end();
    assertThat(paths(accepted(take(handedIn(tar))))).containsExactly("Cargo.toml");
    tar[100] ^= 1;

    assertThat(reason(take(handedIn(RawZip.joined(RawTar.crate().body(), tar)))))
        .contains("damaged or cut short");
  }

  @Test
  void aFolderThatAnExtensionCallsAFileIsRejected() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate().entry(LONG, 'L', "src/a.rs\0").entry("x/", '\0', "x".repeat(512))))
        .contains("the kind of 'src/a.rs' in it is one thing to some tools and another to others");
  }

  @Test
  void whatALinkNamesInBytesThatAreNoUtf8IsNoFileWithAQuestionMark() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate()
                    .entry("src/?", '0', "x")
                    .header("src/a.rs", '2', "\u00ff", "00000000000\0")))
        .contains("the link 'src/a.rs' names");
  }

  @Test
  void aNameThatAZeroByteEndsForSomeToolsIsRejectedAlsoWhereItWouldBeLeftOut() throws Exception {
    assertThat(
            reasonOf(
                RawTar.crate().pax('x', "path", "src/b.rs\0/.git/x").entry("src/a.rs", '0', "x")))
        .contains("holds a control character");
  }

  @Test
  void aTarThatIsAZipOrAGzipAsWellIsRejected() throws Exception {
    byte[] tar = RawTar.crate().end();
    for (String magic : List.of("PK\u0003\u0004", "PK\u0005\u0006", "\u001f\u008b\b")) {
      byte[] both = new RawTar().entry(magic + "x", '0', "").end();
      assertThat(reason(take(handedIn(both))))
          .contains("it is a tar and something else at once; hand in a folder");
    }
    for (byte[] between : List.of(new byte[0], new byte[8_190], new byte[1 << 20])) {
      byte[] zip = RawZip.crate().end();
      assertThat(reason(take(handedIn(RawZip.joined(tar, between, zip)))))
          .contains("a zip stands behind the tar");
    }
    assertThat(pathsOf(RawTar.crate().entry("inner.zip", '0', "PK\u0005\u0006" + "\0".repeat(18))))
        .contains("inner.zip");
  }
}
