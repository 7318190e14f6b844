package org.bootgrade.gradebook;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.gradebook.GradescopeMetadata.Submitter;

/**
 * Who handed in what. Of the ways to find out, the surest that fits somebody is taken: the roster's
 * own word, numbers, logins and addresses, names. Where it fits several, nobody is taken and it is
 * told. A number that is known of a student and differs from the one in a file's name rules the
 * student out, whatever the name.
 */
final class Matching {

  private static final String SETTLE =
      "add a column \"submission\" to the roster and name the submission in the student's row";

  private final Roster roster;
  private final GradescopeMetadata gradescope;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Set<Student>> students = new LinkedHashMap<>();

  /** Names as they are compared, by the student's line: a class is compared with itself. */
  private final Map<Integer, String> keys = new HashMap<>();

  /** Those who seem to have handed in several things. */
  private final Set<Student> undecided = new HashSet<>();

  /** Those of whom the roster does not say what they handed in. */
  private final List<Student> open;

  private Matching(Roster roster, GradescopeMetadata gradescope) {
    this.roster = roster;
    this.gradescope = gradescope;
    this.open = where(roster.students(), s -> s.submission().isEmpty());
    open.forEach(s -> keys.put(s.line(), Names.key(s.name())));
  }

  /**
   * What was found out.
   *
   * @param students of each submission, in the order of the roster; a student has one at most
   * @param problems what the instructor should know
   */
  record Matched(Map<String, List<Student>> students, List<Problem> problems) {}

  static Matched match(
      Roster roster, GradescopeMetadata gradescope, Collection<String> submissions) {
    if (roster.isNone()) {
      return new Matched(
          submissions.stream().collect(Collectors.toMap(s -> s, s -> List.of())), List.of());
    }
    return new Matching(roster, gradescope).match(new TreeSet<>(submissions));
  }

