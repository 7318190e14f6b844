package org.bootgrade.report;

import org.bootgrade.grading.Finding.Outcome;

/** Colours, where they are wanted. */
record Ansi(boolean on) {

  String bold(String text) {
    return paint("1", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  String red(String text) {
    return paint("31", text);
  }

  String outcome(Outcome outcome, String text) {
    return switch (outcome) {
      case PASSED -> paint("32", text);
      case PARTIAL -> paint("33", text);
      case FAILED -> red(text);
      case SKIPPED -> dim(text);
    };
  }

  private String paint(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
