package org.bootgrade.report;

/** What a flag means to an instructor, and which honest explanation it has. */
final class FlagWords {

  private FlagWords() {}

  /**
   * @param means what was seen, in a sentence
   * @param honest how an honest submission comes to it
   */
  record Meaning(String means, String honest) {}

  /** Both are empty for a flag of somebody else's graders. */
  static Meaning of(String flag) {
    return switch (flag) {
      case "pass-without-fault" ->
          new Meaning(
              "No test double faults, yet one prints a pass text and exits with success.",
              "The test of the overflow is missing, does not compile or was ended early for writing too much, and the others need no fault.");
      case "software-double-fault" ->
          new Meaning(
              "An int instruction enters the double fault handler: nothing went wrong before.",
              "The handler itself was to be tried. That shows no double fault and no interrupt stack.");
      case "stack-pointer-moved" ->
          new Meaning(
              "A test came to the end of its stack without using what lies before it.",
              "A large local variable was meant to fill the stack at once, or the test runs on a stack of its own.");
      case "pass-at-any-panic" ->
          new Meaning(
              "A panic that has nothing to do with the test prints its pass text, too.",
              "The panic handler of a test that should panic was copied. The text then proves nothing.");
      case "late-by-archive-time" ->
          new Meaning(
              "It lost points for coming late, by the archive's own time alone.",
              "The archive was copied, downloaded or repacked after it was handed in.");
      case "not-late-by-file-name" ->
          new Meaning(
              "The archive's own time is late, and Canvas does not call it late. Nothing was deducted.",
              "The archive was copied, downloaded or repacked after it was handed in.");
      case "late-by-file-name" ->
          new Meaning(
              "Canvas calls it late, and the rubric does not.",
              "Canvas has another due date, or does not know of a grace or an extension.");
      case "not-compiled" ->
          new Meaning(
              "It was not compiled at all, so nothing of it was tried.",
              "A file was forgotten, several projects were handed in, or it is made in a way that is not supported.");
      case "same-files" ->
          new Meaning(
              "Others have handed in the same files, byte for byte.",
              "A group may have handed in together, or somebody twice.");
      case "pass-before-fault" ->
          new Meaning(
              "A test says that it passed before anything faults.",
              "The words are printed with the test's name, in one line.");
      case "exit-before-fault" ->
          new Meaning(
              "A test asks to exit before its double fault, as a machine shows whose exit port does nothing.",
              "An exit was left in from another test, before the overflow.");
      case "non-deterministic" ->
          new Meaning(
              "A second boot came to another double fault, or to none.",
              "Interrupts were on, and a timer came at another moment.");
      case "build-script" ->
          new Meaning(
              "A build script of the submission runs while it is built. It can make any program.",
              "An assembly file or a linker script is prepared by it. Reading the script tells.");
      case "proc-macro" ->
          new Meaning(
              "A procedural macro of the submission runs while it is built. It can make any program.",
              "Own macros are a matter of taste. Reading the macro tells.");
      case "cargo-configuration" ->
          new Meaning(
              "Cargo's configuration asks for something that has no effect here.",
              "It fits the student's own machine, for example a linker or a runner.");
      case "no-submission-time" ->
          new Meaning(
              "The rubric counts late days, and nobody told when this was handed in.",
              "The archive carries no time that can be used. Nothing was deducted.");
      default -> new Meaning("", "");
    };
  }
}
