package org.bootgrade.corpus;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A right sample with small edits, and what has to be said of it.
 *
 * @param id its id, which is also the submission's
 * @param sample the right sample that it starts from
 * @param place file and line where it is written, for messages
 * @param covering whether it belongs to the tenth that every {@code verify} grades
 * @param why what the edits do and what follows, in a sentence
 * @param outcomes criterion to outcome, where it is not {@code passed}
 * @param flags ids of flags that must be raised
 * @param edits applied in this order
 */
record Mutant(
    String id,
    String sample,
    String place,
    Group group,
    boolean covering,
    String why,
    Map<String, String> outcomes,
    List<String> flags,
    List<Edit> edits) {

  static final String PASSED = "passed";

  /** What a mutant is there for. */
  enum Group {
    /** Written otherwise, and as right as the sample. */
    RIGHT,
    /** A mistake that a student makes. */
    MISTAKE,
    /** Made to look right to whoever believes the text and the exit code. */
    FORGERY
  }

  Mutant {
    outcomes = Map.copyOf(outcomes);
    flags = List.copyOf(flags);
    edits = List.copyOf(edits);
  }

  /** The outcome that a criterion must have. */
  String expected(String criterion) {
    return outcomes.getOrDefault(criterion, PASSED);
  }

  /**
   * The sample's files after all edits.
   *
   * @param original path to text
   * @throws CorpusError if an edit does not fit
   */
  SortedMap<String, String> applyTo(Map<String, String> original) {
    SortedMap<String, String> files = new TreeMap<>(original);
    for (Edit edit : edits) {
      try {
        edit.apply(files);
      } catch (Edit.Misfit e) {
        throw new CorpusError("%s: %s: %s".formatted(place, id, e.getMessage()), e);
      }
    }
    if (files.equals(original)) {
      throw new CorpusError("%s: %s: its edits change nothing".formatted(place, id), null);
    }
    return files;
  }
}
