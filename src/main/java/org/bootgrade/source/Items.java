package org.bootgrade.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The functions of a file, and what of it is for tests alone. */
final class Items {

  /** How far the body of an item is looked for: no signature is longer. */
  private static final int REACH = 2000;

  private static final Pattern TEST_PATH =
      Pattern.compile("(.*/)?(tests|benches|examples)/.*|(.*/)?build\\.rs");

  /** Attributes that do not have something else call the function. */
  private static final Set<String> HARMLESS =
      Set.of(
          "inline", "allow", "must_use", "doc", "cold", "expect", "warn", "deny", "track_caller");

  /**
   * A function.
   *
   * @param name its name
   * @param index the leaf of its name
   * @param calledByName whether nothing but its name can bring it to be called
   */
  record Function(String name, int index, boolean calledByName) {}

  private final List<Function> functions = new ArrayList<>();
  private final int[] function;
  private final boolean[] test;
  private final boolean allTest;

  Items(SourceText text) {
    int size = text.size();
    function = new int[size];
    test = new boolean[size];
    boolean testFile = isTestPath(text.file());
    Deque<int[]> bodies = new ArrayDeque<>();
    int[] opensBodyOf = new int[size];
    int testUntil = -1;
    boolean attributed = false;
    boolean calledByAttribute = false;
    for (int i = 0; i < size; i++) {
      int close = text.partner(i);
      if (text.at(i).mark("#") && isAttribute(text, i)) {
        int open = text.at(i + 1).mark("!") ? i + 2 : i + 1;
        int end = text.partner(open);
        if (marksTests(text, open, end)) {
          if (open == i + 2) {
            testFile |= bodies.isEmpty();
          } else {
            testUntil = Math.max(testUntil, endOfItem(text, end + 1));
          }
        }
        calledByAttribute = (attributed && calledByAttribute) || !harmless(text, open);
        attributed = true;
        for (int j = i; j <= end; j++) {
          mark(j, bodies, testFile || i <= testUntil);
        }
        i = end;
        continue;
      }
      if (text.at(i).word("fn") && text.at(i + 1).kind() == Leaf.Kind.WORD) {
        String name = text.at(i + 1).text();
        functions.add(
            new Function(name, i + 1, !(attributed && calledByAttribute) && !name.equals("main")));
        int body = body(text, i + 2);
        if (body >= 0) {
          opensBodyOf[body] = functions.size();
        }
      }
      if (opensBodyOf[i] > 0) {
        bodies.push(new int[] {opensBodyOf[i], close});
      }
      mark(i, bodies, testFile || i <= testUntil);
      if (!bodies.isEmpty() && bodies.element()[1] == i) {
        bodies.pop();
      }
      if (text.at(i).mark(";") || text.at(i).mark("{") || text.at(i).mark("}")) {
        attributed = false;
      }
    }
    allTest = testFile;
  }

  /** Whether a file is for tests, or for the build, by its path. */
  static boolean isTestPath(String file) {
    return TEST_PATH.matcher(file).matches();
  }

  List<Function> functions() {
    return functions;
  }

  /** The name of the innermost function that a leaf lies in, or empty. */
  String around(int index) {
    return (index >= function.length || function[index] == 0)
        ? ""
        : functions.get(function[index] - 1).name();
  }

  /** Whether a leaf belongs to tests alone; beyond the last one, whether the file does. */
  boolean test(int index) {
    return (index >= 0 && index < test.length) ? test[index] : allTest;
  }

  private void mark(int index, Deque<int[]> bodies, boolean forTests) {
    function[index] = bodies.isEmpty() ? 0 : bodies.element()[0];
    test[index] = forTests;
  }

  private static boolean isAttribute(SourceText text, int hash) {
    int open = text.at(hash + 1).mark("!") ? hash + 2 : hash + 1;
    return text.at(open).mark("[") && text.partner(open) >= 0;
  }

  /** {@code cfg(test)}, also within {@code all}; the attributes of test functions. */
  private static boolean marksTests(SourceText text, int open, int end) {
    if (text.at(open + 1).word("test_case") || text.at(open + 1).word("test")) {
      return text.at(open + 2).mark("]");
    }
    if (!text.at(open + 1).word("cfg")) {
      return false;
    }
    boolean test = false;
    for (int i = open + 2; i < end; i++) {
      if (text.at(i).word("not") || text.at(i).word("any")) {
        return false;
      }
      test |= text.at(i).word("test");
    }
    return test;
  }

  private static boolean harmless(SourceText text, int open) {
    return HARMLESS.contains(text.at(open + 1).text());
  }

  /** Where an item ends: at its body's closing brace, or at a semicolon. */
  private static int endOfItem(SourceText text, int start) {
    int i = start;
    for (int steps = 0; steps < REACH && i < text.size(); steps++) {
      if (text.at(i).mark(";")) {
        return i;
      }
      int partner = text.partner(i);
      if (text.at(i).mark("{")) {
        return partner > i ? partner : i;
      }
      i = partner > i ? partner + 1 : i + 1;
    }
    return start;
  }

  /** The brace that opens a function's body, or -1 where it has none. */
  private static int body(SourceText text, int start) {
    int i = start;
    for (int steps = 0; steps < REACH && i < text.size(); steps++) {
      int partner = text.partner(i);
      if (text.at(i).mark("{")) {
        return partner > i ? i : -1;
      }
      if (text.at(i).mark(";") || text.at(i).mark("}")) {
        return -1;
      }
      i = partner > i ? partner + 1 : i + 1;
    }
    return -1;
  }
}
