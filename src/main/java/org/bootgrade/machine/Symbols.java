package org.bootgrade.machine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.machine.Errands.Errand;

/**
 * A program's symbol table, by llvm-nm. The submission made the table: it says how large a static
 * is meant to be, and what is mapped is asked of the machine.
 */
final class Symbols {

  private static final int OUTPUT = 16 << 20;
  private static final int LONGEST_NAME = 200;
  private static final long LONGEST_LABEL = 4 << 10;
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{16}) ([0-9a-f]{16}) ([A-Za-z]) (.+)");

  private static final String HASH = "::h[0-9a-f]{16}";

  /** The types of symbols in code, as llvm-nm prints them: global, local and weak. */
  private static final String CODE = "TtWw";

  /** The types of symbols in data that can be written: with a value at first, and zero. */
  private static final String DATA = "DdBb";

  private final TreeMap<Long, Symbol> byStart = new TreeMap<>(Long::compareUnsigned);

  /** Symbols in code without a size: labels of assembly. */
  private final TreeMap<Long, String> labels = new TreeMap<>(Long::compareUnsigned);

  /** Where statics begin that can be written. */
  private final Set<Long> statics = new HashSet<>();

  /** Where symbols without a size are, of any type: assembly and linkers mark ends by them. */
  private final Set<Long> marks = new HashSet<>();

  private Symbols() {}

  /** What to run for {@link #of}. */
  static Errand errand(String elf) {
    return Errand.tool(
        OUTPUT, List.of("llvm-nm", "--print-size", "--demangle", "--defined-only", elf));
  }

  /**
   * The table that llvm-nm printed. A program without one, or with a broken one, has no symbols.
   */
  static Symbols of(Errands.Result result) throws InfrastructureFailure {
    if (result.exitCode() == Errands.Result.NO_PROGRAM) {
      throw new InfrastructureFailure(
          "llvm-nm is not installed where kernels are booted",
          "Run ./bootgrade doctor to see what is missing.");
    }
    return parse(result.text());
  }

  static Symbols parse(String text) {
    Symbols symbols = new Symbols();
    text.lines()
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                long start = Long.parseUnsignedLong(m.group(1), 16);
                long size = Long.parseUnsignedLong(m.group(2), 16);
                String whole = m.group(4);
                String name =
                    whole.length() > LONGEST_NAME ? whole.substring(0, LONGEST_NAME) : whole;
                if (size == 0 && CODE.contains(m.group(3))) {
                  symbols.labels.merge(start, name, (a, b) -> a.compareTo(b) <= 0 ? a : b);
                }
                if (size == 0) {
                  symbols.marks.add(start);
                } else if (DATA.contains(m.group(3))) {
                  symbols.statics.add(start);
                }
                symbols.add(new Symbol(name, new MemoryExtent(start, start + size)));
              }
            });
    return symbols;
  }

  /** Of several at one place the largest counts, then the first by name. */
  private void add(Symbol symbol) {
    if (symbol.extent().size() <= 0) {
      return;
    }
    byStart.merge(
        symbol.extent().start(),
        symbol,
        (a, b) -> {
          int bySize = Long.compareUnsigned(a.extent().size(), b.extent().size());
          return bySize > 0 || (bySize == 0 && a.name().compareTo(b.name()) <= 0) ? a : b;
        });
  }

  /** Whether the program has no symbols at all. */
  boolean isEmpty() {
    return byStart.isEmpty();
  }

  /**
   * Whether a static begins there, and nothing ends: no other symbol that reaches up to it, and no
   * mark.
   */
  boolean onlyBeginsAt(long address) {
    return statics.contains(address)
        && !marks.contains(address)
        && endBelow(address - 1) != address;
  }

  /** The symbol that a byte lies in. */
  Optional<Symbol> at(long address) {
    Map.Entry<Long, Symbol> below = byStart.floorEntry(address);
    return below != null && below.getValue().extent().contains(address)
        ? Optional.of(below.getValue())
        : Optional.empty();
  }

  /**
   * The function that an instruction lies in, or where the program's assembly gives no sizes the
   * last label before it: up to the next label or function, and not beyond {@value #LONGEST_LABEL}
   * bytes.
   */
  Optional<Symbol> codeAt(long address) {
    Optional<Symbol> function = at(address);
    Map.Entry<Long, String> label = labels.floorEntry(address);
    if (function.isPresent() || label == null) {
      return function;
    }
    long start = label.getKey();
    long end = start + LONGEST_LABEL;
    for (Long next : nextStarts(start)) {
      end = Long.compareUnsigned(next, end) < 0 ? next : end;
    }
    MemoryExtent extent = new MemoryExtent(start, end);
    return extent.contains(address)
        ? Optional.of(new Symbol(label.getValue(), extent))
        : Optional.empty();
  }

  private List<Long> nextStarts(long start) {
    return Stream.of(labels.higherKey(start), byStart.higherKey(start))
        .filter(Objects::nonNull)
        .toList();
  }

  /** The first symbol of that name, with or without the hash that legacy mangling appends. */
  Optional<Symbol> named(String name) {
    return byStart.values().stream()
        .filter(s -> s.name().equals(name) || s.name().matches(Pattern.quote(name) + HASH))
        .findFirst();
  }

  /** Where the last symbol that begins at or below an address ends; 0 where there is none. */
  long endBelow(long address) {
    Map.Entry<Long, Symbol> below = byStart.floorEntry(address);
    return below == null ? 0 : below.getValue().extent().end();
  }
}
