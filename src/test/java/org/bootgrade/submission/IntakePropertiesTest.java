package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;

/** Whatever is handed in: a whole tree or a reason, and nothing anywhere else. */
class IntakePropertiesTest {

  private static final IntakeLimits LIMITS =
      new IntakeLimits(20_000, 8_000, 30, 60, 300, 12, 200, 1 << 20, 1 << 20);

  private enum Form {
    ZIP,
    TAR,
    GNU_TAR,
    TAR_GZ,
    TAR_GZ_TWICE
  }

  private static byte[] packed(Form form, List<Item> items) throws IOException {
    return switch (form) {
      case ZIP -> Packing.zip(items);
      case TAR -> Packing.tar(items);
      case GNU_TAR -> Packing.gnuTar(items);
      case TAR_GZ -> Packing.gzip(Packing.tar(items));
      case TAR_GZ_TWICE -> {
        byte[] tar = Packing.tar(items);
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(Packing.gzip(Arrays.copyOf(tar, 700)));
        members.writeBytes(Packing.gzip(Arrays.copyOfRange(tar, 700, tar.length)));
        yield members.toByteArray();
      }
    };
  }

  private static IntakeResult take(byte[] bytes) throws Exception {
    try (Arena arena = new Arena()) {
      Path submission = arena.handedIn(bytes);
      return Within.bounds(() -> arena.take(submission, LIMITS));
    }
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> part =
        Arbitraries.frequencyOf(
            Tuple.of(
                12,
                Arbitraries.of(
                    "src", "a", "b", "target", "Cargo.toml", "main.rs", "x.rs", "é", "tests")),
            Tuple.of(
                2,
                Arbitraries.of(
                    "A",
                    "SRC",
                    "e\u0301",
                    ".git",
                    ".DS_Store",
                    "._x.rs",
                    "x.rs~",
                    "CACHEDIR.TAG",
                    ".cargo",
                    "?",
                    "x".repeat(255),
                    "y".repeat(120))),
            Tuple.of(
                1,
                Arbitraries.of(
                    "..",
                    ".",
                    "",
                    "C:",
                    "a\\b",
                    "a\nb",
                    "\u202e",
                    "z".repeat(256),
                    "\ufffd",
                    "x\u0000y")));
    Arbitrary<String> path = part.list().ofMinSize(1).ofMaxSize(4).map(p -> String.join("/", p));
    return Arbitraries.frequencyOf(
        Tuple.of(20, path),
        Tuple.of(1, path.map(p -> "/" + p)),
        Tuple.of(1, path.map(p -> "../" + p)),
        Tuple.of(1, path.map(p -> "./" + p)));
  }

  @Provide
  Arbitrary<List<Item>> items() {
    Arbitrary<Item> files =
        Combinators.combine(names(), Arbitraries.of(0, 1, 511, 512, 513, 7_000, 9_000))
            // The library that packs takes what ends with a slash for a folder.
            .as((name, size) -> Item.file(name, "x".repeat(name.endsWith("/") ? 0 : size)));
    Arbitrary<Item> links =
        Combinators.combine(
                names(),
                Arbitraries.oneOf(
                    names(), Arbitraries.of("victim", "../victim", "/etc/passwd", "../../victim")))
            .as(Item::symbolicLink);
    Arbitrary<Item> item =
        Arbitraries.frequencyOf(
            Tuple.of(12, files),
            Tuple.of(2, names().map(Item::folder)),
            Tuple.of(2, links),
            Tuple.of(1, names().map(Item::fifo)));
    return item.list()
        .ofMaxSize(6)
        .map(
            more -> {
              List<Item> items = new ArrayList<>(Item.crateWith());
              items.addAll(more);
              return items;
            });
  }

  @Property
  void anyEntriesAreTakenInWholeOrNotAtAll(@ForAll("items") List<Item> items, @ForAll Form form)
      throws Exception {
    take(packed(form, items));
  }

  @Property
  void itMakesNoDifferenceHowEntriesArePacked(@ForAll("items") List<Item> items, @ForAll Form form)
      throws Exception {
    // The packing library rewrites what begins with a slash or holds backslashes or zero bytes.
    List<Item> plain =
        items.stream()
            .filter(i -> i.name().matches("[^/\\\\\\x00]([^\\\\\\x00]*[^/\\\\\\x00])?"))
            .filter(i -> i.text().matches("(?s)[^\\x00]*"))
            .toList();
    IntakeResult zip = take(packed(Form.ZIP, plain));
    IntakeResult other = take(packed(form, plain));
    assertThat(other).hasSameClassAs(zip);
    if (other instanceof Accepted accepted) {
      assertThat(accepted.tree().digest()).isEqualTo(((Accepted) zip).tree().digest());
    }
  }

