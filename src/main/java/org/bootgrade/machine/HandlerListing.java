package org.bootgrade.machine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.sandbox.Workspace;

/**
 * The reachable instructions of a handler, by llvm-objdump. From the entry on it follows the flow
 * within the handler's symbol, and direct jumps out of it, because stubs in assembly jump to common
 * code. A call comes back unless the code of the callee reaches no return.
 */
final class HandlerListing {

  private static final int OUTPUT = 4 << 20;
  private static final int WHOLE_OUTPUT = 32 << 20;
  private static final long LONGEST = 64 << 10;
  private static final long WITHOUT_SYMBOL = 4 << 10;
  private static final int PIECES = 4;
  private static final Pattern LINE =
      Pattern.compile("\\s*([0-9a-f]{1,16}):\\s+([a-z]\\S*)(?:\\s+(.*))?");
  private static final Pattern TARGET = Pattern.compile("(?:0x)?([0-9a-f]{1,16})(?:\\s.*)?");

  /**
   * Instructions after which the next one is not reached; int3 fills the gaps between functions.
   */
  private static final Pattern LAST =
      Pattern.compile("l?jmp\\w?|l?ret\\w?|iret\\w?|ud2|int3|sysret\\w?|sysexit\\w?");

  /** What can take an interrupted program up again (Intel SDM vol. 2A and 2B). */
  private static final Pattern INTERRUPT_RETURN =
      Pattern.compile("iret\\w?|lret\\w?|sysret\\w?|sysexit\\w?");

  private static final Pattern NEAR_RETURN = Pattern.compile("ret\\w?");

  private record Instruction(String mnemonic, String operands) {
    OptionalLong target() {
      if (!mnemonic.startsWith("j") && !mnemonic.startsWith("loop")) {
        return OptionalLong.empty();
      }
      return address();
    }

    boolean interruptReturn() {
      return INTERRUPT_RETURN.matcher(mnemonic).matches();
    }

    /** A jump or a near return to an address that the code does not name. */
    boolean computed() {
      boolean jump = mnemonic.startsWith("jmp") || mnemonic.startsWith("ljmp");
      return (jump && target().isEmpty()) || NEAR_RETURN.matcher(mnemonic).matches();
    }

    OptionalLong callee() {
      return mnemonic.startsWith("call") ? address() : OptionalLong.empty();
    }

    private OptionalLong address() {
      Matcher m = TARGET.matcher(operands);
      return m.matches()
          ? OptionalLong.of(Long.parseUnsignedLong(m.group(1), 16))
          : OptionalLong.empty();
    }
  }

  /** How deep calls are followed. */
  private static final int DEEPEST = 24;

  /**
   * How many instructions are looked at to find out which calls come back, in all. A kernel of a
   * course takes some ten thousand; code made for it could take the square of its length.
   */
  private static final int MOST_STEPS = 2_000_000;

  private final TreeMap<Long, Instruction> code = new TreeMap<>(Long::compareUnsigned);
  private final Map<Long, Boolean> diverging = new HashMap<>();
  private final Map<Long, Boolean> interrupting = new HashMap<>();
  private int depth;
  private int steps;

  /** What to run for {@link #read}. */
  static Errand errand(String elf, Symbols symbols, long entry) {
    return Errand.tool(OUTPUT, command(elf, symbols, entry));
  }

  private static List<String> command(String elf, Symbols symbols, long from) {
    long length =
        symbols
            .at(from)
            .map(s -> Math.min(LONGEST, s.extent().end() - from))
            .orElse(WITHOUT_SYMBOL);
    return List.of(
        "llvm-objdump",
        "--disassemble",
        "--no-show-raw-insn",
        "--start-address=0x" + Long.toHexString(from),
        "--stop-address=0x" + Long.toHexString(from + length),
        elf);
  }

  /**
   * What else is known of a handler.
   *
   * @param others the addresses in gates of other vectors
   * @param rests where the handler was seen to rest: of each time the instruction, and after it
   *     what may be return addresses on its stack, the innermost first. A time that needs no proof,
   *     such as a halt without interrupts, is not among them
   * @param rested whether it came to rest whenever it stayed
   */
  record Seen(List<Long> others, List<List<Long>> rests, boolean rested) {
    static final Seen NOTHING = new Seen(List.of(), List.of(), false);
  }

  /**
   * The code of a handler.
   *
   * @param first what came of {@link #errand}; more is disassembled where that does not suffice
   */
  static HandlerCode read(
      Workspace workspace, String elf, Symbols symbols, long entry, Errands.Result first, Seen seen)
      throws InfrastructureFailure {
    HandlerListing listing = new HandlerListing();
    listing.add(first.text());
    OptionalLong missing = listing.missing(entry);
    for (int piece = 1; piece < PIECES && missing.isPresent(); piece++) {
      int before = listing.code.size();
      listing.add(tool(workspace, OUTPUT, command(elf, symbols, missing.getAsLong())));
      missing = listing.code.size() == before ? OptionalLong.empty() : listing.missing(entry);
    }
    HandlerCode own = listing.of(entry, symbols.codeAt(entry), seen);
    if (own.diverges() || !own.decoded()) {
      return own;
    }
    // A stub in assembly may go on to its iretq only after a call that never comes back.
    HandlerListing whole = new HandlerListing();
    whole.add(
        tool(
            workspace,
            WHOLE_OUTPUT,
            List.of("llvm-objdump", "--disassemble", "--no-show-raw-insn", elf)));
    return whole.code.containsKey(entry) ? whole.of(entry, symbols.codeAt(entry), seen) : own;
  }

