package org.bootgrade.evidence;

/**
 * A range of linear addresses.
 *
 * @param start the first byte
 * @param end one past the last byte
 */
public record MemoryExtent(@Address long start, @Address long end) {

  /** In bytes. */
  public long size() {
    return end - start;
  }

  /** Whether a byte lies in it. */
  public boolean contains(long address) {
    return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
  }
}