  @Property
  void whatWasTakenInIsTheSameWhenItIsHandedInAgain(
      @ForAll("items") List<Item> items, @ForAll Form form) throws Exception {
    try (Arena arena = new Arena();
        Arena second = new Arena()) {
      IntakeResult first = arena.take(arena.handedIn(packed(form, items)), LIMITS);
      if (first instanceof Accepted accepted) {
        IntakeResult again = second.take(accepted.tree().root(), LIMITS);
        assertThat(again).isInstanceOf(Accepted.class);
        assertThat(((Accepted) again).tree().files()).isEqualTo(accepted.tree().files());
        assertThat(((Accepted) again).tree().digest()).isEqualTo(accepted.tree().digest());
      }
    }
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "PK\u0001\u0002",
        "PK\u0003\u0004",
        "PK\u0005\u0006",
        "PK\u0006\u0006",
        "PK\u0006\u0007",
        "PK\u0007\u0008",
        "\u0001\0\u0010\0",
        "ÿÿÿÿ",
        "ÿÿÿÿÿÿÿÿ",
        "ustar\u0000",
        "ustar  ",
        "../x",
        "30 path=../../victim\n",
        "20 size=9999999999\n",
        "\u001f\u008b\u0008");
  }

  private static List<Item> crate() {
    return Item.crateWith(
        Item.file("src/" + "long".repeat(30) + ".rs", "//"),
        Item.symbolicLink("link.rs", "src/main.rs"),
        Item.folder("tests"),
        Item.file("é.rs", "x".repeat(600)));
  }

  @Property
  void aDamagedArchiveIsTakenInWholeOrNotAtAll(@ForAll("damage") Damage damage, @ForAll Form form)
      throws Exception {
    take(damage.to(packed(form, crate())));
  }

  @Property
  void aZipWithADamagedDirectoryIsTakenInWholeOrNotAtAll(@ForAll("damage") Damage damage)
      throws Exception {
    byte[] zip = Packing.zip(crate());
    int directory = Packing.find(zip, new byte[] {'P', 'K', 1, 2}, 0);
    take(damage.to(zip, directory, zip.length));
  }

  @Property
  void aTarWithADamagedHeaderIsTakenInWholeOrNotAtAll(
      @ForAll("damage") Damage damage, @ForAll @IntRange(max = 8) int record, @ForAll boolean gnu)
      throws Exception {
    byte[] tar = packed(gnu ? Form.GNU_TAR : Form.TAR, crate());
    byte[] damaged = damage.to(tar, record * RawTar.RECORD, (record + 1) * RawTar.RECORD);
    take(RawTar.withChecksums(damaged));
  }

  @Property
  void damageInsideOfACompressionIsTakenInWholeOrNotAtAll(@ForAll("damage") Damage damage)
      throws Exception {
    take(Packing.gzip(damage.to(Packing.tar(crate()))));
  }

  @Property
  void noFileOfADamagedZipHasAnotherContent(@ForAll("damage") Damage damage) throws Exception {
    List<SourceFile> whole = ((Accepted) take(Packing.zip(crate()))).tree().files();
    List<String> paths = whole.stream().map(SourceFile::path).toList();
    if (take(damage.to(Packing.zip(crate()))) instanceof Accepted accepted) {
      // Names and the list of files have no checksum.
      assertThat(accepted.tree().files().stream().filter(f -> paths.contains(f.path())))
          .isSubsetOf(whole);
    }
  }

  @Property
  void anyBytesAreRejected(@ForAll @Size(max = 2000) byte[] bytes) throws Exception {
    assertThat(take(bytes)).isInstanceOf(Rejected.class);
  }

  @Property
  void anyNameIsShownPrintableAndOfBoundedLength(@ForAll String name) {
    String shown = PathRules.shown(name);
    assertThat(shown).hasSizeLessThan(1000);
    assertThat(shown.codePoints().noneMatch(Character::isISOControl)).isTrue();
  }

  @Property
  void namesThatDifferOnlyInCaseFoldToOne(@ForAll("letters") String name) {
    String folded = PathRules.folded(name);
    // Marks are put in order first, as an iota below a letter becomes a letter in upper case.
    String apart = Normalizer.normalize(name, Normalizer.Form.NFD);
    assertThat(PathRules.folded(apart.toUpperCase(Locale.ROOT))).isEqualTo(folded);
    assertThat(PathRules.folded(apart.toLowerCase(Locale.ROOT))).isEqualTo(folded);
    assertThat(PathRules.folded(folded)).isEqualTo(folded);
    for (Normalizer.Form form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) {
      assertThat(PathRules.folded(Normalizer.normalize(name, form))).isEqualTo(folded);
    }
    assertThat(new String(folded.getBytes(UTF_8), UTF_8)).isEqualTo(folded);
  }

  @Provide
  Arbitrary<String> letters() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('\u00c0', '\u024f')
        .withCharRange('\u0300', '\u0320')
        .withCharRange('\u0370', '\u03ff')
        .withCharRange('\u1e00', '\u1fff')
        .ofMaxLength(6);
  }
}
