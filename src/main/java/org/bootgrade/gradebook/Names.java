package org.bootgrade.gradebook;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Names of people, compared without what one system writes and another does not. */
final class Names {

  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern OTHERS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /** Letters that are no letter with a mark, and what systems that know only ASCII make of them. */
  private static final Map<String, String> LETTERS =
      Map.of(
          "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı",
          "i");

  private Names() {}

  /** The words of a name in plain lower-case letters and digits, in their order. */
  static List<String> words(String name) {
    // An apostrophe joins: O'Brien is one word, and "obrien" elsewhere.
    String joined = name.replaceAll("['’`´]", "").toLowerCase(Locale.ROOT);
    String plain = MARKS.matcher(Normalizer.normalize(joined, Normalizer.Form.NFKD)).replaceAll("");
    for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
      plain = plain.replace(letter.getKey(), letter.getValue());
    }
    List<String> words = new ArrayList<>(List.of(OTHERS.split(plain.strip())));
    words.removeIf(String::isEmpty);
    return words;
  }

  /** A name as a key that does not depend on the order of its words. Empty for one without any. */
  static String key(String name) {
    return String.join(" ", words(name).stream().sorted().toList());
  }

  /** The letters and digits of a name in their order, without anything between. */
  static String run(String name) {
    return String.join("", words(name));
  }

  /**
   * Whether letters without blanks are the name of a student, the family name first: {@code
   * doejane}. Where it is not known which words are the family name, each beginning is tried.
   */
  static boolean isRun(String run, Student student) {
    if (run.isEmpty()) {
      return false;
    }
    if (!student.lastName().isEmpty()) {
      return run(student.lastName() + " " + student.firstName()).equals(run);
    }
    int comma = student.name().indexOf(',');
    if (comma >= 0) {
      return run(student.name()).equals(run);
    }
    List<String> words = words(student.name());
    for (int i = 0; i < words.size(); i++) {
      String turned =
          String.join("", words.subList(i, words.size())) + String.join("", words.subList(0, i));
      if (turned.equals(run)) {
        return true;
      }
    }
    return false;
  }
}