  private Matched match(Collection<String> submissions) {
    submissions.forEach(s -> students.put(s, new LinkedHashSet<>()));
    Set<String> settled = new LinkedHashSet<>();
    for (Student student : roster.students()) {
      if (student.submission().isEmpty()) {
        continue;
      }
      List<String> named =
          submissions.stream().filter(s -> FileName.names(student.submission(), s)).toList();
      // An exact name goes before one with an extension: both may be there.
      named = named.contains(student.submission()) ? List.of(student.submission()) : named;
      if (named.size() == 1) {
        of(named.get(0)).add(student);
        settled.add(named.get(0));
      } else {
        problem(
            student,
            "%s handed in %s, says the roster, and there is no such submission"
                .formatted(quote(student), Troubles.quote(student.submission())),
            "see whether it is spelt as its file, or leave the cell empty");
      }
    }
    for (String submission : submissions) {
      if (!settled.contains(submission)) {
        find(submission);
      }
    }
    dropDoubles();
    shareInGroups();
    Set<String> told =
        problems.stream().filter(p -> p.line() == 0).map(Problem::file).collect(Collectors.toSet());
    for (Map.Entry<String, Set<Student>> entry : students.entrySet()) {
      if (entry.getValue().isEmpty() && !told.contains(entry.getKey())) {
        problem(entry.getKey(), "no student of the roster fits this submission", SETTLE);
      }
    }
    Map<Student, List<String>> found = submissions();
    // Of those who seem to have handed in several things it has been told.
    List<Student> without =
        where(roster.students(), s -> !found.containsKey(s) && !undecided.contains(s));
    if (!without.isEmpty()) {
      problems.add(
          new Problem(
              roster.file(),
              0,
              without.size() == 1
                  ? "1 student has no submission: " + without.get(0).called()
                  : "%d students have no submission: %s".formatted(without.size(), listed(without)),
              "their cells in grades.csv are empty, which is no 0"));
    }
    return new Matched(
        students.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e ->
                        e.getValue().stream()
                            .sorted(Comparator.comparingInt(Student::line))
                            .toList())),
        problems);
  }

  /** Finds who handed in what nobody has claimed. */
  private void find(String submission) {
    FileName name = FileName.of(submission);
    GradescopeMetadata.Entry entry = gradescope.entries().get(submission);
    if (name.form() == FileName.Form.GRADESCOPE && entry != null) {
      for (Submitter submitter : entry.submitters()) {
        take(submission, submitter.name(), submittedBy(submitter));
      }
      return;
    }
    switch (name.form()) {
      case CANVAS -> take(submission, name.name(), ofCanvas(name));
      case MOODLE -> take(submission, name.name(), ofMoodle(name));
      case GRADESCOPE, CANVAS_ANONYMOUS -> {
        // It tells nobody.
      }
      case PLAIN -> take(submission, submission, plain(submission));
    }
  }

  private void take(String submission, String who, List<Student> candidates) {
    if (candidates.size() == 1) {
      of(submission).add(candidates.get(0));
    } else if (candidates.size() > 1) {
      problem(
          submission, "%s may be %s".formatted(Troubles.quote(who), listed(candidates)), SETTLE);
    } else {
      problem(
          submission, "no student of the roster fits %s".formatted(Troubles.quote(who)), SETTLE);
    }
  }

  private List<Student> ofCanvas(FileName name) {
    List<Student> known = where(open, s -> s.canvasId().equals(name.number()));
    if (!known.isEmpty()) {
      return known;
    }
    String run = Names.run(name.name());
    List<Student> named = where(open, s -> s.canvasId().isEmpty() && Names.isRun(run, s));
    // Our own roster may hold Canvas's numbers as ids; they only tell namesakes apart.
    List<Student> numbered = where(named, s -> s.id().equals(name.number()));
    return numbered.isEmpty() ? named : numbered;
  }

  private List<Student> ofMoodle(FileName name) {
    List<Student> known = where(open, s -> s.participant().equals(name.number()));
    if (!known.isEmpty()) {
      return known;
    }
    List<Student> unknown = where(open, s -> s.participant().isEmpty());
    List<Student> named = named(unknown, name.name());
    return named.isEmpty() ? where(unknown, s -> isInGroup(name.name(), s)) : named;
  }

  /** Whether a name is that of a group of a student, a hyphen and the student's. */
  private static boolean isInGroup(String name, Student student) {
    return student.groups().stream()
        .anyMatch(
            g -> {
              // Moodle writes a blank for each underscore of the group's name.
              String prefix = g.replace('_', ' ') + "-";
              return name.startsWith(prefix)
                  && !student.name().isEmpty()
                  && Names.key(name.substring(prefix.length())).equals(Names.key(student.name()));
            });
  }

  private List<Student> submittedBy(Submitter submitter) {
    if (!submitter.sid().isEmpty()) {
      List<Student> known = where(open, s -> s.id().equals(submitter.sid()));
      if (!known.isEmpty()) {
        return known;
      }
    }
    List<Student> others = where(open, s -> submitter.sid().isEmpty() || s.id().isEmpty());
    if (!submitter.email().isEmpty()) {
      List<Student> known =
          where(
              others,
              s ->
                  s.email().equalsIgnoreCase(submitter.email())
                      || s.login().equalsIgnoreCase(submitter.email()));
      if (!known.isEmpty()) {
        return known;
      }
    }
    return where(
        named(others, submitter.name()), s -> submitter.email().isEmpty() || s.email().isEmpty());
  }

  private List<Student> plain(String submission) {
    List<Student> known =
        where(open, s -> s.id().equals(submission) || s.canvasId().equals(submission));
    if (!known.isEmpty()) {
      return known;
    }
    known =
        where(
            open,
            s -> s.login().equalsIgnoreCase(submission) || s.email().equalsIgnoreCase(submission));
    if (!known.isEmpty()) {
      return known;
    }
    // Equally sure: "jane-doe" may be Jane Doe, or the assignment "jane" of somebody called "doe".
    Set<Student> like = new LinkedHashSet<>(named(open, submission));
    String lower = submission.toLowerCase(Locale.ROOT);
    like.addAll(
        where(
            open,
            s -> !s.login().isEmpty() && lower.endsWith("-" + s.login().toLowerCase(Locale.ROOT))));
    return List.copyOf(like);
  }

  private List<Student> named(List<Student> among, String name) {
    String key = Names.key(name);
    return key.isEmpty() ? List.of() : where(among, s -> key.equals(keys.get(s.line())));
  }

  /** Takes away what several submissions of one student would make a choice. */
  private void dropDoubles() {
    Map<Student, List<String>> submissions = submissions();
    for (Student student : roster.students()) {
      List<String> several = submissions.getOrDefault(student, List.of());
      if (several.size() > 1) {
        undecided.add(student);
        several.forEach(s -> of(s).remove(student));
        for (String submission : several) {
          problem(
              submission,
              "%s seems to have handed in %s, and which of them counts is not known"
                  .formatted(quote(student), String.join(" and ", several)),
              SETTLE);
        }
      }
    }
  }

  /** Gives those of a team who handed in nothing what another one of it did. */
  private void shareInGroups() {
    Map<Student, List<String>> submissions = submissions();
    Map<String, List<Student>> teams =
        roster.students().stream()
            .filter(s -> !s.group().isEmpty())
            .collect(
                Collectors.groupingBy(Student::group, LinkedHashMap::new, Collectors.toList()));
    Map<String, Set<Student>> shares = new LinkedHashMap<>();
    for (Map.Entry<String, List<Student>> team : teams.entrySet()) {
      List<String> theirs =
          team.getValue().stream()
              .flatMap(m -> submissions.getOrDefault(m, List.of()).stream())
              .distinct()
              .sorted()
              .toList();
      List<Student> without =
          where(
              team.getValue(),
              // Those who seem to have handed in several things do not fall back to their team's.
              m ->
                  m.submission().isEmpty()
                      && !submissions.containsKey(m)
                      && !undecided.contains(m));
      if (theirs.size() == 1) {
        shares.computeIfAbsent(theirs.get(0), s -> new LinkedHashSet<>()).addAll(without);
      } else if (theirs.size() > 1 && !without.isEmpty()) {
        problem(
            without.get(0),
            "the group %s has several submissions, %s, and which of them is that of %s is not known"
                .formatted(
                    Troubles.quote(team.getKey()), String.join(" and ", theirs), listed(without)),
            SETTLE);
      }
    }
    shares.forEach((submission, members) -> of(submission).addAll(members));
  }

  /** What each student handed in, of those who handed in something. */
  private Map<Student, List<String>> submissions() {
    Map<Student, List<String>> submissions = new HashMap<>();
    students.forEach(
        (submission, of) ->
            of.forEach(
                s -> submissions.computeIfAbsent(s, k -> new ArrayList<>()).add(submission)));
    return submissions;
  }

  private Set<Student> of(String submission) {
    return students.computeIfAbsent(submission, s -> new LinkedHashSet<>());
  }

  private void problem(String submission, String what, String mend) {
    problems.add(new Problem(submission, 0, what, mend));
  }

  private void problem(Student student, String what, String mend) {
    problems.add(new Problem(roster.file(), student.line(), what, mend));
  }

  private static String quote(Student student) {
    return Troubles.quote(student.called());
  }

  private static String listed(List<Student> students) {
    int most = 10;
    String some =
        students.stream()
            .limit(most)
            .map(s -> "%s (line %d)".formatted(quote(s), s.line()))
            .collect(Collectors.joining(", "));
    return students.size() > most ? some + " and %d more".formatted(students.size() - most) : some;
  }

  private static List<Student> where(List<Student> students, Predicate<Student> holds) {
    return students.stream().filter(holds).toList();
  }
}
