package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.RawZip.DOS;
import static org.bootgrade.submission.RawZip.SIZES_FOLLOW;
import static org.bootgrade.submission.RawZip.UNIX;
import static org.bootgrade.submission.RawZip.UTF8;
import static org.bootgrade.submission.RawZip.field;
import static org.bootgrade.submission.RawZip.joined;
import static org.bootgrade.submission.RawZip.numbers;
import static org.bootgrade.submission.RawZip.unicodePath;
import static org.bootgrade.submission.RawZip.zip64;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bootgrade.submission.RawZip.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the usual tools write, with all the ornaments they put in: each is taken in. The bytes are
 * made after archives of the tools named.
 */
class HonestArchivesTest extends IntakeFixture {
  private static final String LONG = "././@LongLink";
  private static final String TEXT = "0123456789";

  private List<String> pathsOf(RawZip zip) throws Exception {
    return pathsOf(zip.end());
  }

  private List<String> pathsOf(RawTar tar) throws Exception {
    return pathsOf(tar.end());
  }

  private List<String> pathsOf(byte[] archive) throws Exception {
    return paths(accepted(take(handedIn(archive))));
  }

  private static byte[] packed() {
    return RawZip.deflated(TEXT.getBytes(UTF_8));
  }

  /** Checksum and sizes behind a content of {@link #TEXT}. */
  private static byte[] descriptor(boolean signature, boolean wide) {
    ByteBuffer bytes = numbers(24);
    if (signature) {
      bytes.putInt(0x08074b50);
    }
    bytes.putInt(RawZip.crc(TEXT.getBytes(UTF_8)));
    int length = packed().length;
    if (wide) {
      bytes.putLong(length).putLong(TEXT.length());
    } else {
      bytes.putInt(length).putInt(TEXT.length());
    }
    return RawZip.bytes(bytes);
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "true, true", "false, true"})
  void sizesBehindTheContent(boolean signature, boolean wide) throws Exception {
    Entry streamed = new Entry("a", TEXT).flags(SIZES_FOLLOW).behind(descriptor(signature, wide));
    Entry last =
        new Entry("b", TEXT).flags(SIZES_FOLLOW | UTF8).behind(descriptor(signature, wide));

    assertThat(pathsOf(RawZip.crate().add(streamed).add(last))).contains("a", "b");
  }

  /** As streamed by libraries that say ahead that the sizes may need 64 bits. */
  @Test
  void sizesBehindTheContentWithAnEmptyFieldOf64Bits() throws Exception {
    Entry streamed =
        new Entry("a", TEXT)
            .flags(SIZES_FOLLOW)
            .wide()
            .localExtra(zip64(0, 0))
            .behind(descriptor(true, true));

    assertThat(pathsOf(RawZip.crate().add(streamed))).contains("a");
  }

  @Test
  void fieldsOf64BitsWhereNobodyNeedsThem() throws Exception {
    assertThat(
            pathsOf(
                RawZip.crate()
                    .add(new Entry("a", TEXT).wide().localExtra(zip64(10, packed().length)))
                    .add(new Entry("b", TEXT).extra(zip64(10, packed().length)))
                    .add(new Entry("c", TEXT).extra(zip64(0, 0)))))
        .contains("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndRecordOf64BitsWhereNobodyNeedsIt(boolean allOnes) throws Exception {
    RawZip zip = RawZip.crate();
    int at = zip.directoryAt();
    int bytes = zip.directoryBytes();
    byte[] body = zip.body();
    byte[] end =
        RawZip.endRecord(allOnes ? -1 : 2, allOnes ? -1 : bytes, allOnes ? -1 : at, new byte[0]);

    assertThat(pathsOf(joined(body, RawZip.wideEnd(2, bytes, at, body.length), end)))
        .containsExactly("Cargo.toml", "src/main.rs");
  }

  @Test
  void timesOwnersAndPaddingInExtraFields() throws Exception {
    byte[] ntfs = field(0x000A, new byte[32]);
    byte[] times = field(0x5455, new byte[] {3, 1, 2, 3, 4, 5, 6, 7, 8});
    byte[] owners = field(0x7875, new byte[] {1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0});
    byte[] java = field(0xCAFE, new byte[0]);
    byte[] unknown = field(0x9999, new byte[16]);

    assertThat(
            pathsOf(
                RawZip.crate()
                    .add(new Entry("a", "x").directoryExtra(ntfs))
                    .add(new Entry("b", "x").mode(UNIX, 0100644).extra(times, owners))
                    .add(new Entry("c", "x").extra(java, unknown))
                    .add(new Entry("d", "x").localExtra(new byte[3]))
                    .add(new Entry("e", "x").localExtra(new byte[] {9, 9, 99, 0, 1}))))
        .contains("a", "b", "c", "d", "e");
  }

  @Test
  void entriesOfFolders() throws Exception {
    assertThat(
            pathsOf(
                new RawZip()
                    .add(new Entry("k/", "").mode(UNIX, 0040755))
                    .add(new Entry("k/Cargo.toml", "[package]\n").mode(UNIX, 0100644))
                    .add(new Entry("k/empty/", "").mode(DOS, 0040777))
                    .add(new Entry("k/src/", "").flags(0).attributes(DOS, 0x10))
                    .add(new Entry("k/a", "x").attributes(DOS, 0x20))
                    .add(new Entry("k/src/main.rs", "x").mode(DOS, 0100666))
                    .add(new Entry("k/odd", "").mode(UNIX, 0040755))))
        .containsExactly("Cargo.toml", "a", "src/main.rs");
  }

  /** Archive Utility: sizes behind the content, and what belongs to the desktop beside it. */
  @Test
  void aZipOfTheMacFinder() throws Exception {
    byte[] times = field(0x5855, new byte[8]);
    assertThat(
            pathsOf(
                new RawZip()
                    .add(new Entry("k/", "").mode(UNIX, 0040755).flags(0).extra(times))
                    .add(
                        new Entry("k/Cargo.toml", TEXT)
                            .mode(UNIX, 0100644)
                            .flags(SIZES_FOLLOW)
                            .extra(times)
                            .behind(descriptor(true, false)))
                    .add(
                        new Entry("__MACOSX/k/._Cargo.toml", TEXT)
                            .mode(UNIX, 0100644)
                            .flags(SIZES_FOLLOW)
                            .behind(descriptor(true, false)))
                    .add(new Entry("k/.DS_Store", "x").mode(UNIX, 0100644).flags(0))))
        .containsExactly("Cargo.toml");
  }

  @Test
  void aNameInUtf8WithAndWithoutItsFlagAndItsField() throws Exception {
    byte[] name = "é.rs".getBytes(UTF_8);
    for (int flags : new int[] {0, UTF8}) {
      assertThat(
              pathsOf(
                  RawZip.crate()
                      .add(new Entry("é.rs", "x").flags(flags))
                      .add(
                          new Entry("a.rs", "x")
                              .flags(flags)
                              .extra(unicodePath("a.rs".getBytes(UTF_8), "a.rs")))
                      .add(
                          new Entry("src/é.rs", "x")
                              .flags(flags)
                              .extra(
                                  unicodePath("src/é.rs".getBytes(UTF_8), "src/é.rs"),
                                  unicodePath(name, "src/é.rs")))))
          .contains("é.rs", "a.rs", "src/é.rs");
    }
  }

  /** Info-ZIP and WinZip on Windows: the header in the code page, the field in UTF-8. */
  @ParameterizedTest
  @CsvSource({
    "IBM850, src/é.rs",
    "IBM437, häßlich/é ñ.txt",
    "windows-1251, src/ядро.rs",
    "Shift_JIS, 日本.rs",
    "GBK, 中文/联通.txt"
  })
  void aNameInACodePageWithItsFieldInUtf8(String codePage, String name) throws Exception {
    byte[] header = name.getBytes(Charset.forName(codePage));
    assertThat(
            pathsOf(
                RawZip.crate()
                    .add(new Entry(header, new byte[1]).flags(0).extra(unicodePath(header, name)))))
        .contains(name);
  }

  @Test
  void aCommentAndPaddingAreNoPartOfTheTree() throws Exception {
    String commit = "b0a2c63b2b3e0c1a0f2b1a6c9f9a4a0f4c8f6c11";
    List<String> crate = List.of("Cargo.toml", "src/main.rs");
    assertThat(pathsOf(RawZip.crate().end(commit.getBytes(UTF_8)))).isEqualTo(crate);
    assertThat(pathsOf(RawZip.crate().between(new byte[100]))).isEqualTo(crate);
    assertThat(pathsOf(joined(RawZip.crate().end(), new byte[512]))).isEqualTo(crate);
    // The mark of a zip that was to be split and was not (APPNOTE.TXT 8.5.4).
    RawZip split = new RawZip().between(new byte[] {'P', 'K', 7, 8});
    assertThat(pathsOf(split.add(new Entry("Cargo.toml", "[package]\n")))).contains("Cargo.toml");
  }

  /** Archive Utility counts files in 16 bits, however many there are. */
  @Test
  void aCountOfWhichOnlyTheLast16BitsAreKept() throws Exception {
    RawZip zip = RawZip.crate();
    for (int i = 0; i < 65_536; i++) {
      zip.add(new Entry("target/debug/" + i, ""));
    }
    assertThat(pathsOf(zip)).containsExactly("Cargo.toml", "src/main.rs");
  }

  @Test
  void extendedHeadersOfGnuTarAndBsdtar() throws Exception {
    String longName = "src/" + "long".repeat(40) + ".rs";
    assertThat(
            pathsOf(
                RawTar.crate()
                    .pax('x', "mtime", "1.5", "atime", "1.5", "ctime", "1.5")
                    .entry("a", '0', "x")
                    .pax('x', "path", longName, "size", "1", "uid", "3000000", "comment", "c")
                    .entry(longName.substring(0, 100), '0', "x")
                    .pax(
                        'x',
                        "LIBARCHIVE.creationtime",
                        "1.5",
                        "LIBARCHIVE.xattr.com.apple.provenance",
                        "AQAAbase64",
                        "SCHILY.xattr.user.test",
                        "a\nb=c\n7 x=",
                        "SCHILY.fflags",
                        "nodump",
                        "hdrcharset",
                        "BINARY",
                        "SCHILY.dev",
                        "1")
                    .entry("b", '0', "x")
                    .pax('x', "linkpath", longName.substring(4))
                    .header("src/link.rs", '2', "cut", "00000000000\0")
                    .entry("._a", '0', "AppleDouble")))
        .containsExactly("Cargo.toml", "a", "b", "src/link.rs", longName, "src/main.rs");
  }

  /** GNU tar ends long names with a zero byte; Archive::Tar of Perl fills the record up. */
  @ParameterizedTest
  @ValueSource(strings = {"\0", "", "\0\0\0"})
  void longNamesAndLinksOfGnu(String end) throws Exception {
    for (String name :
        List.of(
            "src/" + "long".repeat(40) + ".rs", "é/" + "x".repeat(100), "d/".repeat(50) + "x")) {
      assertThat(
              pathsOf(
                  RawTar.crate()
                      .entry(LONG, 'L', name + end)
                      .entry(name.substring(0, 90), '0', "x")
                      .entry(LONG, 'K', name + end)
                      .entry(LONG, 'L', "l/" + name + end)
                      .header("l", '1', "cut", "00000000000\0")))
          .contains(name, "l/" + name);
    }
    String whole = "a/" + "x".repeat(200) + "/" + "y".repeat(200) + "/" + "z".repeat(108);
    assertThat(whole).hasSize(512);
    assertThat(
            pathsOf(
                RawTar.crate().entry(LONG, 'L', whole).entry("cut", '0', "x").entry("b", '0', "")))
        .contains(whole, "b");
  }

  /** Commons Compress, with long names of GNU and other names as pax. */
  @Test
  void aLongNameAndAnExtendedHeaderThatSayTheSame() throws Exception {
    String name = "é".repeat(60) + "/" + "x".repeat(30);
    assertThat(
            pathsOf(
                RawTar.crate()
                    .entry(LONG, 'L', name + "\0")
                    .pax('x', "path", name, "mtime", "1.5")
                    .entry("cut", '0', "x")))
        .contains(name);
  }

  @Test
  void globalHeadersOfGitAndPax() throws Exception {
    assertThat(
            pathsOf(
                new RawTar()
                    .pax('g', "comment", "b0a2c63b2b3e0c1a0f2b1a6c9f9a4a0f4c8f6c11")
                    .entry("k-main/", '5', "")
                    .entry("k-main/Cargo.toml", '0', "[package]\n")
                    .pax('g', "mtime", "1", "uid", "0", "gname", "é", "hdrcharset", "BINARY")
                    .pax('x', "path", "k-main/é")
                    .entry("k-main/e", '0', "")))
        .containsExactly("Cargo.toml", "é");
  }

  @Test
  void theOldFormsOfTar() throws Exception {
    assertThat(
            pathsOf(
                new RawTar()
                    .entry("Cargo.toml", '\0', "[package]\n")
                    .patched(257, "\0\0\0\0\0\0\0\0")
                    .entry("src/", '\0', "")
                    .patched(257, "\0\0\0\0\0\0\0\0")
                    .entry("src/main.rs", '0', "x")
                    .patched(257, "ustar  \0")
                    .entry("lib.rs", '0', "x")
                    .patched(345, "src")
                    .header("dir", '5', "", "\0".repeat(12))
                    .patched(100, "0000755\0")))
        .containsExactly("Cargo.toml", "src/lib.rs", "src/main.rs");
  }

  /**
   * One folder, packed by Info-ZIP 3.0, 7-Zip 26.02, bsdtar 3.6.2, GNU tar 1.34, git 2.39, Python
   * 3.11 and Java 17: with a long name, an accent, a link and an empty folder.
   */
  @Test
  void whatToolsHaveWrittenIsTakenInAsOneTree() throws Exception {
    Set<String> digests = new TreeSet<>();
    int archives = 0;
    try (Stream<Path> recorded = Files.list(Path.of("src/test/resources/archives"))) {
      for (Path archive : recorded.sorted().toList()) {
        IntakeResult result = take(archive);
        assertThat(result).as("%s: %s", archive, result).isInstanceOf(Accepted.class);
        digests.add(accepted(result).digest());
        assertThat(accepted(result).read("src/link.rs")).isEqualTo("#![no_std]\n");
        archives++;
      }
    }
    assertThat(archives).isEqualTo(13);
    assertThat(digests).hasSize(1);
  }
}
