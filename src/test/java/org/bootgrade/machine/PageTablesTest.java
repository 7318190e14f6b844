package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.PageMapping;
import org.junit.jupiter.api.Test;

class PageTablesTest {

  private static final long PRESENT = 1;
  private static final long WRITABLE = 2;
  private static final long USER = 4;
  private static final long LARGE = 0x80;
  private static final long NO_EXECUTE = 1L << 63;
  private static final long ALL = PRESENT | WRITABLE | USER;

  /** Tables at 0x1000 (root), 0x2000, 0x3000, 0x4000. */
  private final Memory memory = new Memory();

  @Test
  void anAddressIsFollowedThroughFourLevels() throws GdbException {
    chain(ALL, ALL, ALL);
    memory.entry(0x4000, 5, 0x7000 | ALL);

    assertThat(tables().translate(0x5123))
        .isEqualTo(new PageMapping(true, true, true, false, 4096, 0x7123));
    assertThat(tables().translate(0x6123)).isEqualTo(PageMapping.NONE);
  }

  @Test
  void everyLevelMustAllowWritesAndUsers() throws GdbException {
    chain(PRESENT | USER, ALL, PRESENT | WRITABLE);
    memory.entry(0x4000, 5, 0x7000 | ALL);

    PageMapping mapping = tables().translate(0x5000);

    assertThat(mapping.mapped()).isTrue();
    assertThat(mapping.writable()).isFalse();
    assertThat(mapping.user()).isFalse();
  }

  @Test
  void anyLevelMayForbidExecution() throws GdbException {
    chain(ALL, ALL | NO_EXECUTE, ALL);
    memory.entry(0x4000, 5, 0x7000 | ALL);

    assertThat(tables().translate(0x5000).noExecute()).isTrue();
    assertThat(new PageTables(memory, 0x1000, false, false).translate(0x5000))
        .as("bit 63 is reserved without EFER.NXE")
        .isEqualTo(PageMapping.NONE);
  }

  @Test
  void largePagesEndTheWalkEarly() throws GdbException {
    chain(ALL, ALL, ALL);
    memory.entry(0x3000, 1, 0x4020_0000L | ALL | LARGE);
    memory.entry(0x2000, 1, 0x8000_0000L | ALL | LARGE);

    assertThat(tables().translate(0x20_1234))
        .isEqualTo(new PageMapping(true, true, true, false, 2 << 20, 0x4020_1234L));
    assertThat(tables().translate(0x4000_1234))
        .isEqualTo(new PageMapping(true, true, true, false, 1 << 30, 0x8000_1234L));
  }

  @Test
  void entriesWithReservedBitsMapNothing() throws GdbException {
    chain(ALL | LARGE, ALL, ALL);
    memory.entry(0x4000, 5, 0x7000 | ALL);
    assertThat(tables().translate(0x5000)).isEqualTo(PageMapping.NONE);

    chain(ALL, ALL, ALL);
    memory.entry(0x3000, 1, 0x4020_2000L | ALL | LARGE);
    assertThat(tables().translate(0x20_0000)).isEqualTo(PageMapping.NONE);
  }

  @Test
  void anAddressThatIsNotCanonicalIsNotMapped() throws GdbException {
    chain(ALL, ALL, ALL);
    memory.entry(0x4000, 0, 0x7000 | ALL);

    assertThat(tables().translate(1L << 48)).isEqualTo(PageMapping.NONE);
    assertThat(tables().translate(0xdead_0000_0000_0000L)).isEqualTo(PageMapping.NONE);
  }

  @Test
  void theUpperHalfIsReachedByItsSignBits() throws GdbException {
    memory.entry(0x1000, 511, 0x2000 | ALL);
    memory.entry(0x2000, 511, 0x3000 | ALL);
    memory.entry(0x3000, 511, 0x4000 | ALL);
    memory.entry(0x4000, 511, 0x7000 | ALL);

    assertThat(tables().translate(-1L).physical()).isEqualTo(0x7fff);
    assertThat(tables().extent(-1L, 1 << 20)).contains(new MemoryExtent(0xffff_ffff_ffff_f000L, 0));
  }

