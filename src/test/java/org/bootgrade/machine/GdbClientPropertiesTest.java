package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;

/** What answers may be a QEMU that a guest has taken over. */
class GdbClientPropertiesTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String DESCRIPTION =
      "l<target><reg name=\"rip\" bitsize=\"64\"/><reg name=\"rsp\" bitsize=\"64\"/></target>";

  /** A question to the stub. */
  private interface Question {
    void ask(GdbClient gdb) throws GdbException;
  }

  private static final List<Question> QUESTIONS =
      List.of(
          gdb -> gdb.whyStopped(SOON),
          gdb -> gdb.registers(SOON),
          gdb -> gdb.writeRegisters(Map.of("rip", 1L), SOON),
          gdb -> gdb.readRegister("rsp", SOON),
          gdb -> gdb.writeRegister("rsp", 2, SOON),
          gdb -> assertThat(gdb.read(0x1000, 100, SOON)).hasSize(100),
          gdb -> assertThat(gdb.readPhysical(0x1000, 5000, SOON)).hasSize(5000),
          gdb -> gdb.write(0x1000, new byte[10], SOON),
          gdb -> gdb.insert(GdbClient.Point.EXECUTE, 0x1000, 1, SOON),
          gdb -> gdb.remove(GdbClient.Point.WRITE, 0x1000, 8, SOON),
          gdb -> gdb.runFor(Duration.ofMillis(5), SOON),
          gdb -> gdb.step(SOON),
          gdb -> assertThat(gdb.monitor("info registers", SOON)).hasSizeLessThan(1 << 20),
          gdb -> TextScreen.cells(gdb, SOON),
          gdb -> gdb.nextAnswer(SOON),
          gdb -> gdb.forgetPhysical(SOON),
          gdb -> gdb.interrupt(SOON),
          gdb -> gdb.kill(SOON));

  @Provide
  Arbitrary<List<String>> packets() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "OK",
                "",
                "E01",
                "T05thread:01;",
                "T05watch:ffffffffffffffff;",
                "T02",
                "S03",
                "W00",
                "X09",
                "O4142",
                "O",
                "Ozz",
                "l",
                "m",
                "00".repeat(100),
                "00".repeat(2048),
                "xx".repeat(16),
                "0"),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40))
        .list()
        .ofMaxSize(12);
  }

  /** A packet as it may be sent: with what must be escaped escaped, and runs shortened. */
  private static String framed(String data, boolean runs) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < data.length(); i++) {
      char c = data.charAt(i);
      body.append("#$}*".indexOf(c) >= 0 ? "}" + (char) (c ^ 0x20) : c);
      int more = 0;
      while (i + more + 1 < data.length() && data.charAt(i + more + 1) == c && more < 90) {
        more++;
      }
      // Counts whose character would be a '#' or a '$' are not used.
      if (runs && more >= 3 && more != 6 && more != 7) {
        body.append('*').append((char) (more + 29));
        i += more;
      }
    }
    int sum = body.chars().sum();
    return "$%s#%02x".formatted(body, sum & 0xff);
  }

  private static String opening() {
    return "+" + framed("qXfer:features:read+", false) + "+" + framed(DESCRIPTION, false);
  }

  private static GdbClient open(String answers) throws GdbException {
    return GdbClient.open(
        new ByteArrayInputStream(answers.getBytes(ISO_8859_1)),
        OutputStream.nullOutputStream(),
        SOON);
  }

  private static void talk(String answers, List<Integer> questions) throws InterruptedException {
    GdbClient gdb;
    try {
      gdb = open(answers);
    } catch (GdbException notThat) {
      return;
    }
    try (gdb) {
      for (int question : questions) {
        try {
          QUESTIONS.get(question).ask(gdb);
        } catch (GdbException refused) {
          assertThat(refused).hasMessageNotContainingAny("\n", "\0");
        }
      }
    }
    assertThat(gdb.threadsEnded(SOON)).isTrue();
  }

  @Property
  void anyPacketsAreAnsweredWithAResultOrARefusal(
      @ForAll("packets") List<String> packets,
      @ForAll @Size(max = 6) List<@IntRange(max = 17) Integer> questions) {
    StringBuilder answers = new StringBuilder(opening());
    packets.forEach(packet -> answers.append('+').append(framed(packet, false)));
    Within.bounds(() -> talk(answers.toString(), questions));
  }

  @Property
  void anyBytesAreAnsweredWithAResultOrARefusal(
      @ForAll @CharRange(to = '\u00ff') @StringLength(max = 400) String bytes,
      @ForAll @Size(max = 4) List<@IntRange(max = 17) Integer> questions) {
    Within.bounds(() -> talk(bytes, questions));
    Within.bounds(() -> talk(opening() + bytes, questions));
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with("$", "#00", "+", "-", "*\u007f", "}", "*", "$O41#c4", "$E01#a6", "$#00");
  }

  @Property
  void aDamagedSessionIsAnsweredWithAResultOrARefusal(
      @ForAll("damage") Damage damage,
      @ForAll @Size(max = 6) List<@IntRange(max = 17) Integer> questions)
      throws IOException {
    StringBuilder answers = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("src/test/resources/machine/session.gdb"))) {
      if (line.startsWith("< ")) {
        answers.append(line.substring(2).replace("\\n", "\n").replace("\\\\", "\\"));
      }
    }
    String damaged = new String(damage.to(answers.toString().getBytes(ISO_8859_1)), ISO_8859_1);
    Within.bounds(() -> talk(damaged, questions));
  }

  @Property
  void whateverAPacketHoldsIsReadAsItWasSent(
      @ForAll @CharRange(to = '\u00ff') String data, @ForAll boolean runs) throws GdbException {
    try (GdbClient gdb = open(opening() + framed(data, runs))) {
      assertThat(gdb.nextAnswer(SOON)).contains(data);
    }
  }

  @Property
  void memoryIsReadAsItIs(@ForAll @Size(min = 1, max = 300) byte[] memory) throws GdbException {
    StringBuilder hex = new StringBuilder();
    for (byte b : memory) {
      hex.append("%02x".formatted(b));
    }
    try (GdbClient gdb = open(opening() + framed(hex.toString(), true))) {
      assertThat(gdb.read(0x1000, memory.length, SOON)).isEqualTo(memory);
    }
  }

  @Property
  void anyDescriptionGivesRegistersThatLieBesideEachOther(
      @ForAll("descriptions") List<String> parts) {
    RegisterLayout layout = RegisterLayout.parse(String.join("", parts));
    assertThat(layout.registers()).hasSizeLessThanOrEqualTo(1000);
    layout
        .registers()
        .forEach(
            (name, register) -> {
              assertThat(name).isNotEmpty();
              assertThat(register.size()).isBetween(1, 512);
              assertThat(register.offset()).isNotNegative();
              assertThat(
                      layout.registers().values().stream()
                          .filter(other -> other.offset() >= register.offset())
                          .filter(o -> o.offset() < register.offset() + register.size()))
                  .as("registers within the bytes of %s", name)
                  .containsExactly(register);
            });
    assertThat(RegisterLayout.includes(String.join("", parts))).hasSizeLessThanOrEqualTo(16);
  }

  @Provide
  Arbitrary<List<String>> descriptions() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "<reg name=\"rip\" bitsize=\"64\"/>",
                "<reg name=\"rip\" bitsize=\"4096\" regnum=\"999999\"/>",
                "<reg bitsize=\"64\">",
                "<reg name=\"odd\" bitsize=\"63\"/>",
                "<reg name=\"rsp\" bitsize=\"99999999999\"/>",
                "<reg ",
                "<!--",
                "-->",
                "<xi:include href=\"core.xml\"/>",
                "name=\"x\"",
                ">"),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(10))
        .list()
        .ofMaxSize(40);
  }
}
