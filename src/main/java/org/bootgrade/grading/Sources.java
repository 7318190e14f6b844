package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.SourceFact.Kind;

/**
 * What stands in the text of the sources, in sentences that help to find the mend. They are hints
 * and never a ground for a verdict: text may not be compiled, and what is compiled may not be run.
 * Where the sources were not read there are no sentences.
 */
public final class Sources {

  /** A hint that lists more would not be read. */
  private static final int MOST = 4;

  private static final String DOUBLE_FAULT = "double_fault";

  private final List<SourceFact> facts;

  Sources(List<SourceFact> facts) {
    this.facts = facts;
  }

  /** Where the kernel registers a handler for the double fault, or that its text does not. */
  public List<String> doubleFaultHandler() {
    List<String> registered =
        sentences(
            kernel(Kind.HANDLER_REGISTERED),
            f ->
                "%s(%s) is called for the double fault at %s."
                    .formatted(f.subject(), f.detail(), f.at().place()));
    if (!registered.isEmpty()) {
      return join(registered, uncalled("set_handler"), loads("idt"));
    }
    return join(commented(DOUBLE_FAULT), absent(".double_fault"));
  }

  /** Where the kernel sets the double fault gate's stack index, or that its text does not. */
  public List<String> stackIndex() {
    return stackIndex(kernel(Kind.STACK_INDEX_SET), f -> !f.test(), true);
  }

  /** The same for a test that has a table of its own; of others nothing. */
  public List<String> stackIndex(TestProgram test) {
    Predicate<SourceFact> own = f -> f.at().file().equals(test.source());
    boolean table =
        facts.stream()
            .anyMatch(
                own.and(f -> f.kind() == Kind.IDT_MADE || f.kind() == Kind.HANDLER_REGISTERED));
    if (!table) {
      return List.of();
    }
    List<String> sentences =
        stackIndex(
            facts.stream().filter(own.and(f -> f.kind() == Kind.STACK_INDEX_SET)), own, false);
    boolean read = facts.stream().noneMatch(f -> f.kind() == Kind.NOT_READ);
    return sentences.isEmpty() && read
        ? List.of("%s has an IDT of its own and calls no set_stack_index.".formatted(test.source()))
        : sentences;
  }

  private List<String> stackIndex(
      Stream<SourceFact> set, Predicate<SourceFact> where, boolean orAbsent) {
    List<String> calls =
        sentences(
            set.filter(f -> f.subject().isEmpty() || f.subject().equals(DOUBLE_FAULT)),
            f ->
                "set_stack_index(%s) is called at %s%s."
                    .formatted(
                        f.detail(),
                        f.at().place(),
                        f.subject().isEmpty() ? ", for which gate the text does not tell" : ""));
    if (!calls.isEmpty()) {
      return join(calls, constants());
    }
    List<String> commented =
        sentences(
            facts.stream()
                .filter(f -> f.kind() == Kind.IN_COMMENT && f.subject().equals("set_stack_index"))
                .filter(where),
            Sources::comment);
    return orAbsent ? join(commented, absent("set_stack_index")) : commented;
  }

  /** Where the kernel fills the interrupt stack table, or that its text does not. */
  public List<String> interruptStackTable() {
    List<String> assigned =
        sentences(
            kernel(Kind.STACK_TABLE_ASSIGNED),
            f ->
                "interrupt_stack_table[%s] is assigned at %s."
                    .formatted(f.detail(), f.at().place()));
    return assigned.isEmpty()
        ? join(commented("interrupt_stack_table"), absent("interrupt_stack_table"))
        : join(assigned, uncalled("interrupt_stack_table"), constants());
  }

  /** Where the kernel loads TR, or that its text does not. */
  public List<String> taskRegister() {
    List<String> loaded =
        join(
            sentences(
                kernel(Kind.TASK_REGISTER_LOADED),
                f -> "%s(%s) is called at %s.".formatted(f.subject(), f.detail(), f.at().place())),
            assembly("ltr"));
    return loaded.isEmpty()
        ? join(commented("load_tss"), absent("load_tss, load_tr, ltr"))
        : join(loaded, uncalled("load_tss", "ltr", "load_tr"));
  }