  @Test
  void fiveLevelsHaveOneMoreTable() throws GdbException {
    memory.entry(0x9000, 0, 0x1000 | ALL);
    chain(ALL, ALL, ALL);
    memory.entry(0x4000, 5, 0x7000 | ALL);

    PageTables five = new PageTables(memory, 0x9000, true, true);

    assertThat(five.translate(0x5000).physical()).isEqualTo(0x7000);
    assertThat(five.translate(1L << 48))
        .as("canonical, but not mapped")
        .isEqualTo(PageMapping.NONE);
  }

  @Test
  void anExtentEndsAtGuardPagesAndAtReadOnlyOnes() throws GdbException {
    chain(ALL, ALL, ALL);
    for (int page = 2; page < 6; page++) {
      memory.entry(0x4000, page, page << 12 | ALL);
    }
    memory.entry(0x4000, 6, 0x6000 | PRESENT);

    assertThat(tables().extent(0x3800, 1 << 20)).contains(new MemoryExtent(0x2000, 0x6000));
    assertThat(tables().extent(0x1fff, 1 << 20)).isEmpty();
    assertThat(tables().extent(0x6000, 1 << 20)).isEmpty();
  }

  @Test
  void anExtentIsLookedForOnlyWithinReach() throws GdbException {
    chain(ALL, ALL, ALL);
    for (int page = 0; page < 512; page++) {
      memory.entry(0x4000, page, page << 12 | ALL);
    }

    assertThat(tables().extent(0x100000, 0x2000)).contains(new MemoryExtent(0xfe000, 0x102000));
    assertThat(tables().extent(0x800, 1 << 20).orElseThrow().start()).isZero();
    assertThatThrownBy(() -> tables().extent(0, PageTables.LONGEST_REACH + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStackThatHasRunOutIsFoundFromTheGuardPagesBelowIt() throws GdbException {
    chain(ALL, ALL, ALL);
    for (int page = 20; page < 24; page++) {
      memory.entry(0x4000, page, page << 12 | ALL);
    }
    MemoryExtent stack = new MemoryExtent(0x14000, 0x18000);

    assertThat(tables().extentFrom(0x17ff8)).contains(stack);
    assertThat(tables().extentFrom(0x13ff0)).contains(stack);
    assertThat(tables().extentFrom(0x4000)).contains(stack);
    assertThat(tables().extentFrom(0x3fff)).isEmpty();
    assertThat(tables().extentFrom(0x18000)).isEmpty();
  }

  @Test
  void tablesThatPointAtThemselvesEndLikeAnyOthers() throws GdbException {
    // The recursive slot of bootloader 0.9.
    memory.entry(0x1000, 511, 0x1000 | ALL);

    assertThat(tables().translate(0xffff_ffff_ffff_f000L).physical()).isEqualTo(0x1000);
  }

  @Test
  void eachTableIsReadOnce() throws GdbException {
    chain(ALL, ALL, ALL);
    for (int page = 0; page < 512; page++) {
      memory.entry(0x4000, page, page << 12 | ALL);
    }
    PageTables tables = tables();

    tables.extent(0x100000, 1 << 20);
    tables.extent(0x100000, 1 << 20);

    assertThat(memory.reads.get()).isLessThanOrEqualTo(5);
  }

  @Test
  void memoryThatGivesTooLittleMapsNothing() throws GdbException {
    PageTables tables = new PageTables((address, length) -> new byte[3], 0x1000, false, true);

    assertThat(tables.translate(0x5000)).isEqualTo(PageMapping.NONE);
  }

  private PageTables tables() {
    return new PageTables(memory, 0x1018, false, true);
  }

  private void chain(long first, long second, long third) {
    memory.entry(0x1000, 0, 0x2000 | first);
    memory.entry(0x2000, 0, 0x3000 | second);
    memory.entry(0x3000, 0, 0x4000 | third);
  }

  private static final class Memory implements PhysicalMemory {
    private final Map<Long, byte[]> pages = new HashMap<>();
    private final AtomicInteger reads = new AtomicInteger();

    void entry(long table, int index, long value) {
      ByteBuffer.wrap(pages.computeIfAbsent(table, t -> new byte[4096]))
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(index * 8, value);
    }

    @Override
    public byte[] read(long address, int length) {
      reads.incrementAndGet();
      return pages.getOrDefault(address, new byte[4096]).clone();
    }
  }
}
