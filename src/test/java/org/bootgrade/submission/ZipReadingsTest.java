package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.RawZip.DOS;
import static org.bootgrade.submission.RawZip.MAC;
import static org.bootgrade.submission.RawZip.UNIX;
import static org.bootgrade.submission.RawZip.UTF8;
import static org.bootgrade.submission.RawZip.joined;
import static org.bootgrade.submission.RawZip.unicodePath;
import static org.bootgrade.submission.RawZip.zip64;

import java.util.Arrays;
import java.util.List;
import org.bootgrade.submission.RawZip.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips of which Info-ZIP, 7-Zip, libarchive, Python and Java unpack different trees. */
class ZipReadingsTest extends IntakeFixture {
  private static final byte[] NAME = "src/a.rs".getBytes(UTF_8);

  private String reasonOf(byte[] zip) throws Exception {
    return reason(take(handedIn(zip)));
  }

  private String reasonOf(Entry entry) throws Exception {
    return reasonOf(RawZip.crate().add(entry).end());
  }

  private List<String> pathsWith(Entry entry) throws Exception {
    return paths(accepted(take(handedIn(RawZip.crate().add(entry).end()))));
  }

  @Test
  void aSecondNameOfAPlainOneIsRejected() throws Exception {
    assertThat(reasonOf(new Entry("src/a.rs", "x").flags(0).extra(unicodePath(NAME, "src/b.rs"))))
        .contains("called both 'src/a.rs' and 'src/b.rs'")
        .contains("pack the folder again");
    assertThat(
            reasonOf(new Entry("src/a.rs", "x").flags(0).extra(unicodePath(NAME, "../../planted"))))
        .contains("called both");
  }

  @Test
  void aSecondNameInOnlyOneOfTheHeadersIsRejected() throws Exception {
    byte[] other = unicodePath(NAME, "src/b.rs");

    assertThat(reasonOf(new Entry("src/a.rs", "x").flags(0).localExtra(other)))
        .contains("called both");
    assertThat(reasonOf(new Entry("src/a.rs", "x").flags(0).directoryExtra(other)))
        .contains("called both");
    assertThat(reasonOf(new Entry(".git/a", "x").flags(0).localExtra(other)))
        .as("also of what is left out")
        .contains("called both");
  }

  @Test
  void aSecondNameThatIsThereTwiceWithDifferentWordsIsRejected() throws Exception {
    assertThat(
            reasonOf(
                new Entry("src/a.rs", "x")
                    .extra(unicodePath(NAME, "src/a.rs"), unicodePath(NAME, "src/b.rs"))))
        .contains("called both 'src/a.rs' and 'src/b.rs'");
  }

  @Test
  void aSecondNameWithTheChecksumOfAnotherNameIsRejected() throws Exception {
    byte[] latin = "src/é.rs".getBytes(ISO_8859_1);
    byte[] stale = unicodePath("src/e.rs".getBytes(UTF_8), "src/é.rs");

    assertThat(reasonOf(new Entry(latin, new byte[1]).flags(0).extra(stale)))
        .contains("called both");
  }

