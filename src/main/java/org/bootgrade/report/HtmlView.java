package org.bootgrade.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** What the page of a class says, in strings, so that its template decides nothing. */
final class HtmlView {

  /** Longer logs would make the page slow to open; they are complete in the evidence. */
  private static final int LONGEST_LOG = 20_000;

  private static final int MOST_EVENTS = 100;

  /** The page. */
  record Page(
      String title,
      String summary,
      List<Column> columns,
      List<Section> sections,
      String version,
      String rubric) {}

  /** A criterion as a column of the class table. */
  record Column(String id, String title, String passed) {}

  /** A submission: its row in the table and its section below. */
  record Section(
      String anchor,
      String id,
      String digest,
      String score,
      String status,
      String statusClass,
      List<Cell> cells,
      String message,
      List<Judged> criteria,
      List<String> notes,
      List<Noted> flags,
      List<Log> logs,
      List<Experiment> experiments) {}

  /** A criterion of a submission in the class table. */
  record Cell(String mark, String word) {}

  /** A criterion of a submission in its section. */
  record Judged(
      String id,
      String title,
      String mark,
      String word,
      String points,
      String reason,
      String hint,
      List<Link> evidence) {}

  /** Words that lead somewhere; an empty target leads nowhere. */
  record Link(String words, String target) {}

  /** A flag. */
  record Noted(String id, String detail) {}

  /** What a build said. */
  record Log(String title, String text) {}

  /** A boot. */
  record Experiment(
      String anchor,
      String id,
      String ending,
      String serial,
      String screen,
      List<Event> events,
      String moreEvents,
      PairTable pairs) {}

  /** A row of a boot's table of exceptions. */
  record Event(
      int number,
      String vector,
      String errorCode,
      String source,
      String function,
      String rip,
      String rsp,
      String cr2,
      String remark) {}

  private HtmlView() {}

  static Page page(ClassResults results, Map<String, Evidence> evidence) {
    List<Column> columns = new ArrayList<>();
    results
        .criteria()
        .forEach(
            (id, title) -> {
              List<ScoredCriterion> scored = results.scored(id);
              long passed = scored.stream().filter(c -> c.outcome() == Outcome.PASSED).count();
              columns.add(new Column(id, title, passed + " of " + scored.size()));
            });
    List<Section> sections = new ArrayList<>();
    for (Result result : results.results()) {
      sections.add(
          section(
              "s" + (sections.size() + 1),
              result,
              columns,
              evidence.get(result.submission().id())));
    }
    return new Page(
        results.results().isEmpty()
            ? "Grades"
            : "Grades of " + distinct(results, Result::assignment),
        results.summary(),
        columns,
        sections,
        distinct(results, r -> r.tool().version()),
        distinct(results, r -> r.rubric().id() + " " + r.rubric().digest()));
  }

  private static String distinct(ClassResults results, Function<Result, String> part) {
    Set<String> parts = new LinkedHashSet<>();
    results.results().forEach(r -> parts.add(part.apply(r)));
    return String.join(", ", parts);
  }

  private static Section section(
      String anchor, Result result, List<Column> columns, @Nullable Evidence evidence) {
    Map<String, String> boots = new HashMap<>();
    List<Experiment> experiments = new ArrayList<>();
    if (evidence != null) {
      for (BootRecord boot : evidence.boots()) {
        String bootAnchor = anchor + "-b" + (experiments.size() + 1);
        boots.put(boot.id(), bootAnchor);
        experiments.add(experiment(bootAnchor, boot));
      }
    }
    String id = result.submission().id();
    return new Section(
        anchor,
        Text.line(id),
        result.submission().digest() == null ? "" : result.submission().digest(),
        Marks.score(result),
        Marks.word(result.status()),
        Marks.code(result.status()),
        columns.stream().map(c -> cell(result, c.id())).toList(),
        message(result),
        result.judged().stream().map(c -> judged(id, c, boots)).toList(),
        result.notes(),
        result.furtherFlags().stream().map(f -> new Noted(f.id(), f.detail())).toList(),
        evidence == null ? List.of() : logs(evidence),
        experiments);
  }

