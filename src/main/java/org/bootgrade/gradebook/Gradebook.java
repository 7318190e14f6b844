package org.bootgrade.gradebook;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.gradebook.Adjustments.Adjustment;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.gradebook.SubmissionTimes.Time;
import org.bootgrade.gradebook.Submitted.Source;
import org.bootgrade.grading.Flag;
import org.bootgrade.rubric.LatePolicy;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.jspecify.annotations.Nullable;

/**
 * A class's gradebook: who handed in what and when, and the grade that follows from a scorecard. It
 * is pure; all that it knows it was given.
 */
public final class Gradebook {

  /** The flag of what nobody knows the time of. */
  public static final String NO_TIME = "no-submission-time";

  /** The flag of what is late by nothing but the archive's own time. */
  public static final String LATE_BY_ARCHIVE = "late-by-archive-time";

  /** The flag of what is late by the archive's own time, and by Canvas' word is not. */
  public static final String NOT_LATE_BY_NAME = "not-late-by-file-name";

  private static final String LATE_BY_NAME = "late-by-file-name";

  /** The flags that {@link #flags} raises. */
  public static final Set<String> FLAGS =
      Set.of(NO_TIME, LATE_BY_ARCHIVE, NOT_LATE_BY_NAME, LATE_BY_NAME);

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  private final Rubric rubric;
  private final Inputs inputs;
  private final Map<String, HandedIn> submissions = new TreeMap<>();
  private final boolean canvasIsContradicted;
  private final Map<String, List<Student>> students;
  private final Map<Student, String> handedInBy = new HashMap<>();
  private final Map<Whom, Meant> meant = new HashMap<>();

  /** The rows of the table of times that are about a submission or somebody who handed it in. */
  private final Map<String, List<Time>> times = new HashMap<>();

  private final List<Problem> problems = new ArrayList<>();

  /**
   * What was read from files.
   *
   * @param roster the students
   * @param times when submissions were handed in
   * @param adjustments what was changed by hand
   * @param gradescope what Gradescope says
   */
  public record Inputs(
      Roster roster,
      SubmissionTimes times,
      Adjustments adjustments,
      GradescopeMetadata gradescope) {

    /** No file at all. */
    public static Inputs none() {
      return new Inputs(
          Roster.none(), SubmissionTimes.none(), Adjustments.none(), GradescopeMetadata.none());
    }
  }

  /** Whom a row is about, found. At least one of them is there. */
  private record Meant(@Nullable String submission, @Nullable Student student) {}

  /**
   * A gradebook.
   *
   * @param rubric what is graded by
   * @param inputs what files say
   * @param handedIn all submissions of the class, also those that are not graded this time
   */
  public Gradebook(Rubric rubric, Inputs inputs, Collection<HandedIn> handedIn) {
    this.rubric = rubric;
    this.inputs = inputs;
    handedIn.forEach(h -> submissions.put(h.id(), h));
    canvasIsContradicted = submissions.keySet().stream().anyMatch(s -> deniedByName(s) != null);
    Matching.Matched matched =
        Matching.match(inputs.roster(), inputs.gradescope(), submissions.keySet());
    students = matched.students();
    students.forEach((submission, of) -> of.forEach(s -> handedInBy.put(s, submission)));
    problems.addAll(matched.problems());
    for (Time time : inputs.times().times()) {
      find(inputs.times().file(), time.whom());
      Meant whose = meant.get(time.whom());
      String submission =
          whose == null
              ? null
              : whose.submission() == null ? handedInBy.get(whose.student()) : whose.submission();
      if (submission != null) {
        times.computeIfAbsent(submission, s -> new ArrayList<>()).add(time);
      }
    }
    for (Adjustment adjustment : inputs.adjustments().all()) {
      find(inputs.adjustments().file(), adjustment.whom());
    }
    problems.addAll(inputs.adjustments().doubtful(rubric));
    if (rubric.late() != null) {
      submissions.keySet().forEach(this::checkTimes);
    }
  }

