package org.bootgrade.report;

import io.pebbletemplates.pebble.extension.escaper.SafeString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** What the page of a submission says, in strings, so that its template decides nothing. */
final class SubmissionView {

  /** The page. */
  record Page(
      boolean instructor,
      String id,
      String assignment,
      String points,
      String most,
      String status,
      String statusClass,
      String verdict,
      String message,
      String mend,
      String note,
      String students,
      String handedIn,
      List<GradeWords.Step> steps,
      List<Criterion> criteria,
      List<Group> groups,
      List<Criterion> open,
      SafeString evidence,
      String missing,
      List<Telling.Program> programs,
      List<String> notes,
      List<Flag> flags,
      List<Fact> facts) {}

  /** Criteria that belong together; the title is empty where there is one group alone. */
  record Group(String title, String points, List<Criterion> criteria) {}

  /** A criterion. */
  record Criterion(
      String anchor,
      String id,
      String title,
      String mark,
      String word,
      String points,
      List<Text.Part> parts,
      String hint,
      List<Link> evidence) {}

  /** A flag. */
  record Flag(String id, String detail, String means, String honest) {}

  /** What it was graded with. */
  record Fact(String name, String value) {}

  private static final Telling NOTHING =
      new Telling("", List.of(), Map.of(), Map.of(), "", "", true);

  private final Result result;
  private final String note;
  private final @Nullable Telling told;
  private final Audience audience;

  private SubmissionView(Seen seen, @Nullable Telling told, Audience audience) {
    this.result = seen.result();
    this.note = seen.note();
    this.told = told;
    this.audience = audience;
  }

  /**
   * The page.
   *
   * @param told what it tells of the evidence, or null where there is none
   */
  static Page of(Seen seen, @Nullable Telling told, Audience audience) {
    return new SubmissionView(seen, told, audience).page();
  }

  private Page page() {
    List<Criterion> criteria = new ArrayList<>();
    Set<String> anchors = new HashSet<>();
    List<Clipped> reasons = EvidenceView.reasons(result.judged(), new Allowance());
    for (int i = 0; i < reasons.size(); i++) {
      criteria.add(criterion(result.judged().get(i), reasons.get(i), anchors));
    }
    BigDecimal most = result.finalMaxScore();
    long passed = result.judged().stream().filter(c -> c.outcome() == Outcome.PASSED).count();
    boolean instructor = audience == Audience.INSTRUCTOR;
    return new Page(
        instructor,
        Text.line(result.submission().id()),
        Text.line(result.assignment()),
        Marks.number(result.finalScore()),
        most == null ? "" : most.toPlainString(),
        Marks.word(result.status()),
        Marks.code(result.status()),
        result.judged().isEmpty()
            ? ""
            : "%d of %d criteria passed".formatted(passed, result.judged().size()),
        message(),
        result.mend() == null ? "" : result.mend(),
        note,
        Text.line(result.handedInBy()),
        GradeWords.handedIn(result),
        GradeWords.steps(result),
        criteria,
        groups(criteria),
        criteria.stream().filter(c -> !c.word().equals(Marks.word(Outcome.PASSED))).toList(),
        new SafeString(told == null ? "" : told.html()),
        told == null && result.status() == Result.Status.GRADED
            ? "There are no pictures of its boots: the evidence is not there, or cannot be read."
                + " That changes no points. Graded again with --force, it has them."
            : "",
        told == null ? List.of() : told.programs(),
        result.notes(),
        instructor ? result.furtherFlags().stream().map(SubmissionView::flag).toList() : List.of(),
        facts());
  }

  private List<Group> groups(List<Criterion> criteria) {
    IdentityHashMap<ScoredCriterion, Criterion> told = new IdentityHashMap<>();
    for (int i = 0; i < criteria.size(); i++) {
      told.put(result.judged().get(i), criteria.get(i));
    }
    List<CriterionGroup> all = CriterionGroup.of(result.judged());
    List<Group> groups = new ArrayList<>();
    for (CriterionGroup group : all) {
      groups.add(
          new Group(
              all.size() > 1 ? group.title() : "",
              group.points(),
              group.criteria().stream().map(told::get).toList()));
    }
    return groups;
  }

  private String message() {
    if (result.message() == null) {
      return "";
    }
    return Marks.verdict(result.status()) + " " + result.message();
  }

  private static Flag flag(org.bootgrade.grading.Flag flag) {
    FlagWords.Meaning meaning = FlagWords.of(flag.id());
    return new Flag(flag.id(), flag.detail(), meaning.means(), meaning.honest());
  }

  private Criterion criterion(ScoredCriterion criterion, Clipped reason, Set<String> anchors) {
    String hint = criterion.hint();
    String anchor = "criterion-" + criterion.id().replaceAll("[^a-zA-Z0-9-]", "");
    while (!anchors.add(anchor)) {
      anchor += "-again";
    }
    return new Criterion(
        anchor,
        criterion.id(),
        criterion.title(),
        Marks.mark(criterion.outcome()),
        Marks.word(criterion.outcome()),
        CriterionGroup.points(criterion),
        Text.parts(reason.whole()),
        hint != null && Marks.wantsHint(criterion) ? hint.strip() : "",
        links(criterion));
  }

  private List<Link> links(ScoredCriterion criterion) {
    Telling where = told == null ? NOTHING : told;
    return criterion.evidence().stream().map(e -> where.link(e, audience)).toList();
  }

  private List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    String digest = result.submission().digest();
    if (digest != null) {
      facts.add(new Fact("Content", digest));
    }
    facts.add(new Fact("Rubric", result.rubric().id() + " " + result.rubric().digest()));
    if (told != null) {
      facts.add(new Fact("Compiler", told.compiler()));
      if (!told.emulator().isEmpty()) {
        facts.add(new Fact("Emulator", told.emulator()));
      }
    }
    facts.add(new Fact("bootgrade", result.tool().version()));
    return facts;
  }
}
