package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.PageMapping;
import org.bootgrade.evidence.SegmentDescriptor;
import org.bootgrade.evidence.TaskStateSegment;
import org.bootgrade.fuzz.Within;

/** The guest made these tables and may have put anything there. */
class TablesPropertiesTest {

  private static final int FRAMES = 8;
  private static final long FRAME = 0x000f_ffff_ffff_f000L;

  /**
   * Memory whose every frame is one of a few, so that tables lead to each other in rings.
   *
   * @param entries what the frames hold, over and over
   * @param length how much of a frame can be read
   */
  private record Memory(List<Long> entries, int length, AtomicInteger reads)
      implements PhysicalMemory {
    @Override
    public byte[] read(long address, int wanted) {
      reads.incrementAndGet();
      ByteBuffer frame = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
      int first = (int) (address >>> 12) % FRAMES * 7;
      for (int i = 0; i * 8 + 8 <= wanted; i++) {
        frame.putLong(entries.get(Math.floorMod(first + i, entries.size())));
      }
      byte[] bytes = new byte[Math.min(wanted, length)];
      frame.get(0, bytes);
      return bytes;
    }

    @Override
    public String toString() {
      return entries.stream().map(Long::toHexString).toList() + ", " + length + " readable";
    }
  }

  @Provide
  Arbitrary<Memory> memories() {
    Arbitrary<Long> flags =
        Arbitraries.of(
            0L, 1L, 3L, 3L, 7L, 7L, 0x67L, 0x67L, 0x63L, 0x87L, 0xe7L, 1L << 63 | 3, 0x1083L, -1L);
    Arbitrary<Long> entries =
        Combinators.combine(flags, Arbitraries.longs().between(0, FRAMES), Arbitraries.longs())
            .as((f, frame, any) -> any % 5 == 0 ? any : f | frame << 12);
    return Combinators.combine(
            entries.list().ofMinSize(1).ofMaxSize(40),
            Arbitraries.of(4096, 4096, 4096, 0, 100, 4095))
        .as((list, length) -> new Memory(list, length, new AtomicInteger()));
  }

