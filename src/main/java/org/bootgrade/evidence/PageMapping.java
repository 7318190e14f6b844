package org.bootgrade.evidence;

/**
 * What the page tables say of one linear address (Intel SDM vol. 3A, 4.5 and 4.6).
 *
 * @param mapped whether it leads anywhere; all else is false or 0 where it does not
 * @param writable whether every level allows writes. A kernel with CR0.WP clear can write
 *     regardless
 * @param user whether every level allows access from user mode
 * @param noExecute whether any level forbids execution
 * @param pageSize 4 KiB, 2 MiB or 1 GiB, in bytes
 * @param physical the physical address of this very byte
 */
public record PageMapping(
    boolean mapped,
    boolean writable,
    boolean user,
    boolean noExecute,
    long pageSize,
    @Address long physical) {

  /** Nothing is mapped there. */
  public static final PageMapping NONE = new PageMapping(false, false, false, false, 0, 0);
}
