package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.PageMapping;

/**
 * Walks the page tables of a stopped guest as its processor would (Intel SDM vol. 3A, 4.5: 4-level
 * and 5-level paging). Tables are read once and remembered, so an instance is good for one stop
 * only.
 *
 * <p>The guest owns the tables and may have made loops or pointed them anywhere: a walk has at most
 * five steps, and at most {@value #REMEMBERED} tables are kept.
 */
final class PageTables {

  /** The most bytes that {@link #extent} looks at on either side. */
  static final long LONGEST_REACH = 64L << 20;

  /** How far above an address {@link #extentFrom} looks: frames can be larger than a page. */
  private static final int GUARD_PAGES = 16;

  private static final int REMEMBERED = 64;
  private static final int PAGE = 4096;
  private static final int ENTRY = 8;

  // Bits of an entry (tables 4-14 to 4-20).
  private static final long PRESENT = 1;
  private static final long WRITABLE = 1 << 1;
  private static final long USER = 1 << 2;
  private static final long DIRTY = 1 << 6;
  private static final long LARGE = 1 << 7;
  private static final long NO_EXECUTE = 1L << 63;
  private static final long FRAME = 0x000f_ffff_ffff_f000L;

  /** In an entry for a large page, bit 12 is a memory type; it belongs to no address. */
  private static final long LARGE_TYPE = 1 << 12;

  private final PhysicalMemory memory;
  private final long root;
  private final int levels;
  private final boolean noExecuteEnabled;
  private final Map<Long, byte[]> tables =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param cr3 the root, with its flags
   * @param fiveLevels whether CR4.LA57 is set
   * @param noExecuteEnabled whether EFER.NXE is set; without it bit 63 of an entry is reserved
   */
  PageTables(PhysicalMemory memory, long cr3, boolean fiveLevels, boolean noExecuteEnabled) {
    this.memory = memory;
    this.root = cr3 & FRAME;
    this.levels = fiveLevels ? 5 : 4;
    this.noExecuteEnabled = noExecuteEnabled;
  }

  /** The tables that the registers of a stopped processor name. */
  static PageTables of(Registers registers, PhysicalMemory memory) {
    boolean fiveLevels = (registers.get("cr4") & 1 << 12) != 0;
    boolean noExecute = (registers.get("efer") & 1 << 11) != 0;
    return new PageTables(memory, registers.cr3(), fiveLevels, noExecute);
  }

  /** What the tables say of a linear address. */
  PageMapping translate(long address) throws GdbException {
    if (!canonical(address)) {
      return PageMapping.NONE;
    }
    boolean writable = true;
    boolean user = true;
    boolean noExecute = false;
    long table = root;
    for (int level = levels; level >= 1; level--) {
      int shift = 12 + 9 * (level - 1);
      long entry = entry(table, (int) (address >>> shift) & 0x1ff);
      if ((entry & PRESENT) == 0 || (!noExecuteEnabled && (entry & NO_EXECUTE) != 0)) {
        return PageMapping.NONE;
      }
      writable &= (entry & WRITABLE) != 0;
      user &= (entry & USER) != 0;
      noExecute |= (entry & NO_EXECUTE) != 0;
      boolean large = level > 1 && (entry & LARGE) != 0;
      if (large && level > 3) {
        return PageMapping.NONE; // Reserved there: the processor would fault.
      }
      if (large || level == 1) {
        long size = 1L << shift;
        long frame = entry & FRAME;
        if (large) {
          frame &= ~LARGE_TYPE;
          if ((frame & (size - 1)) != 0) {
            return PageMapping.NONE; // Reserved bits are set.
          }
        }
        return new PageMapping(
            true, writable, user, noExecute, size, frame | (address & (size - 1)));
      }
      table = entry & FRAME;
    }
    return PageMapping.NONE;
  }

  /** Whether the page of an address was ever written to, by the dirty flag of its last entry. */
  boolean written(long address) throws GdbException {
    if (!canonical(address)) {
      return false;
    }
    long table = root;
    for (int level = levels; level >= 1; level--) {
      long entry = entry(table, (int) (address >>> (12 + 9 * (level - 1))) & 0x1ff);
      if ((entry & PRESENT) == 0) {
        return false;
      }
      if (level == 1 || (entry & LARGE) != 0) {
        return (entry & DIRTY) != 0;
      }
      table = entry & FRAME;
    }
    return false;
  }

  /**
   * The writable range around an address: how far one can go from it, page by page, without meeting
   * one that is not mapped or not writable. Empty where the address itself is not writable.
   *
   * @param reach how far to look on either side, in bytes, at most {@link #LONGEST_REACH}; the
   *     range can be cut there, rounded up to a page
   */
  Optional<MemoryExtent> extent(long address, long reach) throws GdbException {
    if (reach < 0 || reach > LONGEST_REACH) {
      throw new IllegalArgumentException("reach " + reach + " is not within the limit");
    }
    PageMapping first = translate(address);
    if (!first.writable()) {
      return Optional.empty();
    }
    long start = address & -first.pageSize();
    long end = start + first.pageSize();
    while (address - start < reach && start != 0) {
      PageMapping below = translate(start - 1);
      if (!below.writable()) {
        break;
      }
      start -= below.pageSize();
    }
    while (end - address < reach && end != 0) {
      PageMapping above = translate(end);
      if (!above.writable()) {
        break;
      }
      end += above.pageSize();
    }
    return Optional.of(new MemoryExtent(start, end));
  }

  /**
   * The writable range that an address lies in or below: the stack that has run out where {@code
   * address} is in the unmapped pages under it. Empty where none begins within {@value
   * #GUARD_PAGES} pages.
   */
  Optional<MemoryExtent> extentFrom(long address) throws GdbException {
    long page = address & -PAGE;
    for (int i = 0; i <= GUARD_PAGES; i++) {
      Optional<MemoryExtent> extent = extent(page + (long) i * PAGE, LONGEST_REACH);
      if (extent.isPresent()) {
        return extent;
      }
    }
    return Optional.empty();
  }

  /** The bits above the translated ones repeat the highest of these (Intel SDM vol. 1, 3.3.7.1). */
  private boolean canonical(long address) {
    int unused = 64 - (12 + 9 * levels);
    return address << unused >> unused == address;
  }

  private long entry(long table, int index) throws GdbException {
    byte[] page = tables.get(table);
    if (page == null) {
      page = memory.read(table, PAGE);
      tables.put(table, page);
    }
    int offset = index * ENTRY;
    if (offset + ENTRY > page.length) {
      return 0;
    }
    return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }
}