  /** Mostly in the halves that exist. */
  @Provide
  Arbitrary<Long> addresses() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 1L << 47),
        Arbitraries.longs().between(0, 1 << 24),
        Arbitraries.longs().between(-1L << 47, -1),
        Arbitraries.longs());
  }

  private static boolean writable(PageTables pages, long address) throws GdbException {
    return pages.translate(address).writable();
  }

  @Property
  void anyTablesAreWalkedInFewStepsAndGiveAnAddressThatExists(
      @ForAll("memories") Memory memory,
      @ForAll("addresses") long address,
      @ForAll boolean fiveLevels,
      @ForAll boolean noExecute)
      throws GdbException {
    PageTables pages = new PageTables(memory, 0x1003, fiveLevels, noExecute);
    PageMapping mapping = pages.translate(address);

    assertThat(memory.reads().get()).isLessThanOrEqualTo(5);
    if (mapping.mapped()) {
      assertThat(mapping.pageSize()).isIn(1L << 12, 1L << 21, 1L << 30);
      assertThat(mapping.physical() & ~(FRAME | 0xfff)).isZero();
      assertThat(mapping.physical() & (mapping.pageSize() - 1))
          .isEqualTo(address & (mapping.pageSize() - 1));
    } else {
      assertThat(mapping).isEqualTo(PageMapping.NONE);
      assertThat(pages.written(address) && noExecute && memory.length() == 0).isFalse();
    }
  }

  @Property
  void aRangeHoldsItsAddressAndIsWritableToBothOfItsEnds(
      @ForAll("memories") Memory memory,
      @ForAll("addresses") long address,
      @ForAll boolean fiveLevels,
      @ForAll @IntRange(max = 1 << 16) int reach)
      throws GdbException {
    PageTables pages = new PageTables(memory, 0x1003, fiveLevels, true);
    Optional<MemoryExtent> extent = Within.bounds(() -> pages.extent(address, reach));
    assertThat(extent.isPresent()).isEqualTo(writable(pages, address));
    if (extent.isPresent()) {
      long start = extent.get().start();
      long end = extent.get().end();
      assertThat(Long.compareUnsigned(start, address)).isLessThanOrEqualTo(0);
      assertThat(Long.compareUnsigned(address, end - 1)).isLessThanOrEqualTo(0);
      assertThat(writable(pages, start)).isTrue();
      assertThat(writable(pages, end - 1)).isTrue();
      assertThat(address - start >= reach || start == 0 || !writable(pages, start - 1)).isTrue();
      assertThat(end - address >= reach || end == 0 || !writable(pages, end)).isTrue();
    }
  }

  @Property
  void theStackBelowWhichAnAddressLiesIsSoughtInTime(
      @ForAll("memories") Memory memory, @ForAll("addresses") long address) throws GdbException {
    PageTables pages = new PageTables(memory, 0x1003, false, true);
    Optional<MemoryExtent> extent = Within.bounds(() -> pages.extentFrom(address));
    extent.ifPresent(found -> assertThat(found.end() - address).isPositive());
  }

  @Property
  void aGateIsReadAsItWasWritten(
      @ForAll long offset,
      @ForAll @IntRange(max = 0xffff) int selector,
      @ForAll @IntRange(max = 7) int ist,
      @ForAll @IntRange(max = 15) int type,
      @ForAll @IntRange(max = 3) int dpl,
      @ForAll boolean present,
      @ForAll int reserved) {
    // Intel SDM vol. 3A, figure 6-8.
    ByteBuffer gate = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    gate.putShort((short) offset).putShort((short) selector);
    gate.put((byte) (ist | reserved << 3));
    gate.put((byte) (type | dpl << 5 | (present ? 0x80 : 0)));
    gate.putShort((short) (offset >> 16)).putInt((int) (offset >> 32)).putInt(reserved);
    assertThat(Descriptors.gate(gate.array()))
        .contains(new IdtGate(offset, selector, ist, type, dpl, present));
  }

  @Provide
  Arbitrary<Integer> limits() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 400), Arbitraries.integers().between(0, 0xffff));
  }

  @Property
  void anyBytesAreAGdtWithinItsLimit(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll("limits") int limit) {
    GdtTable gdt = Descriptors.gdt(0x1000, limit, bytes);
    int before = -1;
    for (SegmentDescriptor descriptor : gdt.descriptors()) {
      assertThat(descriptor.selector()).isGreaterThan(before);
      assertThat(descriptor.selector() % 8).isZero();
      assertThat(descriptor.selector() + (descriptor.system() ? 16 : 8))
          .isLessThanOrEqualTo(Math.min(bytes.length, limit + 1));
      assertThat(descriptor.limit()).isBetween(0L, 0xffff_ffffL);
      before = descriptor.selector() + (descriptor.system() ? 8 : 0);
    }
  }

  @Property
  void anyStacksAreSurveyedWithinTheWritableMemoryBelowThem(
      @ForAll("memories") Memory memory,
      @ForAll @Size(7) List<@LongRange(min = Long.MIN_VALUE) Long> tops,
      @ForAll @Size(3) List<Long> privileged,
      @ForAll @Size(max = 600) byte[] idt,
      @ForAll @LongRange(min = Long.MIN_VALUE) long rsp)
      throws GdbException {
    PageTables pages = new PageTables(memory, 0x1003, false, true);
    TaskStateSegment tss = new TaskStateSegment(privileged, tops, 0);
    List<IdtGate> gates =
        java.util.stream.IntStream.range(0, idt.length / 16)
            .mapToObj(i -> java.util.Arrays.copyOfRange(idt, i * 16, i * 16 + 16))
            .map(bytes -> Descriptors.gate(bytes).orElseThrow())
            .toList();
    Symbols symbols = Symbols.parse("0000000000200000 0000000000005000 b STACK\n");
    Map<String, MemoryExtent> tables =
        Map.of("the GDT", new MemoryExtent(0x1000, 0x1020), "the IDT", new MemoryExtent(-16, 16));
    List<InterruptStack> stacks =
        Within.bounds(
            () ->
                new StackSurvey(
                        symbols,
                        pages,
                        (at, length) -> new byte[length],
                        tss,
                        gates,
                        tables,
                        1L << 27)
                    .stacks(rsp));
    assertThat(stacks).hasSize((int) tops.stream().filter(top -> top != 0).count());
    for (InterruptStack stack : stacks) {
      MemoryExtent writable = stack.writable();
      assertThat(stack.room()).isNotNegative();
      if (writable == null) {
        assertThat(stack.room()).isZero();
      } else {
        assertThat(stack.room()).isLessThanOrEqualTo(stack.top() - writable.start());
      }
    }
  }

  @Property
  void anyCellsAreAScreenOfPrintableText(@ForAll @Size(4000) byte[] cells) {
    List<String> rows = TextScreen.decode(cells);
    assertThat(rows).hasSizeLessThanOrEqualTo(25);
    for (String row : rows) {
      assertThat(row).hasSizeLessThanOrEqualTo(80);
      assertThat(row.chars().noneMatch(Character::isISOControl)).isTrue();
    }
  }
}
