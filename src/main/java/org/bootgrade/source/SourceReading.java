package org.bootgrade.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.SourceFact.Kind;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;

/**
 * Reads a submission's Rust sources as text. What it finds are hints for people; nothing that a
 * source holds can make it fail. Safe for use by several threads.
 */
public final class SourceReading {

  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  /**
   * Text whose absence is worth a word, by the names to tell it with. A pattern looks at text
   * without comments, so that it misses nothing: strings and macros count as occurrences.
   */
  private static final Map<String, Pattern> WANTED =
      new TreeMap<>(
          Map.of(
              "set_stack_index", Pattern.compile("\\bset_stack_index\\b"),
              "load_tss, load_tr, ltr", Pattern.compile("\\b(load_tss|load_tr|ltr)\\b"),
              ".double_fault", Pattern.compile("\\.\\s*double_fault\\b"),
              "interrupt_stack_table", Pattern.compile("\\binterrupt_stack_table\\b"),
              "set_reg, set_cs", Pattern.compile("\\b(set_reg|set_cs)\\b")));

  private final ReadingLimits limits;
  private final Supplier<Optional<String>> parserTrouble;
  private final BiFunction<SourceText, Consumer<SourceFact>, FileReading> reader;

  /**
   * A reading with the usual limits.
   *
   * @param scratch a folder for the parser's libraries, needed until the first reading has begun
   */
  public SourceReading(Path scratch) {
    this(ReadingLimits.defaults(), new NativeParser(scratch)::trouble, FileReading::new);
  }

  SourceReading(
      ReadingLimits limits,
      Supplier<Optional<String>> parserTrouble,
      BiFunction<SourceText, Consumer<SourceFact>, FileReading> reader) {
    this.limits = limits;
    this.reader = reader;
    this.parserTrouble = parserTrouble;
  }

  /**
   * What stands in the {@code .rs} files of a tree, in the order of files and lines. Vendored
   * crates are left out.
   *
   * @throws InfrastructureFailure when the tree itself cannot be read any more
   */
  public List<SourceFact> read(SourceTree tree) throws InfrastructureFailure {
    List<SourceFile> files = rustFiles(tree);
    if (files.isEmpty()) {
      return List.of();
    }
    Optional<String> trouble = parserTrouble.get();
    if (trouble.isPresent()) {
      return List.of(notRead("", trouble.get()));
    }
    List<SourceFact> facts = new ArrayList<>();
    RustParser parser = new RustParser(limits, new Deadline(limits.time()));
    List<SourceText> texts = new ArrayList<>();
    long total = 0;
    for (SourceFile file : files) {
      total += file.size();
      try {
        if (file.size() > limits.fileBytes()) {
          throw new NotReadable("it has more than %d bytes".formatted(limits.fileBytes()));
        }
        if (total > limits.totalBytes()) {
          throw new NotReadable(
              "all sources have more than %d bytes".formatted(limits.totalBytes()));
        }
        texts.add(parser.parse(file.path(), tree.bytes(file.path())));
      } catch (NotReadable e) {
        facts.add(notRead(file.path(), e.reason()));
      }
    }
    boolean complete = facts.isEmpty();
    Consumer<SourceFact> found =
        fact -> {
          if (facts.size() <= limits.facts()) {
            facts.add(fact);
          }
        };
    List<FileReading> readings = new ArrayList<>();
    List<SourceText> read = new ArrayList<>();
    for (SourceText text : texts) {
      try {
        FileReading reading = reader.apply(text, found);
        reading.read();
        readings.add(reading);
        read.add(text);
      } catch (RuntimeException e) {
        // A defect of ours, and one that must not keep anyone from being graded: these are hints.
        found.accept(notRead(text.file(), "bootgrade has a defect that it brings out (" + e + ")"));
        complete = false;
      }
    }
    Set<String> names = indexNames(facts);
    readings.forEach(r -> r.constants(names));
    if (complete) {
      // What stands in no file is known only where all were read.
      neverCalled(read, readings).forEach(found);
      absent(read).forEach(found);
    }
    return capped(facts);
  }

