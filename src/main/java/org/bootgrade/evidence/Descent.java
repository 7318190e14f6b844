package org.bootgrade.evidence;

/**
 * Whether a stack was used on the way to its end. A function that calls itself writes to every page
 * it passes; a stack pointer that was set by hand leaves pages as they were.
 *
 * @param pages how many pages of 4 KiB, between the stack's end and where the program began, had
 *     never been written to when the program began
 * @param untouched how many of them had still not been at the fault, by the dirty flags of the page
 *     tables (Intel SDM vol. 3A, 4.8)
 */
public record Descent(int pages, int untouched) {

  /** Whether most of the stack was passed over. */
  public boolean leapt() {
    return untouched * 2 > pages;
  }
}