  private static String message(Result result) {
    if (result.message() == null) {
      return "";
    }
    String prefix =
        result.status() == Status.REJECTED
            ? "The submission was rejected: "
            : "The submission was not graded, through no fault of its own: ";
    return prefix + result.message() + (result.mend() == null ? "" : "\n" + result.mend());
  }

  private static Cell cell(Result result, String criterion) {
    return result.judged().stream()
        .filter(c -> c.id().equals(criterion))
        .findFirst()
        .map(c -> new Cell(Marks.mark(c.outcome()), Marks.word(c.outcome())))
        .orElse(new Cell("", "none"));
  }

  private static Judged judged(
      String submission, ScoredCriterion criterion, Map<String, String> boots) {
    String hint = criterion.hint();
    return new Judged(
        criterion.id(),
        criterion.title(),
        Marks.mark(criterion.outcome()),
        Marks.word(criterion.outcome()),
        criterion.points().toPlainString() + " / " + criterion.maxPoints().toPlainString(),
        criterion.reason().strip(),
        hint != null && Marks.wantsHint(criterion) ? hint : "",
        criterion.evidence().stream().map(e -> link(submission, e, boots)).toList());
  }

  private static Link link(
      String submission, EvidenceReference reference, Map<String, String> boots) {
    String target = "";
    if (reference.file() != null) {
      target = href(submission, reference.file());
    } else if (reference.boot() != null && boots.containsKey(reference.boot())) {
      target = "#" + boots.get(reference.boot());
    }
    return new Link(Marks.words(reference), target);
  }

  /**
   * A file of a submission's evidence, seen from the page. All but letters, digits and dots is
   * percent-encoded: a submission named {@code javascript:…} stays a folder.
   */
  static String href(String submission, String file) {
    return "./"
        + encoded(submission)
        + "/evidence/"
        + List.of(file.split("/", -1)).stream()
            .map(HtmlView::encoded)
            .collect(Collectors.joining("/"));
  }

  private static String encoded(String segment) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "-._~".indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  private static List<Log> logs(Evidence evidence) {
    List<Log> logs = new ArrayList<>();
    if (evidence.build().failure() != null) {
      logs.add(
          new Log(
              "Build: " + evidence.build().failure().reason(),
              clipped(evidence.build().failure().log())));
    }
    for (ProgramRecord program : evidence.build().programs()) {
      if (!program.built()) {
        String word = program.outcome() == ProgramRecord.Outcome.LIMIT ? "hit a limit" : "failed";
        logs.add(new Log("Build of %s: %s".formatted(program.id(), word), clipped(program.log())));
      }
    }
    return logs;
  }

  private static Experiment experiment(String anchor, BootRecord boot) {
    int hidden = Math.max(0, boot.events().size() - MOST_EVENTS);
    String more = "";
    if (hidden > 0) {
      more = "%d more are in evidence.json.".formatted(hidden);
    }
    if (boot.eventsTruncated()) {
      more += (more.isEmpty() ? "" : " ") + "The log was cut at its limit.";
    }
    return new Experiment(
        anchor,
        boot.id(),
        boot.ending().describe(),
        clipped(boot.serial())
            + (boot.serialTruncated() ? "\n(the guest wrote more; it was cut here)" : ""),
        String.join("\n", boot.screen()).stripTrailing(),
        boot.events().stream().limit(MOST_EVENTS).map(HtmlView::event).toList(),
        more,
        PairTable.of(boot.faultPairs()));
  }

  private static Event event(ExceptionEvent event) {
    Escalation escalation = event.escalation();
    String remark = event.software() ? "asked for by an instruction" : "";
    if (escalation != null) {
      remark =
          "%s while %s was delivered"
              .formatted(Vectors.name(escalation.second()), Vectors.name(escalation.first()));
    }
    return new Event(
        event.number(),
        Vectors.name(event.vector()),
        hex(event.errorCode()),
        event.at() == null ? "" : event.at().place(),
        event.at() == null ? "" : event.at().function(),
        hex(event.rip()),
        hex(event.rsp()),
        hex(event.cr2()),
        remark);
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static String clipped(String text) {
    if (text.length() <= LONGEST_LOG) {
      return text;
    }
    int end = LONGEST_LOG;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end)
        + "\n(%d more characters are in evidence.json)".formatted(text.length() - end);
  }
}
