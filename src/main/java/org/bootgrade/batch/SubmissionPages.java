package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.StoredEvidence;
import org.bootgrade.evidence.WholeFile;
import org.bootgrade.gradebook.Gradebook;
import org.bootgrade.report.Audience;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;
import org.bootgrade.report.Telling;
import org.bootgrade.rubric.Rubric;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the pages of one submission: {@code report.html} for whoever handed it in, and {@code
 * instructor.html}. Only one submission's evidence is held at a time by each thread.
 */
public final class SubmissionPages {

  private static final Logger LOG = LoggerFactory.getLogger(SubmissionPages.class);

  /** What is kept of what pages tell of evidence. */
  private static final String KEPT = "telling";

  private static final String STUDENTS = "report.html";
  private static final String INSTRUCTORS = "instructor.html";

  private final Reports reports;
  private final String build;

  /**
   * What writes pages by these reports.
   *
   * @param build which build of bootgrade does; empty where that cannot be told
   */
  public SubmissionPages(Reports reports, String build) {
    this.reports = reports;
    this.build = build;
  }

  /** Whether one of the pages is in a folder {@code OUT/ID}. */
  boolean anyExists(Path folder) {
    return Files.exists(folder.resolve(STUDENTS)) || Files.exists(folder.resolve(INSTRUCTORS));
  }

  /**
   * Writes both pages, in place of those that are there.
   *
   * @param folder {@code OUT/ID}, with {@code evidence/} where there is any
   * @param seen what the student may see of the result
   * @throws InfrastructureFailure when the folder cannot be written
   */
  public void write(Path folder, Result result, Seen seen) throws InfrastructureFailure {
    write(folder, result, seen, stored(folder, result));
  }

  /**
   * Writes both pages, in place of those that are there.
   *
   * @param folder {@code OUT/ID}
   * @param seen what the student may see of the result
   * @param stored what the result rests on, or null where there is none
   * @throws InfrastructureFailure when the folder cannot be written
   */
  void write(Path folder, Result result, Seen seen, @Nullable StoredEvidence stored)
      throws InfrastructureFailure {
    Reports.Pages pages = pages(result, seen, stored);
    remake(folder.resolve(STUDENTS), pages.student());
    remake(folder.resolve(INSTRUCTORS), pages.instructor());
  }

  /**
   * Most of a page tells of evidence, and that stays what it is where only points, hints or grades
   * change.
   */
  private Reports.Pages pages(Result result, Seen seen, @Nullable StoredEvidence stored)
      throws InfrastructureFailure {
    if (stored == null) {
      return reports.submissionPages(seen, result, null);
    }
    boolean keeps = seen.note().isEmpty() && !build.isEmpty();
    Object[] from = {build, Telling.rests(result)};
    if (keeps) {
      Optional<Telling> kept = stored.kept(KEPT, Telling.class, from).filter(Telling::forEverybody);
      if (kept.isPresent()) {
        return reports.submissionPages(seen, result, kept.get(), null);
      }
    }
    Evidence evidence = evidence(result, stored);
    if (keeps && evidence != null) {
      Telling told = reports.telling(evidence, result);
      if (told.forEverybody()) {
        stored.keep(KEPT, told, from);
      }
      return reports.submissionPages(seen, result, told, evidence);
    }
    return reports.submissionPages(seen, result, evidence);
  }

  /**
   * Writes the page for whoever handed it in, to any file.
   *
   * @param folder the submission's folder, with {@code evidence/} where there is any
   * @param seen what the student may see of the result
   * @param page the file
   * @throws InfrastructureFailure when it cannot be written
   */
  public void write(Path folder, Seen seen, Path page) throws InfrastructureFailure {
    StoredEvidence stored = stored(folder, seen.result());
    Evidence evidence = stored == null ? null : evidence(seen.result(), stored);
    put(page, reports.submissionPage(seen, evidence, Audience.STUDENT));
  }

  /**
   * What a student may see of own work that nobody has handed in: nothing of what the rubric still
   * hides.
   *
   * @param now the moment
   */
  public static Seen seen(Rubric rubric, Result result, Instant now) {
    return Seen.of(
        result,
        new Gradebook(rubric, Gradebook.Inputs.none(), List.of())
            .shown(result.submission().id(), null, ClassGrades.card(result), now));
  }

  private static @Nullable StoredEvidence stored(Path folder, Result result) {
    EvidenceStore store = new EvidenceStore(folder.resolve("evidence"));
    // What an earlier run left says nothing about a submission that was not judged this time.
    if (result.status() != Result.Status.GRADED || !store.exists()) {
      return null;
    }
    try {
      // Another one's boots beside this one's verdict would be shown to the wrong student.
      return store.stored(result.submission().digest());
    } catch (InfrastructureFailure e) {
      without(result, e);
      return null;
    }
  }

  private static @Nullable Evidence evidence(Result result, StoredEvidence stored) {
    try {
      return stored.evidence();
    } catch (InfrastructureFailure e) {
      without(result, e);
      return null;
    }
  }

  /** A page without pictures is better than none, and the other submissions need theirs. */
  private static void without(Result result, InfrastructureFailure e) {
    LOG.warn("the page of {} says nothing of its evidence", result.submission().id(), e);
  }

  /** Writes a file whole or not at all. */
  static void put(Path file, String text) throws InfrastructureFailure {
    try {
      WholeFile.write(file, text);
    } catch (IOException e) {
      throw unwritten(file, e);
    }
  }

  /** A page that is missing or another one is written by the next grading or regrading. */
  private static void remake(Path page, String text) throws InfrastructureFailure {
    try {
      WholeFile.remake(page, text);
    } catch (IOException e) {
      throw unwritten(page, e);
    }
  }

  private static InfrastructureFailure unwritten(Path file, IOException e) {
    return new InfrastructureFailure(
        "%s could not be written (%s)".formatted(file, FileTrouble.reason(e, file)),
        "See that the folder can be written and the disk is not full, then run the command again.",
        e);
  }
}