  /** Where the kernel loads a GDT and sets CS, or that its text does not. */
  public List<String> codeSegment() {
    List<String> set =
        sentences(
            kernel(Kind.CODE_SEGMENT_SET),
            f -> "%s(%s) is called at %s.".formatted(f.subject(), f.detail(), f.at().place()));
    return join(
        loads("gdt"),
        set.isEmpty()
            ? join(commented("set_reg"), commented("set_cs"), absent("set_reg, set_cs"))
            : join(set, uncalled("set_reg", "set_cs")));
  }

  /**
   * The kernel's handlers that take their frame in a way that compilers do not pass it any more.
   */
  public List<String> framesByReference() {
    return sentences(
        kernel(Kind.FRAME_BY_REFERENCE),
        f ->
            ("The handler %s at %s takes %s, but today's compilers pass the frame by value: what it"
                    + " reads there is garbage. Take the frame without &.")
                .formatted(f.subject(), f.at().place(), f.detail()));
  }

  private Stream<SourceFact> kernel(Kind kind) {
    return facts.stream().filter(f -> f.kind() == kind && !f.test());
  }

  private List<String> commented(String name) {
    return sentences(
        kernel(Kind.IN_COMMENT).filter(f -> f.subject().equals(name)), Sources::comment);
  }

  private static String comment(SourceFact fact) {
    return "%s stands in a comment at %s.".formatted(fact.subject(), fact.at().place());
  }

  private List<String> absent(String names) {
    return sentences(
        kernel(Kind.ABSENT).filter(f -> f.subject().equals(names)),
        f ->
            (f.subject().contains(",") ? "None of %s" : "No %s").formatted(f.subject())
                + " stands in the kernel's sources, but for comments and tests.");
  }

  /** Functions with one of these calls, whose name stands nowhere else. */
  private List<String> uncalled(String... calls) {
    return sentences(
        kernel(Kind.NEVER_CALLED)
            .filter(
                f ->
                    Stream.of(f.detail().split(", ", -1))
                        .anyMatch(c -> Stream.of(calls).anyMatch(c::startsWith))),
        f ->
            "That is in %s (%s), and nothing in the sources names that function."
                .formatted(f.subject(), f.at().place()));
  }

  private List<String> loads(String table) {
    return join(
        sentences(
            kernel(Kind.TABLE_LOADED).filter(f -> f.subject().equals(table)),
            f ->
                "Possibly the %s is loaded at %s (%s)."
                    .formatted(table.toUpperCase(Locale.ROOT), f.at().place(), f.detail())),
        assembly("l" + table));
  }

  private List<String> assembly(String instruction) {
    return sentences(
        kernel(Kind.ASSEMBLY).filter(f -> f.subject().equals(instruction)),
        f -> "%s stands in %s at %s.".formatted(f.subject(), f.detail(), f.at().place()));
  }

  private List<String> constants() {
    return sentences(
        kernel(Kind.INDEX_CONSTANT),
        f -> "%s is %s at %s.".formatted(f.subject(), f.detail(), f.at().place()));
  }

  private static List<String> sentences(
      Stream<SourceFact> facts, Function<SourceFact, String> words) {
    List<String> all =
        facts
            .sorted(
                Comparator.comparing((SourceFact f) -> f.at().file())
                    .thenComparing(f -> f.at().line()))
            .map(words)
            .distinct()
            .toList();
    if (all.size() <= MOST) {
      return all;
    }
    List<String> some = new ArrayList<>(all.subList(0, MOST));
    some.add("(%d more)".formatted(all.size() - MOST));
    return some;
  }

  @SafeVarargs
  private static List<String> join(List<String>... lists) {
    Set<String> all = new LinkedHashSet<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