  @Test
  void aSecondNameOfWhatIsUtf8AlreadyIsRejected() throws Exception {
    byte[] name = "src/é.rs".getBytes(UTF_8);

    assertThat(reasonOf(new Entry(name, new byte[1]).flags(UTF8).extra(unicodePath(name, "ö"))))
        .contains("called both");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"src/main.rs", "src/b.rs", "tests/é.rs", "src/é.txt", "é.rs", "src/x/é.rs", ""})
  void aSecondNameThatIsMoreThanAnotherSpellingIsRejected(String other) throws Exception {
    byte[] latin = "src/é.rs".getBytes(ISO_8859_1);

    assertThat(reasonOf(new Entry(latin, new byte[1]).flags(0).extra(unicodePath(latin, other))))
        .contains("called both");
  }

  @Test
  void aNameThatIsNotSaidToBeUtf8AndIsNotIsOfCodePage437AsWindowsPacksIt() throws Exception {
    byte[] manifest = "\u009abung 1/os/Cargo.toml".getBytes(ISO_8859_1);
    byte[] notes = "\u009abung 1/os/L\u0094sung.md".getBytes(ISO_8859_1);
    byte[] zip =
        new RawZip()
            .add(new Entry(manifest, new byte[0]).flags(0))
            .add(new Entry(notes, new byte[0]).flags(0))
            .end();

    assertThat(paths(accepted(take(handedIn(zip))))).containsExactly("Cargo.toml", "Lösung.md");
  }

  @Test
  void aZipWithBackslashesForSlashesIsReadAsItsPackerMeantIt() throws Exception {
    byte[] zip =
        new RawZip()
            .add(new Entry("os\\", ""))
            .add(new Entry("os\\Cargo.toml", ""))
            .add(new Entry("os\\src\\main.rs", ""))
            .end();

    assertThat(paths(accepted(take(handedIn(zip))))).containsExactly("Cargo.toml", "src/main.rs");
  }

  @Test
  void aBackslashThatLeadsOutIsRejectedHoweverItIsMeant() throws Exception {
    byte[] zip =
        new RawZip().add(new Entry("Cargo.toml", "")).add(new Entry("..\\escape", "")).end();

    assertThat(reasonOf(zip)).contains("leads out");
  }

  @Test
  void aBackslashAmongSlashesIsRejected() throws Exception {
    assertThat(reasonOf(new Entry("src\\a.rs", ""))).contains("backslash");
    assertThat(
            reasonOf(
                new RawZip()
                    .add(new Entry("Cargo.toml", "").mode(UNIX, 0100644))
                    .add(new Entry("src\\a.rs", "").mode(UNIX, 0100644))
                    .end()))
        .contains("backslash");
  }

  @Test
  void aNameThatIsSaidToBeUtf8AndIsNotIsRejected() throws Exception {
    byte[] latin = "src/é.rs".getBytes(ISO_8859_1);

    assertThat(reasonOf(new Entry(latin, new byte[1]).flags(UTF8))).contains("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(ints = {DOS, MAC, 10})
  void aLinkOfASystemThatHasNoneIsRejected(int system) throws Exception {
    assertThat(reasonOf(new Entry("src/a.rs", "main.rs").mode(system, 0120777)))
        .contains("'src/a.rs' is a link to some tools and a file to others");
    assertThat(pathsWith(new Entry("src/a.rs", "main.rs").mode(UNIX, 0120777)))
        .contains("src/a.rs");
  }

  @ParameterizedTest
  @ValueSource(ints = {DOS, UNIX})
  void aFolderWithoutASlashThatHasContentIsRejected(int system) throws Exception {
    assertThat(reasonOf(new Entry("src/a.rs", "x").mode(system, 0040755)))
        .contains("'src/a.rs' is a folder to some tools and a file to others");
  }

  @Test
  void aFileThatDosTakesForAFolderIsRejected() throws Exception {
    assertThat(reasonOf(new Entry("src/a.rs", "x").attributes(DOS, 0x1800010)))
        .contains("'src/a.rs' is a folder to some tools and a file to others");
  }

  @Test
  void aRecordOf64BitsThatLeadsElsewhereIsRejected() throws Exception {
    RawZip zip = RawZip.crate();
    byte[] body = zip.body();
    int at = zip.directoryAt();
    int all = zip.directoryBytes();
    byte[] end = RawZip.endRecord(2, all, at, new byte[0]);
    // A directory of the first entry alone.
    int one = 46 + "Cargo.toml".length();
    byte[] other = Arrays.copyOfRange(body, at, at + one);

    assertThat(
            reasonOf(
                joined(body, other, RawZip.wideEnd(1, one, body.length, body.length + one), end)))
        .contains("disagree about where its directory lies");
    assertThat(reasonOf(joined(body, RawZip.wideEnd(3, all, at, body.length), end)))
        .contains("disagree");
    assertThat(reasonOf(joined(body, RawZip.wideEnd(2, all, at, body.length - 1), end)))
        .contains("where its records of 64 bits lie");
    assertThat(reasonOf(joined(body, RawZip.wideEnd(2, all, at, body.length), new byte[20], end)))
        .contains("is not where its end record says");
  }

  @Test
  void anEntryThatTheDirectoryDoesNotListIsRejected() throws Exception {
    byte[] content = "x".getBytes(UTF_8);
    RawZip before = new RawZip();
    before.local("src/hidden.rs", RawZip.deflated(content), content);
    before.file("Cargo.toml", new byte[9]);
    assertThat(reasonOf(before.end())).contains("holds data at its beginning");

    RawZip between = RawZip.crate();
    between.local("src/hidden.rs", RawZip.deflated(content), content);
    between.file("a", content);
    assertThat(reasonOf(between.end())).contains("holds data behind 'src/main.rs'");

    RawZip behind = RawZip.crate();
    behind.between(new byte[20_000]);
    behind.local("src/hidden.rs", RawZip.deflated(content), content);
    assertThat(reasonOf(behind.end()))
        .contains("holds data behind 'src/main.rs' that its directory does not list");
  }

  @Test
  void aHiddenHeaderIsFoundWhereverItLies() throws Exception {
    for (int padding = 8_180; padding < 8_200; padding++) {
      byte[] zip =
          RawZip.crate().between(new byte[padding]).between(new byte[] {'P', 'K', 3, 4}).end();
      assertThat(reasonOf(zip)).as("%d", padding).contains("holds data behind");
    }
  }

  @Test
  void aSecondDirectoryIsRejected() throws Exception {
    RawZip zip = RawZip.crate();
    int at = zip.directoryAt();
    int one = 46 + "Cargo.toml".length();
    byte[] other = Arrays.copyOfRange(zip.body(), at, at + one);
    zip.between(joined(other, RawZip.endRecord(1, one, at, new byte[0])));

    assertThat(reasonOf(zip.end())).contains("holds data behind 'src/main.rs'");
  }

  @Test
  void ofTwoZipsBehindEachOtherNoneIsTaken() throws Exception {
    byte[] first = RawZip.crate().file("first", new byte[3]).end();
    byte[] second = RawZip.crate().file("second", new byte[4]).end();

    for (byte[] both : List.of(joined(first, second), RawZip.crate().end(second))) {
      assertThat(reasonOf(both)).contains("another zip stands in front of it");
    }
    // The same with places that are right in the whole.
    RawZip whole = RawZip.crate().between(first).file("second", new byte[4]);
    assertThat(reasonOf(whole.end())).contains("holds data behind 'src/main.rs'");
  }

  @Test
  void anEndRecordThatLiesIsRejected() throws Exception {
    RawZip zip = RawZip.crate();
    byte[] body = zip.body();
    int at = zip.directoryAt();
    int bytes = zip.directoryBytes();
    byte[] none = new byte[0];
    for (int entries : new int[] {0, 1, 3, 9, 0xFFFF}) {
      assertThat(reasonOf(joined(body, RawZip.endRecord(entries, bytes, at, none))))
          .contains("disagree about how many files there are");
    }
    for (int delta : new int[] {-57, -1, 1}) {
      assertThat(reasonOf(joined(body, RawZip.endRecord(2, bytes + delta, at, none))))
          .contains("is not where its end record says");
      assertThat(reasonOf(joined(body, RawZip.endRecord(2, bytes, at + delta, none))))
          .contains("is not where its end record says");
      assertThat(reasonOf(joined(body, RawZip.endRecord(2, bytes + delta, at - delta, none))))
          .contains("pack the folder again");
    }
    for (int disk : new int[] {4, 6, 8}) {
      byte[] lie = zip.end();
      lie[body.length + disk] ^= 1;
      assertThat(reasonOf(lie)).contains("disagree about how many disks it lies on");
    }
    assertThat(reasonOf(joined(body, new byte[60], RawZip.endRecord(2, bytes, at, none))))
        .contains("is not where its end record says");
  }

  @Test
  void anEntryOnAnotherDiskIsRejected() throws Exception {
    assertThat(reasonOf(new Entry("a", "x").disk(3))).contains("tells no place or size of 'a'");
    assertThat(reasonOf(new Entry("a", "x").disk(0xFFFF)))
        .contains("tells no place or size of 'a'");
  }

  @Test
  void sizesOf64BitsThatContradictTheDirectoryAreRejected() throws Exception {
    String text = "0123456789";
    long packed = RawZip.deflated(text.getBytes(UTF_8)).length;
    for (byte[] field :
        List.of(
            zip64(Long.MAX_VALUE, packed),
            zip64(10, packed + 1),
            zip64(10),
            new byte[0],
            joined(zip64(10, packed), zip64(9, packed)))) {
      assertThat(reasonOf(new Entry("a", text).wide().localExtra(field)))
          .contains("disagree about 'a'");
    }
    assertThat(pathsWith(new Entry("a", text).wide().localExtra(zip64(10, packed)))).contains("a");
  }

  @Test
  void aNameThatAZeroByteEndsForSomeToolsIsRejectedAlsoWhereItWouldBeLeftOut() throws Exception {
    assertThat(reasonOf(new Entry("src/b.rs\0/.git/x", "x"))).contains("holds a control character");
  }
}