  /** A vendored crate has cargo's list of checksums beside its manifest. */
  private static List<SourceFile> rustFiles(SourceTree tree) {
    List<String> vendored =
        tree.named(".cargo-checksum.json").stream()
            .map(f -> f.path().substring(0, f.path().length() - f.name().length()))
            .toList();
    return tree.files().stream()
        .filter(f -> f.name().endsWith(".rs"))
        .filter(f -> vendored.stream().noneMatch(v -> !v.isEmpty() && f.path().startsWith(v)))
        .toList();
  }

  private static SourceFact notRead(String file, String reason) {
    return new SourceFact(
        Kind.NOT_READ, new SourceLocation("", file, 0), "", SourceText.oneLine(reason), false);
  }

  /** The names that indices are written with: of {@code gdt::SLOT as usize} all three. */
  private static Set<String> indexNames(List<SourceFact> facts) {
    Set<String> names = new HashSet<>();
    for (SourceFact fact : facts) {
      if (fact.kind() == Kind.STACK_INDEX_SET || fact.kind() == Kind.STACK_TABLE_ASSIGNED) {
        Matcher word = WORD.matcher(fact.detail());
        while (word.find()) {
          names.add(word.group());
        }
      }
    }
    return names;
  }

  /**
   * Functions with a call that matters, whose name occurs as often as it is defined. Where two
   * functions have one name and one of them is called, nothing is claimed of either.
   */
  private static List<SourceFact> neverCalled(List<SourceText> texts, List<FileReading> readings) {
    Map<String, Integer> defined = new HashMap<>();
    for (FileReading reading : readings) {
      reading.items().functions().forEach(f -> defined.merge(f.name(), 1, Integer::sum));
    }
    Map<String, Integer> occurs = new HashMap<>();
    for (SourceText text : texts) {
      Matcher word = WORD.matcher(text.textWithoutComments());
      while (word.find()) {
        if (defined.containsKey(word.group())) {
          occurs.merge(word.group(), 1, Integer::sum);
        }
      }
    }
    List<SourceFact> facts = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      SourceText text = texts.get(i);
      Items items = readings.get(i).items();
      for (Items.Function function : items.functions()) {
        List<String> steps = readings.get(i).stepsIn(function.name());
        if (!steps.isEmpty()
            && function.calledByName()
            && !items.test(function.index())
            && defined.getOrDefault(function.name(), 0)
                >= occurs.getOrDefault(function.name(), 0)) {
          facts.add(
              new SourceFact(
                  Kind.NEVER_CALLED,
                  new SourceLocation(function.name(), text.file(), text.lineOf(function.index())),
                  function.name(),
                  String.join(", ", steps),
                  false));
        }
      }
    }
    return facts;
  }

  private static List<SourceFact> absent(List<SourceText> texts) {
    Map<String, Pattern> missing = new TreeMap<>(WANTED);
    boolean kernel = false;
    for (SourceText text : texts) {
      // What of another file is for tests counts as an occurrence: that claims less.
      if (!Items.isTestPath(text.file())) {
        kernel = true;
        String code = text.textWithoutComments();
        missing.values().removeIf(wanted -> wanted.matcher(code).find());
      }
    }
    return kernel
        ? missing.keySet().stream()
            .map(
                names ->
                    new SourceFact(Kind.ABSENT, new SourceLocation("", "", 0), names, "", false))
            .toList()
        : List.of();
  }

  private List<SourceFact> capped(List<SourceFact> facts) {
    List<SourceFact> sorted = new ArrayList<>(facts);
    sorted.sort(
        Comparator.comparing((SourceFact f) -> f.at().file())
            .thenComparing(f -> f.at().line())
            .thenComparing(SourceFact::kind)
            .thenComparing(SourceFact::subject)
            .thenComparing(SourceFact::detail));
    if (sorted.size() > limits.facts()) {
      sorted = new ArrayList<>(sorted.subList(0, limits.facts()));
      sorted.add(notRead("", "there are more than %d facts".formatted(limits.facts())));
    }
    return List.copyOf(sorted);
  }
}
