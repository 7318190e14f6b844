package org.bootgrade.evidence;

import java.util.List;
import java.util.Optional;

/**
 * The global descriptor table as it was found in memory.
 *
 * @param base linear address
 * @param limit in bytes, minus one; 0 to 0xffff
 * @param descriptors those that are not all zero, in their order; one of 16 bytes counts once
 */
public record GdtTable(@Address long base, int limit, List<SegmentDescriptor> descriptors) {

  public GdtTable {
    descriptors = List.copyOf(descriptors);
  }

  /**
   * The descriptor a selector names, if there is one. The selector's privilege is ignored; one that
   * asks for the local table names nothing here (Intel SDM vol. 3A, 3.4.2).
   */
  public Optional<SegmentDescriptor> lookup(int selector) {
    if ((selector & 0x4) != 0) {
      return Optional.empty();
    }
    return descriptors.stream().filter(d -> d.selector() == (selector & 0xfff8)).findFirst();
  }
}
