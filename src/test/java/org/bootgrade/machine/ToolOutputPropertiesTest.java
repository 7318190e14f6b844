package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;

/** What tools print of a program whose symbols, code and debug information its author chose. */
class ToolOutputPropertiesTest {

  private static final HandlerListing.Seen SEEN =
      new HandlerListing.Seen(List.of(0x1004L), List.of(List.of(0x1002L, 0x1008L)), true);

  @Provide
  Arbitrary<List<String>> listings() {
    Arbitrary<Integer> addresses = Arbitraries.integers().between(0, 24).map(i -> 0x1000 + i);
    Arbitrary<String> operations =
        Arbitraries.of(
            "callq", "jmp", "je", "iretq", "retq", "ud2", "int3", "hlt", "nop", "loop", "jmpq");
    Arbitrary<String> operands =
        Arbitraries.oneOf(
            addresses.map("0x%x <f+0x1>"::formatted),
            addresses.map(Integer::toHexString),
            Arbitraries.of("", "*%rax", "*0x0(%rip)  # 0x1000 <t>", "0xffffffffffffffff"));
    Arbitrary<String> lines =
        Combinators.combine(addresses, operations, operands)
            .as(
                (at, operation, operand) ->
                    "    %x:      \t%s\t%s".formatted(at, operation, operand));
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, lines),
            net.jqwik.api.Tuple.of(1, Arbitraries.strings().ofMaxLength(20)))
        .list()
        .ofMaxSize(40);
  }

  @Property
  void anyListingIsFollowedToAnEnd(
      @ForAll("listings") List<String> lines, @ForAll @IntRange(max = 24) int entry) {
    HandlerListing listing = new HandlerListing();
    listing.add(String.join("\n", lines));
    long address = 0x1000L + entry;
    HandlerCode code = Within.bounds(() -> listing.of(address, Optional.empty(), SEEN));

    assertThat(code.entry()).isEqualTo(address);
    assertThat(code.instructions()).isBetween(code.decoded() ? 1 : 0, lines.size());
    assertThat(code.interruptReturns()).isBetween(0, code.instructions());
    assertThat(code.decoded() || code.instructions() == 0).isTrue();
    long returns =
        lines.stream()
            .filter(line -> line.contains("iret") || line.contains("lret") || line.contains("sys"))
            .count();
    assertThat((long) code.interruptReturns()).isLessThanOrEqualTo(returns);
  }

  private static final String NM =
      """
      0000000000200000 0000000000000040 t kernel::gdt::init
      0000000000201000 0000000000005000 b kernel::gdt::STACK
      0000000000206000 0000000000000010 D core::panicking::panic::h0123456789abcdef
      fffffffffffff000 0000000000001000 B last
                       U undefined
      """;

  @Provide
  Arbitrary<Damage> nmDamage() {
    return Damage.with("\n", " ", "ffffffffffffffff", "0000000000000000", " t ", "x".repeat(300));
  }

  @Property
  void anySymbolTableIsAskedSafely(
      @ForAll("nmDamage") Damage damage, @ForAll @LongRange(min = Long.MIN_VALUE) long address) {
    Symbols symbols = Symbols.parse(damage.to(NM));
    for (long asked : new long[] {address, 0x200010, 0x201000, -1, 0}) {
      Optional<Symbol> symbol = symbols.at(asked);
      symbol.ifPresent(
          found -> {
            assertThat(found.extent().contains(asked)).isTrue();
            assertThat(found.name()).isNotEmpty().hasSizeLessThanOrEqualTo(200);
          });
      symbols.endBelow(asked);
    }
    assertThat(symbols.named("last").isEmpty() || !symbols.isEmpty()).isTrue();
  }

  private static final String LINES =
      """
      [{"Address":"0x201010","ModuleName":"k","Symbol":[
        {"Column":5,"FileName":"/rust/library/core/src/ptr.rs","FunctionName":"write","Line":12},
        {"Column":9,"FileName":"/work/src/src/main.rs","FunctionName":"main","Line":34}]},
       {"Address":"0x201020","ModuleName":"k","Symbol":[]}]
      """;

  @Provide
  Arbitrary<Damage> jsonDamage() {
    return Damage.with(
        "null",
        "[",
        "{",
        "\"",
        ",",
        ":",
        "1e999999",
        "-1",
        "\"Line\":",
        "0xg",
        "\\u0000",
        "true",
        "x".repeat(3000));
  }

  @Property
  void anySourceLinesAreForTheAddressesAndOfBoundedLength(@ForAll("jsonDamage") Damage damage)
      throws InfrastructureFailure {
    byte[] printed = damage.to(LINES).getBytes(UTF_8);
    Map<Long, SourceLocation> lines =
        new SourceLines("k", "/work/src").of(new Errands.Result(0, printed.length, printed));
    lines
        .values()
        .forEach(
            at -> {
              assertThat(at.file()).hasSizeLessThanOrEqualTo(1000);
              assertThat(at.function()).hasSizeLessThanOrEqualTo(1000);
            });
  }

  private static final String MONITOR =
      """
      CS =0008 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
      TR =0010 0000000000207000 00000067 00008900 DPL=0 TSS64-avl
      GDT=     0000000000208000 0000001f
      IDT=     0000000000209000 00000fff
      """;

  @Property
  void anyWordsOfTheMonitorGiveRegistersOfTheirWidth(@ForAll("monitorDamage") Damage damage) {
    SystemRegisters registers = SystemRegisters.parse(damage.to(MONITOR));
    assertThat(registers.code().selector()).isBetween(0, 0xffff);
    assertThat(registers.task().selector()).isBetween(0, 0xffff);
    assertThat(registers.task().type()).isBetween(0, 15);
    assertThat(registers.gdt().limit()).isBetween(0, 0xffff);
    assertThat(registers.idt().limit()).isBetween(0, 0xffff);
  }

  @Provide
  Arbitrary<Damage> monitorDamage() {
    return Damage.with("\n", "=", " ", "ffffffffffffffffffff", "GDT=", "TR =");
  }
}