  /**
   * What the instructor should know before handing in grades: whom no submission was found of, what
   * could not be decided, rows of tables that are about nobody here. None of it stops anything.
   */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /**
   * What to know of the grades for an LMS at a moment when students may not see all of them.
   *
   * @param now the moment
   */
  public Optional<Problem> hidden(Instant now) {
    List<Instant> until =
        rubric.criteria().stream()
            .filter(c -> c.isHidden(now))
            .flatMap(c -> Stream.ofNullable(c.hiddenUntil()))
            .sorted()
            .toList();
    return until.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                GradeSheet.FILE,
                0,
                "its scores count what students may not see yet (%s until %s)"
                    .formatted(
                        until.size() == 1 ? "1 criterion" : until.size() + " criteria",
                        local(until.get(until.size() - 1))),
                "import it from then on, or keep the grades hidden in the LMS until then"));
  }

  /** A moment as the rubric's own times are written. */
  private String local(Instant moment) {
    ZoneId zone = rubric.zone() == null ? UTC : rubric.zone();
    return LOCAL.format(moment.atZone(zone)) + " " + zone;
  }

  /** Who handed in a submission, in the order of the roster; nobody where it is not known. */
  public List<Student> students(String submission) {
    return students.getOrDefault(submission, List.of());
  }

  /**
   * The grade of a submission. Where one student handed it in, it is also that student's; of a
   * group, what is said of single members is not in it.
   *
   * @param card its scorecard; one without criteria and with a score of 0 for a rejected
   *     submission; null where it was not graded
   */
  public Grade grade(String submission, @Nullable Scorecard card) {
    return grade(submission, onlyStudent(submission), card);
  }

  /**
   * The grade of one of those who handed in a submission.
   *
   * @param student one of {@link #students}, or null for what all of them have in common
   * @param card as for {@link #grade(String, Scorecard)}
   */
  public Grade grade(String submission, @Nullable Student student, @Nullable Scorecard card) {
    return Grading.grade(
        rubric, card, submitted(submission, student), adjustments(submission, student));
  }

  /**
   * What a student may see of a submission at a moment.
   *
   * @param student as for {@link #grade(String, Student, Scorecard)}
   * @param card as for {@link #grade(String, Scorecard)}
   * @param now the moment
   */
  public HiddenCriteria.Shown shown(
      String submission, @Nullable Student student, @Nullable Scorecard card, Instant now) {
    return HiddenCriteria.shown(
        rubric, card, submitted(submission, student), adjustments(submission, student), now);
  }

  /** The one student who handed in a submission; null where there are several or none. */
  public @Nullable Student onlyStudent(String submission) {
    List<Student> all = students(submission);
    return all.size() == 1 ? all.get(0) : null;
  }

  /** What an instructor should look at about when a submission was handed in. */
  public List<Flag> flags(String submission) {
    LatePolicy policy = rubric.late();
    if (policy == null) {
      return List.of();
    }
    boolean saysLate = FileName.of(submission).late();
    Submitted submitted = submitted(submission, onlyStudent(submission));
    Submitted denied = deniedByName(submission);
    if (submitted == null && denied != null) {
      return List.of(
          new Flag(
              NOT_LATE_BY_NAME,
              ("By the archive's own time of modification, %s, it came late, but a download or a copy"
                      + " may have changed that, and Canvas did not call it late in the file's name."
                      + " So nothing was deducted. Give the time in a table of submission times to"
                      + " be sure.")
                  .formatted(denied.at())));
    }
    Submitted archive = byArchive(submission);
    if (submitted == null
        && archive != null
        && isDisbelieved(submission)
        && timesOfMembers(submission).isEmpty()) {
      return List.of(
          new Flag(
              NO_TIME,
              ("It is not known when this was handed in, so nothing was deducted for coming late,"
                      + " although Canvas called it late in the file's name. The archive's own time of"
                      + " modification, %s, is not believed, as such a time contradicts Canvas on"
                      + " another submission. Give the time in a table of submission times.")
                  .formatted(archive.at())));
    }
    if (submitted == null) {
      return List.of(
          new Flag(
              NO_TIME,
              "It is not known when this was handed in, so nothing was deducted for coming late%s."
                      .formatted(
                          saysLate ? ", although Canvas called it late in the file's name" : "")
                  + " Give the time in a table of submission times."));
    }
    boolean late = isLate(submitted);
    if (late && submitted.from() == Source.ARCHIVE) {
      return List.of(
          new Flag(
              LATE_BY_ARCHIVE,
              "That it came late is known only from the archive's own time of modification, %s,"
                      .formatted(submitted.at())
                  + " which a download or a copy may have changed."
                  + " Give the time in a table of submission times to be sure."));
    }
    if (saysLate && !late) {
      return List.of(
          new Flag(
              LATE_BY_NAME,
              "Canvas called it late in the file's name, and by this rubric it is not: it was handed"
                  + " in at %s.".formatted(submitted.at())));
    }
    return List.of();
  }

  /**
   * The grades as Canvas and Moodle import them.
   *
   * @param cards the scorecard of a submission, as for {@link #grade(String, Scorecard)}; empty
   *     where it was not graded
   */
  public GradeSheet sheet(Function<String, Optional<Scorecard>> cards) {
    List<GradeSheet.Line> lines = new ArrayList<>();
    List<Problem> told = new ArrayList<>();
    Set<Adjustment> effective = new HashSet<>();
    for (String submission : submissions.keySet()) {
      note(effective, submission, null, grade(submission, null, card(cards, submission)));
    }
    if (inputs.roster().isNone()) {
      Map<GradeSheet.Who, String> seen = new HashMap<>();
      Set<GradeSheet.Who> twice = new HashSet<>();
      for (String submission : submissions.keySet()) {
        for (GradeSheet.Who who : GradeSheet.told(submission, inputs.gradescope())) {
          lines.add(new GradeSheet.Line(who, grade(submission, card(cards, submission)).score()));
          String other = seen.putIfAbsent(who, submission);
          if (other != null) {
            twice.add(who);
            told.add(
                new Problem(
                    submission,
                    0,
                    ("%s and %s cannot be told apart in grades.csv: they are of one student, or of two"
                            + " of one name")
                        .formatted(other, submission),
                    "their cells in grades.csv are empty: fill one in, or name a roster with a column"
                        + " \"submission\""));
          }
        }
      }
      lines.replaceAll(l -> twice.contains(l.who()) ? new GradeSheet.Line(l.who(), null) : l);
    } else {
      for (Student student : inputs.roster().students()) {
        String submission = handedInBy.get(student);
        Grade grade =
            submission == null
                ? Grading.grade(rubric, null, null, adjustments("", student))
                : grade(submission, student, card(cards, submission));
        note(effective, submission == null ? "" : submission, student, grade);
        if (submission != null && onlyStudent(submission) == null) {
          apart(student, submission, grade, grade(submission, null, card(cards, submission)))
              .ifPresent(told::add);
        }
        lines.add(new GradeSheet.Line(GradeSheet.Who.of(student), grade.score()));
      }
    }
    inputs.adjustments().all().stream()
        .filter(a -> meant.containsKey(a.whom()) && !effective.contains(a))
        .forEach(a -> told.add(withoutEffect(a)));
    String column = rubric.lmsColumn() == null ? rubric.title() : rubric.lmsColumn();
    return GradeSheet.write(column, lines, told);
  }

  /** A member of a group whose grade is another than the one on the page that all members read. */
  private static Optional<Problem> apart(
      Student student, String submission, Grade own, Grade common) {
    return points(own).equals(points(common))
        ? Optional.empty()
        : Optional.of(
            new Problem(
                GradeSheet.FILE,
                0,
                "%s has %s, as the tables have rows for that student alone; the page of %s, which all members read, says %s"
                    .formatted(
                        student.called(), points(own), Troubles.quote(submission), points(common)),
                "tell the student why, as no page does"));
  }

  private static String points(Grade grade) {
    return grade.score() == null ? "no grade" : grade.score().toPlainString();
  }

  private static @Nullable Scorecard card(
      Function<String, Optional<Scorecard>> cards, String submission) {
    return cards.apply(submission).orElse(null);
  }

  /** Notes which rows have changed a grade. */
  private void note(
      Set<Adjustment> effective, String submission, @Nullable Student student, Grade grade) {
    List<Adjustment> own = adjustments(submission, student);
    for (int i = 0; i < own.size(); i++) {
      if (grade.adjustments().get(i).points() != null) {
        effective.add(own.get(i));
      }
    }
  }

  /** An instructor who has changed a grade by hand relies on it. */
  private Problem withoutEffect(Adjustment adjustment) {
    Whom whom = adjustment.whom();
    Meant whose = meant.get(whom);
    boolean handedIn =
        whose == null || whose.submission() != null || handedInBy.containsKey(whose.student());
    return new Problem(
        inputs.adjustments().file(),
        whom.line(),
        handedIn
            ? "%s has no score that this row could change".formatted(whom.called())
            : "%s has no submission, so this row has no score to change".formatted(whom.called()),
        handedIn
            ? "grade the submission, or set a score: \"set 80\" without a criterion"
            : "set a score, \"set 80\" without a criterion, or leave the row out");
  }

  /** What files say of a submission, or of one student's share in it, in the order of the files. */
  private List<Adjustment> adjustments(String submission, @Nullable Student student) {
    return inputs.adjustments().all().stream()
        .filter(a -> isAbout(a.whom(), submission, student))
        .toList();
  }

  private boolean isAbout(Whom whom, String submission, @Nullable Student student) {
    Meant whose = meant.get(whom);
    return whose != null
        && (whose.submission() == null || whose.submission().equals(submission))
        && (whose.student() == null || whose.student().equals(student));
  }

  private @Nullable Submitted submitted(String submission, @Nullable Student student) {
    Submitted known = known(submission, student);
    return known == null ? null : known.in(rubric.zone());
  }

  private @Nullable Submitted known(String submission, @Nullable Student student) {
    List<Time> rows = times.getOrDefault(submission, List.of());
    for (boolean own : new boolean[] {true, false}) {
      for (Time time : rows) {
        Meant whose = meant.get(time.whom());
        if (whose != null
            && own == (whose.student() != null)
            && isAbout(time.whom(), submission, student)) {
          return Submitted.of(time.at(), Source.CSV);
        }
      }
    }
    Set<Instant> others = timesOfMembers(submission);
    if (!others.isEmpty()) {
      return others.size() == 1 ? Submitted.of(others.iterator().next(), Source.CSV) : null;
    }
    GradescopeMetadata.Entry entry = inputs.gradescope().entries().get(submission);
    if (entry != null && entry.created() != null) {
      return Submitted.of(entry.created(), Source.GRADESCOPE);
    }
    return isDisbelieved(submission) ? null : byArchive(submission);
  }

  private @Nullable Submitted byArchive(String submission) {
    HandedIn handedIn = submissions.get(submission);
    return handedIn == null || handedIn.modified() == null
        ? null
        : Submitted.of(handedIn.modified(), Source.ARCHIVE);
  }

  /**
   * Whether a late submission's archive cannot be believed: Canvas gave it its name, and one that
   * Canvas did not call late bears a time that would be. Then a download or a copy has set the
   * times of all that came with it, and nobody loses points by them.
   */
  private boolean isDisbelieved(String submission) {
    return canvasIsContradicted && lateOfCanvas(submission) != null;
  }

  /** The archive's own time where it says late, and Canvas gave the archive its name. */
  private @Nullable Submitted lateOfCanvas(String submission) {
    Submitted archive = byArchive(submission);
    return archive != null && FileName.of(submission).isOfCanvas() && isLate(archive)
        ? archive
        : null;
  }

  /** The archive's own time where it says late and Canvas, which was there, does not. */
  private @Nullable Submitted deniedByName(String submission) {
    return FileName.of(submission).late() ? null : lateOfCanvas(submission);
  }

  private boolean isLate(Submitted submitted) {
    LatePolicy policy = rubric.late();
    return policy != null
        && (policy.days(submitted.moment()) > 0 || policy.isClosed(submitted.moment()));
  }

  /** The times that the table has for single students of a submission. */
  private Set<Instant> timesOfMembers(String submission) {
    List<Student> members = students(submission);
    return times.getOrDefault(submission, List.of()).stream()
        .filter(
            t -> {
              Meant whose = meant.get(t.whom());
              return whose != null && whose.student() != null && members.contains(whose.student());
            })
        .map(Time::at)
        .collect(Collectors.toSet());
  }

  private void checkTimes(String submission) {
    boolean ofItself =
        times.getOrDefault(submission, List.of()).stream()
            .map(t -> meant.get(t.whom()))
            .filter(Objects::nonNull)
            .anyMatch(w -> w.student() == null);
    if (!ofItself && timesOfMembers(submission).size() > 1) {
      problems.add(
          new Problem(
              inputs.times().file(),
              0,
              "the students of %s have different times, so it has none itself"
                  .formatted(Troubles.quote(submission)),
              "give the submission's time in a row of its own"));
    }
  }

  /** What to write for a submission that is none. */
  private String spelling(String written) {
    String part = written.toLowerCase(Locale.ROOT);
    List<String> like =
        submissions.keySet().stream()
            .filter(s -> s.toLowerCase(Locale.ROOT).contains(part))
            .limit(2)
            .toList();
    return like.size() == 1
        ? "write %s if that is meant".formatted(Troubles.quote(like.get(0)))
        : "see whether it is spelt as its file";
  }

  /** Finds whom a row is about, or tells why nobody. */
  private void find(String file, Whom whom) {
    String submission = null;
    if (!whom.submission().isEmpty()) {
      submission =
          submissions.containsKey(whom.submission())
              ? whom.submission()
              : submissions.keySet().stream()
                  .filter(s -> FileName.names(whom.submission(), s))
                  .findFirst()
                  .orElse(null);
      if (submission == null) {
        problems.add(
            new Problem(
                file,
                whom.line(),
                "there is no submission %s".formatted(Troubles.quote(whom.submission())),
                spelling(whom.submission()) + "; until then this row changes nothing"));
        return;
      }
    }
    Student student = null;
    if (!whom.student().isEmpty()) {
      List<Student> called = inputs.roster().called(whom.student());
      if (called.size() != 1) {
        problems.add(
            new Problem(
                file,
                whom.line(),
                inputs.roster().isNone()
                    ? "%s is a student, and there is no roster"
                        .formatted(Troubles.quote(whom.student()))
                    : "%s is %s on the roster"
                        .formatted(
                            Troubles.quote(whom.student()),
                            called.isEmpty() ? "nobody" : "the name of several students"),
                "name the student by id, login or email as the roster does; until then this row"
                    + " changes nothing"));
        return;
      }
      student = called.get(0);
      String own = handedInBy.get(student);
      if (submission != null && !submission.equals(own)) {
        problems.add(
            new Problem(
                file,
                whom.line(),
                "%s has not handed in %s%s"
                    .formatted(
                        Troubles.quote(whom.student()),
                        Troubles.quote(whom.submission()),
                        own == null ? ", but nothing" : " but " + Troubles.quote(own)),
                "leave the submission out, or name another student; until then this row changes"
                    + " nothing"));
        return;
      }
    }
    meant.put(whom, new Meant(submission, student));
  }
}