  private static String tool(Workspace workspace, int cap, List<String> command)
      throws InfrastructureFailure {
    return Errands.run(workspace, List.of(Errand.tool(cap, command))).get(0).text();
  }

  /** Takes in what llvm-objdump printed. */
  void add(String text) {
    text.lines()
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                String operands = m.group(3) == null ? "" : m.group(3);
                code.put(
                    Long.parseUnsignedLong(m.group(1), 16),
                    new Instruction(m.group(2), operands.strip()));
              }
            });
  }

  HandlerCode of(long entry, Optional<Symbol> symbol, Seen seen) {
    Set<Long> outside = new HashSet<>();
    Set<Long> reached = reached(entry, outside);
    List<Long> returns = reached.stream().filter(this::isInterruptReturn).toList();
    long openEnds = reached.stream().filter(this::isOpenEnd).count() + outside.size();
    return new HandlerCode(
        entry,
        symbol.orElse(null),
        null,
        code.containsKey(entry),
        reached.size(),
        returns.size(),
        (int) openEnds,
        !returns.isEmpty()
            && reachedBy(seen.others().stream().filter(o -> o != entry).toList())
                .containsAll(returns),
        seen.rested() && seen.rests().stream().allMatch(this::restsForGood));
  }

  private Set<Long> reachedBy(List<Long> handlers) {
    Set<Long> reached = new HashSet<>();
    handlers.forEach(handler -> reached.addAll(reached(handler, new HashSet<>())));
    return reached;
  }

  private boolean isInterruptReturn(long address) {
    Instruction instruction = code.get(address);
    return instruction != null && instruction.interruptReturn();
  }

  /** A call of code with an interrupt return of its own may be the handler's last. */
  private boolean isOpenEnd(long address) {
    Instruction instruction = code.get(address);
    if (instruction == null || instruction.computed()) {
      return true;
    }
    OptionalLong callee = instruction.callee();
    return callee.isPresent() && interrupting.computeIfAbsent(callee.getAsLong(), this::interrupts);
  }

  private boolean interrupts(long function) {
    depth++;
    boolean found = reached(function, new HashSet<>()).stream().anyMatch(this::isInterruptReturn);
    depth--;
    return found;
  }

  /**
   * Whether from where it rests, or from where one of the functions it rests in goes on, no return
   * is reached.
   */
  private boolean restsForGood(List<Long> places) {
    return places.stream().anyMatch(this::neverReturns);
  }

  /** A reachable address whose code is not here yet. */
  private OptionalLong missing(long entry) {
    Set<Long> outside = new HashSet<>();
    reached(entry, outside);
    return outside.stream().mapToLong(Long::longValue).sorted().findFirst();
  }

  private Set<Long> reached(long entry, Set<Long> outside) {
    Set<Long> reached = new HashSet<>();
    Deque<Long> open = new ArrayDeque<>();
    open.add(entry);
    while (!open.isEmpty()) {
      long address = open.remove();
      if (depth > 0 && ++steps > MOST_STEPS) {
        // Not followed to its end, so it may go anywhere.
        outside.add(address);
        return reached;
      }
      Instruction instruction = code.get(address);
      if (instruction == null) {
        continue;
      }
      if (!reached.add(address)) {
        continue;
      }
      OptionalLong target = instruction.target();
      if (target.isPresent()) {
        if (code.containsKey(target.getAsLong())) {
          open.add(target.getAsLong());
        } else {
          outside.add(target.getAsLong());
        }
      }
      Long next = code.higherKey(address);
      if (!LAST.matcher(instruction.mnemonic()).matches()
          && next != null
          && !callsForEver(instruction)) {
        open.add(next);
      }
    }
    return reached;
  }

  private boolean callsForEver(Instruction instruction) {
    OptionalLong callee = instruction.callee();
    return callee.isPresent() && neverReturns(callee.getAsLong());
  }

  /**
   * Whether a function's code reaches no return, so far as it is here and is looked at. Of
   * functions that call each other in a ring nothing is known: they may return.
   */
  private boolean neverReturns(long function) {
    Boolean known = diverging.get(function);
    if (known != null) {
      return known;
    }
    if (!code.containsKey(function) || depth >= DEEPEST) {
      return false;
    }
    diverging.put(function, false);
    depth++;
    Set<Long> outside = new HashSet<>();
    Set<Long> reached = reached(function, outside);
    depth--;
    boolean never = outside.isEmpty() && reached.stream().noneMatch(this::mayReturn);
    diverging.put(function, never);
    return never;
  }

  /** A return, or a jump to who knows where. */
  private boolean mayReturn(long address) {
    Instruction instruction = code.get(address);
    if (instruction == null) {
      return true;
    }
    return instruction.computed()
        || instruction.interruptReturn()
        || (code.higherKey(address) == null && !LAST.matcher(instruction.mnemonic()).matches());
  }
}
