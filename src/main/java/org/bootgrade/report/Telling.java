package org.bootgrade.report;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding;

/**
 * What the page of a submission tells of its evidence, and where on the page that is. It rests on
 * the evidence and on how the criteria came out and why, and on nothing else: points, hints and
 * grades are told elsewhere on the page.
 *
 * @param html the part of the page
 * @param programs the programs that it tells of
 * @param boots where it tells of boots, by their ids
 * @param logs the anchors of what builds printed, by the files that have the whole of it
 * @param compiler what built the submission
 * @param emulator what booted it; empty where nothing was booted
 * @param forEverybody whether it has no link to a file, so that it serves students and instructors
 *     alike
 */
public record Telling(
    String html,
    List<Program> programs,
    Map<String, Place> boots,
    Map<String, String> logs,
    String compiler,
    String emulator,
    boolean forEverybody) {

  public Telling {
    // This guards what is read back from a file.
    Objects.requireNonNull(html, "there is no text");
    Objects.requireNonNull(compiler, "there is no compiler");
    Objects.requireNonNull(emulator, "there is no emulator");
    programs = List.copyOf(programs);
    // In an order, so that it is always written in the same way.
    boots = Collections.unmodifiableMap(new TreeMap<>(boots));
    logs = Collections.unmodifiableMap(new TreeMap<>(logs));
  }

  /**
   * What it rests on besides evidence.
   *
   * @param result the result that it is told with, whole
   */
  public static List<Rest> rests(Result result) {
    return result.judged().stream()
        .map(c -> new Rest(c.outcome(), c.reason(), c.evidence()))
        .toList();
  }

  /** What it rests on of a criterion. */
  public record Rest(Finding.Outcome outcome, String reason, List<EvidenceReference> evidence) {}

  /**
   * A program.
   *
   * @param id its id
   * @param anchor where it is told of
   */
  public record Program(String id, String anchor) {}

  /**
   * Where a boot is told of.
   *
   * @param anchor of the boot
   * @param events how many exceptions it has that have anchors of their own, from 1 on
   */
  public record Place(String anchor, int events) {
    private String of(int event) {
      return event >= 1 && event <= events ? anchor + "-e" + event : anchor;
    }
  }

  /** Where in the page a criterion's evidence is, or which file it is. */
  Link link(EvidenceReference reference, Audience reader) {
    String words = Text.line(Marks.words(reference));
    String file = reference.file();
    if (file != null) {
      String within = logs.get(file);
      return new Link(words, within != null ? "#" + within : Link.to(file, reader).target());
    }
    Place boot = reference.boot() == null ? null : boots.get(reference.boot());
    if (boot == null) {
      return new Link(words, "");
    }
    return new Link(
        words, "#" + (reference.event() == null ? boot.anchor() : boot.of(reference.event())));
  }
}
