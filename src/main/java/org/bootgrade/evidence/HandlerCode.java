package org.bootgrade.evidence;

import org.jspecify.annotations.Nullable;

/**
 * A handler's machine code, as the program's file has it.
 *
 * @param entry the address in the gate
 * @param symbol the function it lies in, or null where the symbol table has none
 * @param at its source line, or null where unknown
 * @param decoded whether there is code in the file at that address; all else is 0 where not
 * @param instructions how many instructions are reachable from the entry by falling through and by
 *     direct jumps; a call comes back unless its callee's code reaches no return
 * @param interruptReturns how many of these are {@code iretq}
 */
public record HandlerCode(
    @Address long entry,
    @Nullable Symbol symbol,
    @Nullable SourceLocation at,
    boolean decoded,
    int instructions,
    int interruptReturns) {

  /** The same code with its source line. */
  public HandlerCode at(@Nullable SourceLocation location) {
    return new HandlerCode(entry, symbol, location, decoded, instructions, interruptReturns);
  }
}
