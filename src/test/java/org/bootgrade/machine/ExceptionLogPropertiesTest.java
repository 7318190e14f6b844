package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.fuzz.Damage;

/** The guest decides what happens, how often and when QEMU is cut off; never what is believed. */
class ExceptionLogPropertiesTest {

  /** Double faults beyond the limit, each with what came before it. */
  private static final int LATE = 8;

  private static final Path LOGS = Path.of("src/test/resources/machine");
  private static final ExceptionLog.Limits ROOMY = new ExceptionLog.Limits(1 << 20, 1000);

  @Provide
  Arbitrary<String> logs() {
    return Arbitraries.of(
        "int3.log",
        "int8.log",
        "overflow-ist.log",
        "overflow-no-ist.log",
        "poweroff.log",
        "timer.log",
        "timer8.log",
        "wild-jump.log",
        "wild-write.log");
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "\n",
        "\r\n",
        "     0: v=08 e=0000 i=0 cpl=0 IP=0008:0000000000204421 pc=0 SP=0000:0000010000002000\n",
        "check_exception old: 0xffffffff new 0xe\n",
        "check_exception old: 0x8 new 0xe\n",
        "Triple fault\n",
        "serial_write write addr 0x0 val 0x41\n",
        "EFER=0000000000000d00\n",
        "v=ffffffffffffffff",
        "0x",
        ":");
  }

  private static byte[] log(String name) throws IOException {
    return Files.readAllBytes(LOGS.resolve(name));
  }

  private static ParsedLog parse(byte[] log, ExceptionLog.Limits limits) throws IOException {
    ExceptionLog read = new ExceptionLog(limits, KernelEntry.already());
    read.stream().write(log);
    return read.parsed();
  }

  @Property
  void anyBytesAreTakenInWithinTheirBounds(@ForAll @Size(max = 4000) byte[] log)
      throws IOException {
    holdsWhatItPromises(parse(log, ROOMY), ROOMY);
  }

  @Property
  void aDamagedLogIsTakenInWithinItsBounds(
      @ForAll("logs") String name,
      @ForAll("damage") Damage damage,
      @ForAll @IntRange(max = 20_000) int bytes,
      @ForAll @IntRange(max = 8) int events)
      throws IOException {
    byte[] log = damage.to(log(name));
    ExceptionLog.Limits tight = new ExceptionLog.Limits(bytes, events);
    holdsWhatItPromises(parse(log, ROOMY), ROOMY);
    holdsWhatItPromises(parse(log, tight), tight);
  }

  private static void holdsWhatItPromises(ParsedLog parsed, ExceptionLog.Limits limits) {
    assertThat(parsed.events()).hasSizeLessThanOrEqualTo(limits.events() + LATE);
    assertThat(parsed.serialBytes()).isNotNegative().isLessThanOrEqualTo(limits.bytes());
    int number = 0;
    long serial = 0;
    for (ExceptionEvent event : parsed.events()) {
      assertThat(event.number()).isEqualTo(++number);
      assertThat(event.vector()).isBetween(0, 255);
      assertThat(event.cpl()).isBetween(0, 3);
      assertThat(event.cs()).isBetween(0, 0xffff);
      assertThat(event.ss()).isBetween(0, 0xffff);
      assertThat(event.serialOffset()).isBetween(serial, parsed.serialBytes());
      serial = event.serialOffset();
    }
  }

  @Property
  void itMakesNoDifferenceWhereThePiecesOfALogBegin(
      @ForAll("logs") String name,
      @ForAll("damage") Damage damage,
      @ForAll @Size(max = 10) List<@IntRange(max = 9000) Integer> cuts)
      throws IOException {
    byte[] log = damage.to(log(name));
    ExceptionLog inPieces = new ExceptionLog(ROOMY, KernelEntry.already());
    int from = 0;
    for (int cut : cuts.stream().sorted().toList()) {
      int to = Math.min(cut, log.length);
      inPieces.accept(log, from, to - from);
      from = to;
    }
    inPieces.accept(log, from, log.length - from);
    assertThat(inPieces.parsed()).isEqualTo(parse(log, ROOMY));
  }

  @Property
  void whatWasToldIsNeverTakenBack(
      @ForAll("logs") String name,
      @ForAll("damage") Damage damage,
      @ForAll @IntRange(max = 20_000) int length)
      throws IOException {
    byte[] log = damage.to(log(name));
    ParsedLog whole = parse(log, ROOMY);
    ParsedLog begun = parse(Arrays.copyOf(log, Math.min(length, log.length)), ROOMY);
    int told = begun.events().size();
    assertThat(whole.events()).hasSizeGreaterThanOrEqualTo(told);
    assertThat(whole.events().subList(0, told)).isEqualTo(begun.events());
    assertThat(whole.tripleFault() || !begun.tripleFault()).isTrue();
    assertThat(whole.serialBytes()).isGreaterThanOrEqualTo(begun.serialBytes());
  }

  @Property
  void aLimitOfBytesIsAsGoodAsTheEndOfTheFile(
      @ForAll("logs") String name, @ForAll @IntRange(max = 12_000) int length) throws IOException {
    byte[] log = log(name);
    ParsedLog limited = parse(log, new ExceptionLog.Limits(length, 1000));
    ParsedLog cut = parse(Arrays.copyOf(log, Math.min(length, log.length)), ROOMY);
    assertThat(limited.events()).isEqualTo(cut.events());
    assertThat(limited.truncated()).isEqualTo(cut.truncated() || length < log.length);
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> numbers =
        Arbitraries.of(
            "0", "1", "3", "8", "e", "ff", "100", "ffffffff", "ffffffffffffffff", "x", "");
    Arbitrary<String> blocks =
        Combinators.combine(numbers, numbers, numbers, numbers, numbers)
            .as(
                (vector, software, level, rip, rsp) ->
                    "0: v=%s e=0000 i=%s cpl=%s IP=%s:%s pc=0 SP=%s:%s env->regs[R_EAX]=0"
                        .formatted(vector, software, level, rip, rip, rsp, rsp));
    Arbitrary<String> registers =
        numbers.flatMap(
            n ->
                Arbitraries.of(
                    "TR =0010 00000000%s 00000067 00008b00 DPL=0 TSS64-busy".formatted(n),
                    "GDT=     %s 0000001f".formatted(n),
                    "IDT=     0000000000200000 %s".formatted(n),
                    "CR0=80010011 CR2=%s CR3=0000000000001000 CR4=00000020".formatted(n),
                    "EFER=0000000000000d00"));
    Arbitrary<String> whole =
        blocks.map(
            block ->
                block
                    + "\nTR =0010 00200000 00000067 00008b00\nGDT= 200000 1f\nIDT= 200000 fff"
                    + "\nCR0=80010011 CR2=0 CR3=1000 CR4=20\nEFER=0000000000000d00");
    Arbitrary<String> checks =
        Combinators.combine(numbers, numbers)
            .as((first, second) -> "check_exception old: 0x%s new 0x%s".formatted(first, second));
    return Arbitraries.oneOf(blocks, registers, whole, whole, checks).list().ofMaxSize(20);
  }

  @Property
  void anyLinesAreTakenInWithinTheirBounds(
      @ForAll("lines") List<String> lines, @ForAll @IntRange(max = 8) int events)
      throws IOException {
    byte[] log = (String.join("\n", lines) + "\n").getBytes(ISO_8859_1);
    ExceptionLog.Limits limits = new ExceptionLog.Limits(1 << 20, events);
    holdsWhatItPromises(parse(log, limits), limits);
  }

  @Property
  void aLineThatIsTooLongIsAsGoodAsNone(
      @ForAll("logs") String name, @ForAll @IntRange(max = 200) int line) throws IOException {
    List<String> lines =
        new ArrayList<>(List.of(new String(log(name), ISO_8859_1).split("\n", -1)));
    lines.add(line % lines.size(), "check_exception old: 0x8 new 0xe" + " ".repeat(2000));
    byte[] longer = String.join("\n", lines).getBytes(ISO_8859_1);
    assertThat(parse(longer, ROOMY)).isEqualTo(parse(log(name), ROOMY));
  }
}
