package org.bootgrade.report;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** Writes results, for programs and for people. Every text ends with a line break. */
public final class Reports {

  private final Json json = new Json();
  private final Html html = new Html();

  /**
   * Text of unknown origin for a terminal: what it would act on, or what changes how the rest of a
   * line reads, is spelt out. Line breaks and tabs stay.
   */
  public static String harmless(String text) {
    return Text.visible(text);
  }

  /** One result as {@code result.json}. */
  public String json(Result result) {
    return json.write(result);
  }

  /** A class as {@code results.json}. */
  public String json(ClassResults results) {
    return json.write(results);
  }

  /**
   * Reads {@code result.json} back.
   *
   * @param text its content
   * @param where the file's name, for the message
   * @throws IOException if it is not what {@link #json(Result)} writes; the message says where and
   *     what to do
   */
  public Result readResult(String text, String where) throws IOException {
    return json.read(text, where, Result.class);
  }

  /**
   * Reads {@code results.json} back.
   *
   * @param text its content
   * @param where the file's name, for the message
   * @throws IOException if it is not what {@link #json(ClassResults)} writes; the message says
   *     where and what to do
   */
  public ClassResults readClass(String text, String where) throws IOException {
    return json.read(text, where, ClassResults.class);
  }

  /** One result for a terminal, with reasons, hints and evidence. */
  public String console(Seen seen, ConsoleStyle style) {
    return new ConsolePage(style).write(seen);
  }

  /** A class for a terminal, one row a submission. */
  public String consoleClass(ClassResults results, ConsoleStyle style) {
    return new ConsoleTable(style).write(results);
  }

  /**
   * What a new judgement changed, for a terminal: old and new score, and each criterion that came
   * out differently.
   *
   * @param changes of all that were judged again, in any order
   */
  public String changes(List<ResultChange> changes, ConsoleStyle style) {
    return new ConsoleChanges(style)
        .write(
            changes.stream()
                .sorted(Comparator.comparing(c -> c.after().submission().id()))
                .toList(),
            changes.size());
  }

  /**
   * The story of a submission's boots for a terminal: what faulted, which stack and handler took
   * it, what was printed meanwhile, how it ended, and what each experiment shows.
   *
   * @param evidence the submission's evidence
   * @param only ids of programs and boots to tell of, out of {@link #explainable}; empty for all
   */
  public String explain(Evidence evidence, Set<String> only, ConsoleStyle style) {
    return Story.write(evidence, only, style);
  }

  /**
   * Where a machine was stopped for a person: what led there, and its registers.
   *
   * @param boot the boot so far, with the tables and the entry of the handler at the stop
   * @param where the place, as a sentence
   * @param registers by gdb's names
   */
  public String stopped(
      BootRecord boot, String where, Map<String, Long> registers, ConsoleStyle style) {
    return StopStory.write(boot, where, registers, style);
  }

  /** The ids that {@link #explain} can be asked for, each program before its boots. */
  public Set<String> explainable(Evidence evidence) {
    return Story.ids(evidence);
  }

  /** A class as {@code criteria.csv}, for a spreadsheet: each submission on each criterion. */
  public String csv(ClassResults results) {
    return Csv.write(results);
  }

  /**
   * A class as {@code index.html}, for who grades it: one page that needs nothing else. It rests on
   * the results alone and links to the page of each submission, {@code ./ID/instructor.html}.
   */
  public String classPage(ClassResults results) {
    return html.write(Html.CLASS, ClassView.of(results));
  }

  /**
   * A submission as a page that needs nothing else: criteria with reasons and hints, what its
   * programs printed, their boots and memory in pictures, and the experiments side by side. What
   * students and their programs wrote is cut where it is long.
   *
   * @param seen its result, as the audience may see it
   * @param evidence what that rests on; null where there is none, for example of a rejected one
   * @param audience who reads it
   */
  public String submissionPage(Seen seen, @Nullable Evidence evidence, Audience audience) {
    Evidence shown = seen.of(evidence);
    return page(
        seen, shown == null ? null : told(shown, seen.result().judged(), audience), audience);
  }

  /**
   * What the pages of a submission tell of its evidence, to who may see all of its result.
   *
   * @param judged its result
   */
  public Telling telling(Evidence evidence, Result judged) {
    return told(evidence, judged.judged(), Audience.STUDENT);
  }

  /**
   * The pages of a submission.
   *
   * @param student for whoever handed it in
   * @param instructor for whoever grades it
   */
  public record Pages(String student, String instructor) {}

  /**
   * Both {@linkplain #submissionPage pages} of a submission, in less time than one after the other:
   * for the most part they say the same.
   *
   * @param seen its result, as the student may see it
   * @param whole the same, as it is
   * @param evidence what that rests on; null where there is none
   */
  public Pages submissionPages(Seen seen, Result whole, @Nullable Evidence evidence) {
    if (evidence != null && seen.note().isEmpty()) {
      return submissionPages(seen, whole, telling(evidence, whole), evidence);
    }
    return new Pages(
        submissionPage(seen, evidence, Audience.STUDENT),
        submissionPage(Seen.whole(whole), evidence, Audience.INSTRUCTOR));
  }

  /**
   * The same for a student who may see all of it, where the evidence has been told already.
   *
   * @param told what {@link #telling} says
   * @param evidence not wanted of what is told {@linkplain Telling#forEverybody() for everybody}
   */
  public Pages submissionPages(Seen seen, Result whole, Telling told, @Nullable Evidence evidence) {
    if (!seen.note().isEmpty() || (evidence == null && !told.forEverybody())) {
      throw new IllegalArgumentException("students and instructors see different things");
    }
    Seen all = Seen.whole(whole);
    return new Pages(
        page(seen, told, Audience.STUDENT),
        told.forEverybody()
            ? page(all, told, Audience.INSTRUCTOR)
            : submissionPage(all, evidence, Audience.INSTRUCTOR));
  }

  private Telling told(Evidence evidence, List<ScoredCriterion> judged, Audience audience) {
    EvidenceView view = EvidenceView.of(evidence, judged, audience);
    return view.telling(html.write(Html.EVIDENCE, view.part()));
  }

  private String page(Seen seen, @Nullable Telling told, Audience audience) {
    return html.write(Html.SUBMISSION, SubmissionView.of(seen, told, audience));
  }
}
