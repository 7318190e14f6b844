package org.bootgrade.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** What the page of a submission says, in strings, so that its template decides nothing. */
final class SubmissionView {

  /** More programs than that are named only. */
  private static final int MOST_PROGRAMS = 40;

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
      boolean seen,
      String missing,
      Build build,
      List<Program> programs,
      List<String> furtherPrograms,
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

  /** Why nothing was built; empty where something was. */
  record Build(String reason, Clipped log) {}

  /** What a build said of one program. */
  record Log(String anchor, String title, Clipped text, Link file) {}

  /**
   * A program.
   *
   * @param logs its build's words, where it was not built: one or none
   * @param console the words of its boot as submitted: one or none
   * @param pictures its memory: one or none
   * @param compared the boots that were run, side by side
   * @param left the experiments that were not run, each with its reason
   */
  record Program(
      String anchor,
      String id,
      String source,
      String ending,
      List<Log> logs,
      List<BootView> console,
      List<MemoryPicture> pictures,
      List<BootView> compared,
      List<BootView> told,
      List<BootView> left) {}

  /** A flag. */
  record Flag(String id, String detail, String means, String honest) {}

  /** What it was graded with. */
  record Fact(String name, String value) {}

  private final Result result;
  private final String note;
  private final @Nullable Evidence evidence;
  private final boolean instructor;
  private final Allowance allowance = new Allowance();
  private final Map<String, BootView> boots = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();

  private SubmissionView(Seen seen, @Nullable Evidence evidence, Audience audience) {
    this.result = seen.result();
    this.note = seen.note();
    this.evidence = evidence;
    this.instructor = audience == Audience.INSTRUCTOR;
  }

  static Page of(Seen seen, @Nullable Evidence evidence, Audience audience) {
    return new SubmissionView(seen, evidence, audience).page();
  }

  private Page page() {
    List<Clipped> reasons =
        result.judged().stream().map(c -> allowance.reason(c.reason())).toList();
    List<Program> programs = new ArrayList<>();
    List<String> further = new ArrayList<>();
    Build build = new Build("", Clipped.of("", 1, 1));
    if (evidence != null) {
      BuildRecord.BuildFailure failure = evidence.build().failure();
      if (failure != null) {
        build = new Build(failure.reason(), allowance.log(failure.log()));
      }
      for (String id : programs(evidence)) {
        if (programs.size() < MOST_PROGRAMS) {
          programs.add(program(evidence, id, "p" + (programs.size() + 1)));
        } else {
          further.add(id);
        }
      }
    }
    List<Criterion> criteria = new ArrayList<>();
    Set<String> anchors = new HashSet<>();
    for (int i = 0; i < reasons.size(); i++) {
      criteria.add(criterion(result.judged().get(i), reasons.get(i), anchors));
    }
    BigDecimal most = result.finalMaxScore();
    long passed = result.judged().stream().filter(c -> c.outcome() == Outcome.PASSED).count();
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
        evidence != null,
        evidence == null && result.status() == Result.Status.GRADED
            ? "There are no pictures of its boots: the evidence is not there, or cannot be read."
                + " That changes no points. Graded again with --force, it has them."
            : "",
        build,
        programs,
        further,
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

  private static Set<String> programs(Evidence evidence) {
    Set<String> programs = new LinkedHashSet<>();
    evidence.build().programs().forEach(p -> programs.add(p.id()));
    evidence.boots().forEach(b -> programs.add(b.program()));
    return programs;
  }

  private Program program(Evidence from, String id, String anchor) {
    ProgramRecord record = from.build().program(id).orElse(null);
    List<Log> logs = new ArrayList<>();
    if (record != null && !record.built()) {
      String file = "build/" + EvidenceStore.fileName(id) + ".log";
      files.put(file, anchor + "-log");
      logs.add(
          new Log(
              anchor + "-log",
              record.outcome() == ProgramRecord.Outcome.LIMIT
                  ? "Its build hit a limit. What cargo printed:"
                  : "It was not built. What cargo printed:",
              allowance.log(record.log()),
              file(file)));
    }
    Background background = Background.of(from, id);
    List<BootRecord> records =
        background.boots().stream().sorted(Comparator.comparing(BootRecord::intervention)).toList();
    Set<String> unfold = unfolded();
    List<BootView> views = new ArrayList<>();
    for (BootRecord boot : records) {
      BootView view =
          BootView.of(
              boot,
              "b" + (boots.size() + 1),
              unfold.contains(boot.id()),
              background,
              allowance,
              this::file);
      boots.put(boot.id(), view);
      views.add(view);
    }
    List<BootView> ran = views.stream().filter(BootView::ran).toList();
    return new Program(
        anchor,
        id,
        record == null ? "" : record.source(),
        background
            .boot(Intervention.AS_SUBMITTED)
            .map(b -> b.ending().describe())
            .orElse(record != null && record.built() ? "built and not booted" : "not booted"),
        logs,
        ran.stream().filter(b -> b.intervention().equals(Intervention.AS_SUBMITTED.id())).toList(),
        MemoryPicture.of(background).stream().toList(),
        ran.size() < 2 ? List.of() : ran,
        ran,
        views.stream().filter(b -> !b.ran()).toList());
  }

  /**
   * The boots that are unfolded from the start: those that a criterion rests on that is not passed;
   * where all are passed, those of which a single exception is named.
   */
  private Set<String> unfolded() {
    Set<String> failing = new HashSet<>();
    Set<String> telling = new HashSet<>();
    for (ScoredCriterion criterion : result.judged()) {
      for (EvidenceReference reference : criterion.evidence()) {
        if (reference.boot() != null) {
          if (criterion.outcome() != Outcome.PASSED) {
            failing.add(reference.boot());
          } else if (reference.event() != null) {
            telling.add(reference.boot());
          }
        }
      }
    }
    return failing.isEmpty() ? telling : failing;
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
        criterion.evidence().stream().map(this::link).toList());
  }

  private Link link(EvidenceReference reference) {
    String words = Text.line(Marks.words(reference));
    if (reference.file() != null) {
      String within = files.get(reference.file());
      return within != null
          ? new Link(words, "#" + within)
          : new Link(words, file(reference.file()).target());
    }
    BootView boot = reference.boot() == null ? null : boots.get(reference.boot());
    if (boot == null) {
      return new Link(words, "");
    }
    return new Link(
        words, "#" + (reference.event() == null ? boot.anchor() : boot.anchor(reference.event())));
  }

  /** A file of the evidence; who gets the page by itself has no such file to follow a link to. */
  private Link file(String file) {
    return new Link("evidence/" + file, instructor ? Html.evidence(file) : "");
  }

  private List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    String digest = result.submission().digest();
    if (digest != null) {
      facts.add(new Fact("Content", digest));
    }
    facts.add(new Fact("Rubric", result.rubric().id() + " " + result.rubric().digest()));
    if (evidence != null) {
      facts.add(new Fact("Compiler", evidence.tools().rustc()));
      if (!evidence.tools().qemu().isEmpty()) {
        facts.add(new Fact("Emulator", evidence.tools().qemu()));
      }
    }
    facts.add(new Fact("bootgrade", result.tool().version()));
    return facts;
  }
}
