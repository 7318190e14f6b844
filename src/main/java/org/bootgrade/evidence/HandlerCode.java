package org.bootgrade.evidence;

import org.jspecify.annotations.Nullable;

/**
 * A handler's machine code, as the program's file has it.
 *
 * @param entry the address in the gate
 * @param symbol the function or label it lies in, or null where the symbol table has none
 * @param at its source line, or null where unknown
 * @param decoded whether there is code in the file at that address; all else is 0 where not
 * @param instructions how many instructions are reachable from the entry by falling through and by
 *     direct jumps; a call comes back unless its callee's code reaches no return
 * @param interruptReturns how many of these can give control back: {@code iretq}, far returns and
 *     {@code sysret}
 * @param openEnds how many of these lead where the code does not tell: jumps to a computed address,
 *     near returns, and calls of code that has an interrupt return itself
 * @param shared whether the breakpoint's or the page fault's handler comes to each of the interrupt
 *     returns, too: code that vectors have in common says nothing about one of them
 * @param restsForGood whether, wherever the handler was seen to come to rest, the code leads to no
 *     return from there. Looked at only where the code from the entry on does not tell
 */
public record HandlerCode(
    @Address long entry,
    @Nullable Symbol symbol,
    @Nullable SourceLocation at,
    boolean decoded,
    int instructions,
    int interruptReturns,
    int openEnds,
    boolean shared,
    boolean restsForGood) {

  /** Code of which only the address is known. */
  public static HandlerCode at(long entry) {
    return new HandlerCode(entry, null, null, false, 0, 0, 0, false, false);
  }

  /** The same code with its source line. */
  public HandlerCode at(@Nullable SourceLocation location) {
    return new HandlerCode(
        entry,
        symbol,
        location,
        decoded,
        instructions,
        interruptReturns,
        openEnds,
        shared,
        restsForGood);
  }

  /** Whether the code alone shows that the handler never gives control back. */
  public boolean diverges() {
    return decoded && interruptReturns == 0 && openEnds == 0;
  }
}
