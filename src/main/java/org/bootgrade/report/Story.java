package org.bootgrade.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.Tables;

/** The story of every boot of a submission, or of some of them. */
final class Story {

  private final Evidence evidence;
  private final Predicate<BootRecord> wanted;
  private final ConsoleStory page;

  private Story(Evidence evidence, Predicate<BootRecord> wanted, ConsoleStyle style) {
    this.evidence = evidence;
    this.wanted = wanted;
    this.page = new ConsoleStory(style);
  }

  /**
   * @param only ids of programs or boots; empty for all
   */
  static String write(Evidence evidence, Set<String> only, ConsoleStyle style) {
    Predicate<BootRecord> wanted =
        b -> only.isEmpty() || only.contains(b.id()) || only.contains(b.program());
    return new Story(evidence, wanted, style).tell(only);
  }

  /** All that {@link #write} can be asked for. */
  static Set<String> ids(Evidence evidence) {
    Set<String> ids = new LinkedHashSet<>();
    for (String program : programs(evidence)) {
      ids.add(program);
      evidence.boots().stream()
          .filter(b -> b.program().equals(program))
          .map(BootRecord::id)
          .forEach(ids::add);
    }
    return ids;
  }

  private static Set<String> programs(Evidence evidence) {
    Set<String> programs = new LinkedHashSet<>();
    evidence.build().programs().forEach(p -> programs.add(p.id()));
    evidence.boots().forEach(b -> programs.add(b.program()));
    return programs;
  }

  private String tell(Set<String> only) {
    BuildRecord.BuildFailure failure = evidence.build().failure();
    if (failure != null) {
      page.program("Nothing was booted");
      page.say("The build failed: " + failure.reason());
    }
    for (String program : programs(evidence)) {
      List<BootRecord> boots =
          evidence.boots().stream().filter(b -> b.program().equals(program)).toList();
      List<BootRecord> told = boots.stream().filter(wanted).toList();
      if (!told.isEmpty() || only.isEmpty() || only.contains(program)) {
        program(program, boots, told);
      }
    }
    return page.text();
  }

  private void program(String id, List<BootRecord> boots, List<BootRecord> told) {
    ProgramRecord record = evidence.build().program(id).orElse(null);
    page.program(record == null ? id : "%s  (%s)".formatted(id, record.source()));
    if (boots.isEmpty()) {
      page.say(
          record != null && record.built()
              ? "It was built and not booted."
              : "It was not booted, because it was not built. The compiler's words are in build/%s.log beside the evidence."
                  .formatted(EvidenceStore.fileName(id)));
      return;
    }
    Background background = Background.of(evidence, id);
    for (BootRecord boot : told) {
      boot(boot, background);
    }
  }

  private void boot(BootRecord boot, Background background) {
    page.boot("%s: %s".formatted(boot.id(), ExperimentWords.briefly(boot)));
    page.say(ExperimentWords.done(boot));
    if (!boot.ran()) {
      page.say("It was %s.".formatted(boot.ending().describe()));
      return;
    }
    String injected = ExperimentWords.injected(boot);
    if (!injected.isEmpty()) {
      page.say(injected);
    }
    Tables tables = boot.tables();
    if (tables != null && boot.intervention() == Intervention.INSPECTED) {
      TableStory.tell(tables, page);
    }
    boot.faultPairs()
        .forEach(p -> page.step(Moment.of(Moment.Kind.OTHER, "pair"), ExperimentWords.pair(p)));
    new BootStory(boot, background, page, true).tell();
    String shows = ExperimentWords.shows(boot, background);
    if (!shows.isEmpty()) {
      page.shows(shows);
    }
  }
}
