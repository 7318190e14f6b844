package org.bootgrade.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.Tools;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.rubric.ScoredCriterion;

/**
 * The part of a submission's page that rests on its evidence: most of it, and most of the work. It
 * is the same for everybody who sees the same criteria, but for links to files.
 */
final class EvidenceView {

  /** More programs than that are named only. */
  private static final int MOST_PROGRAMS = 40;

  /** The part of the page. */
  record Part(Build build, List<Program> programs, List<String> further) {}

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

  private final List<ScoredCriterion> judged;
  private final Audience audience;
  private final Tools tools;
  private final Allowance allowance = new Allowance();
  private final Map<String, BootView> boots = new HashMap<>();
  private final Map<String, String> logs = new HashMap<>();
  private final Part part;

  private EvidenceView(Evidence evidence, List<ScoredCriterion> judged, Audience audience) {
    this.judged = judged;
    this.audience = audience;
    this.tools = evidence.tools();
    // What is told first gets the most room.
    reasons(judged, allowance);
    this.part = part(evidence);
  }

  /**
   * What a page tells.
   *
   * @param evidence what it tells of
   * @param judged the criteria that the page shows
   * @param audience who reads it
   */
  static EvidenceView of(Evidence evidence, List<ScoredCriterion> judged, Audience audience) {
    return new EvidenceView(evidence, judged, audience);
  }

  /** What the template shows. */
  Part part() {
    return part;
  }

  /** The criteria's reasons, in their order, as long as a page has room for. */
  static List<Clipped> reasons(List<ScoredCriterion> judged, Allowance allowance) {
    return judged.stream().map(c -> allowance.reason(c.reason())).toList();
  }

  /** The same for a page, with what the template has made of {@link #part}. */
  Telling telling(String html) {
    Map<String, Telling.Place> places = new HashMap<>();
    boots.forEach(
        (id, boot) -> places.put(id, new Telling.Place(boot.anchor(), boot.events().size())));
    return new Telling(
        html,
        part.programs().stream().map(p -> new Telling.Program(p.id(), p.anchor())).toList(),
        places,
        logs,
        tools.rustc(),
        tools.qemu(),
        namesNoFile());
  }

  private boolean namesNoFile() {
    return part.programs().stream()
        .allMatch(
            p ->
                p.logs().isEmpty()
                    && Stream.of(p.console(), p.told())
                        .flatMap(List::stream)
                        .allMatch(b -> b.console().serial().note().isEmpty()));
  }

  private Part part(Evidence evidence) {
    BuildRecord.BuildFailure failure = evidence.build().failure();
    Build build =
        failure == null
            ? new Build("", Clipped.of("", 1, 1))
            : new Build(failure.reason(), allowance.log(failure.log()));
    Set<String> unfold = unfolded();
    List<Program> programs = new ArrayList<>();
    List<String> further = new ArrayList<>();
    for (String id : programs(evidence)) {
      if (programs.size() < MOST_PROGRAMS) {
        programs.add(program(evidence, id, "p" + (programs.size() + 1), unfold));
      } else {
        further.add(id);
      }
    }
    return new Part(build, programs, further);
  }

  private static Set<String> programs(Evidence evidence) {
    Set<String> programs = new LinkedHashSet<>();
    evidence.build().programs().forEach(p -> programs.add(p.id()));
    evidence.boots().forEach(b -> programs.add(b.program()));
    return programs;
  }

  private Program program(Evidence from, String id, String anchor, Set<String> unfold) {
    ProgramRecord record = from.build().program(id).orElse(null);
    List<Log> failed = new ArrayList<>();
    if (record != null && !record.built()) {
      String file = "build/" + EvidenceStore.fileName(id) + ".log";
      logs.put(file, anchor + "-log");
      failed.add(
          new Log(
              anchor + "-log",
              record.outcome() == ProgramRecord.Outcome.LIMIT
                  ? "Its build hit a limit. What cargo printed:"
                  : "It was not built. What cargo printed:",
              allowance.log(record.log()),
              Link.to(file, audience)));
    }
    Background background = Background.of(from, id);
    List<BootRecord> records =
        background.boots().stream().sorted(Comparator.comparing(BootRecord::intervention)).toList();
    List<BootView> views = new ArrayList<>();
    for (BootRecord boot : records) {
      BootView view =
          BootView.of(
              boot,
              "b" + (boots.size() + 1),
              unfold.contains(boot.id()),
              background,
              allowance,
              file -> Link.to(file, audience));
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
        failed,
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
    for (ScoredCriterion criterion : judged) {
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
}
