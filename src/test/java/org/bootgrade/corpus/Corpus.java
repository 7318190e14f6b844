package org.bootgrade.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The mutants of an assignment.
 *
 * @param samples the folder of the samples that they start from
 */
record Corpus(Path samples, List<Mutant> mutants) {

  /** Says what a sample is expected to get; no part of the submission. */
  private static final String EXPECTATION = "expected.json";

  Corpus {
    mutants = List.copyOf(mutants);
  }

  /**
   * Reads all files of a folder.
   *
   * @param folder with one YAML file for each sample
   * @param samples the folder of the samples
   * @param criteria the ids that outcomes may name
   * @throws CorpusError if one of the files is wrong
   */
  static Corpus read(Path folder, Path samples, Set<String> criteria) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
    List<Mutant> mutants = new ArrayList<>();
    Map<String, String> places = new TreeMap<>();
    for (Path file : files) {
      String name = folder.relativize(file).toString();
      for (Mutant mutant : new CorpusReader(name, criteria).read(Files.readString(file))) {
        String other = places.put(mutant.id(), mutant.place());
        if (other != null) {
          throw new CorpusError(
              "%s: %s: this id is taken, see %s".formatted(mutant.place(), mutant.id(), other),
              null);
        }
        mutants.add(mutant);
      }
    }
    return new Corpus(samples, mutants);
  }

  /** The same corpus with only the mutants that cover every criterion both ways. */
  Corpus covering() {
    return new Corpus(samples, mutants.stream().filter(Mutant::covering).toList());
  }

  /** A mutant's files: path to text. */
  SortedMap<String, String> filesOf(Mutant mutant) throws IOException {
    Path sample = samples.resolve(mutant.sample());
    if (!Files.isDirectory(sample)) {
      throw new CorpusError(
          "%s: there is no sample %s".formatted(mutant.place(), mutant.sample()), null);
    }
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(sample)) {
      found.filter(Files::isRegularFile).forEach(f -> files.put(name(sample, f), text(f)));
    }
    files.remove(EXPECTATION);
    return mutant.applyTo(files);
  }

  /** Writes every mutant as a submission: a folder of its id. */
  void writeTo(Path folder) throws IOException {
    for (Mutant mutant : mutants) {
      for (Map.Entry<String, String> file : filesOf(mutant).entrySet()) {
        Path target = folder.resolve(mutant.id()).resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.getValue());
      }
    }
  }

  private static String name(Path sample, Path file) {
    return sample.relativize(file).toString().replace('\\', '/');
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
