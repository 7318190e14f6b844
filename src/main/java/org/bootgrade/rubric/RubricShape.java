package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bootgrade.grading.CourseSettings;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The shape of a rubric: from the file's nodes to a {@link Rubric}, or to all its problems. */
final class RubricShape {

  private static final List<String> TOP =
      List.of(
          "assignment",
          "title",
          "points",
          "settings",
          "toolchain-image",
          "left-out",
          "zone",
          "late",
          "lms-column",
          "groups",
          "criteria");
  private static final List<String> SETTINGS =
      List.of("qemu-pass", "pass-texts", "smallest-ist-stack");
  private static final List<String> CRITERION =
      List.of(
          "id",
          "title",
          "points",
          "group",
          "extra-credit",
          "partial",
          "requires",
          "hidden-until",
          "hint");
  private static final List<String> GROUP = List.of("id", "title");
  private static final List<String> LATE = List.of("due", "grace", "per-day", "most", "closed");

  /** The exit port's value reaches QEMU's exit code doubled, so seven bits survive. */
  private static final long MOST_QEMU_PASS = 0x7f;

  private static final long MOST_STACK = 1L << 30;

  /** Each may require the next, and whoever follows that goes as deep. */
  private static final int MOST_CRITERIA = 500;

  private final String file;
  private final String digest;
  private final Problems problems;
  private final Values values;

  /** Of all local times; null where the rubric says none. */
  private @Nullable ZoneId zone;

  /** Whether there is a zone that is none; then no time is blamed for lacking one. */
  private boolean zoneIsWrong;

  /** The ids of the groups. */
  private final Set<String> groupIds = new LinkedHashSet<>();

  /** Whether a group was not understood, so that what is missing may be that one. */
  private boolean groupsAreIncomplete;

  /** The first line of each id, also of those whose criterion is otherwise wrong. */
  private final Map<String, Integer> lines = new HashMap<>();

  /** Where each prerequisite is written, by criterion and prerequisite. */
  private final Map<List<String>, Integer> requirementLines = new HashMap<>();

  RubricShape(String file, String digest, Problems problems) {
    this.file = file;
    this.digest = digest;
    this.problems = problems;
    this.values = new Values(problems);
  }

  Rubric read(Node root) throws RubricError {
    if (!(root instanceof MappingNode mapping)) {
      problems.add(root, "a rubric is a mapping", "begin with \"assignment: the-assignments-id\"");
      throw problems.error();
    }
    Fields fields = new Fields("the rubric", mapping, TOP, problems);
    String assignment =
        fields.required(
            "assignment",
            "add \"assignment: ID\", as the graders' @Assignment names it",
            n -> values.id("the assignment", n));
    String title =
        fields.required(
            "title",
            "add \"title: NAME\", the assignment's name for people",
            n -> values.line("the rubric's title", n));
    BigDecimal points =
        fields.required(
            "points",
            "add \"points: N\", what all criteria are worth together",
            n -> values.points("\"points\" of the rubric", n));
    CourseSettings settings = fields.optional("settings", this::settings);
    String image = fields.optional("toolchain-image", n -> values.image("toolchain-image", n));
    List<String> leftOut = fields.optional("left-out", this::leftOut);
    String lmsColumn = fields.optional("lms-column", n -> values.line("lms-column", n));
    // Both before what stands on them, wherever they stand in the file.
    zone = fields.optional("zone", values::zone);
    zoneIsWrong = zone == null && fields.has("zone");
    LatePolicy late = fields.optional("late", this::late);
    List<Rubric.Group> groups = fields.optional("groups", this::groups);
    List<Criterion> criteria =
        fields.required(
            "criteria", "add \"criteria:\" with one \"- id: …\" for each", this::criteria);
    if (criteria != null) {
      lines.put("criteria", fields.line("criteria"));
      lines.putIfAbsent(Rubric.ASSIGNMENT, fields.line(Rubric.ASSIGNMENT));
      checkSum(fields.line("points"), points, criteria);
      checkLeftOut(leftOut, criteria);
    }
    problems.throwIfAny();
    return new Rubric(
        Objects.requireNonNull(assignment),
        Objects.requireNonNull(title),
        settings == null ? CourseSettings.defaults() : settings,
        image,
        Objects.requireNonNull(criteria),
        leftOut == null ? List.of() : leftOut,
        groups == null ? List.of() : groups,
        zone,
        late,
        lmsColumn,
        digest,
        new Rubric.Origin(file, lines));
  }

  /** A local time in the rubric's zone. */
  private @Nullable Instant time(String what, Node node) {
    LocalDateTime local = values.localTime(what, node);
    if (local == null) {
      return null;
    }
    if (zone == null) {
      if (!zoneIsWrong) {
        problems.add(
            node,
            "%s is a local time, and the rubric has no zone".formatted(what),
            "add \"zone: Europe/Berlin\" or whichever is yours, beside \"title\"");
      }
      return null;
    }
    return LocalTimes.latest(local, zone);
  }

  private @Nullable LatePolicy late(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(
          node, "late is not a mapping", "write its keys below it: " + String.join(", ", LATE));
      return null;
    }
    Fields fields = new Fields("late", mapping, LATE, problems);
    Instant due =
        fields.required(
            "due",
            "add \"due: 2026-10-01T23:59\", the last moment that is on time",
            n -> time("due", n));
    Duration grace = fields.optional("grace", n -> values.duration("grace", n));
    LatePolicy.Amount perDay = fields.optional("per-day", n -> values.amount("per-day", n));
    LatePolicy.Amount most = fields.optional("most", n -> values.amount("most", n));
    Instant closed = fields.optional("closed", n -> time("closed", n));
    if (!fields.has("per-day") && !fields.has("closed")) {
      problems.add(
          node,
          "late has neither \"per-day\" nor \"closed\", so being late costs nothing",
          "add \"per-day: 10 %\", or remove late");
    }
    if (fields.has("most") && !fields.has("per-day")) {
      problems.add(
          fields.line("most"),
          "late has \"most\" and no \"per-day\" that it could limit",
          "add \"per-day: 10 %\", or remove most");
    }
    if (due == null || zone == null) {
      return null;
    }
    Duration granted = grace == null ? Duration.ZERO : grace;
    if (closed != null && closed.isBefore(due.plus(granted))) {
      problems.add(
          fields.line("closed"),
          "closed is before a submission is late at all",
          "write a time that is not before due and its grace");
      return null;
    }
    return new LatePolicy(
        due, granted, perDay == null ? LatePolicy.Amount.NONE : perDay, most, closed, zone);
  }

  private @Nullable List<Rubric.Group> groups(Node node) {
    List<Rubric.Group> groups = values.list("groups", node, this::group);
    groupsAreIncomplete =
        groups == null || (node instanceof SequenceNode s && s.getValue().size() != groups.size());
    return groups;
  }

  private Rubric.@Nullable Group group(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(
          node, "a group is not a mapping", "write \"- {id: …, title: …}\" for each group");
      return null;
    }
    Fields fields = new Fields("a group", mapping, GROUP, problems);
    String id =
        fields.required(
            "id", "add \"id: …\", as criteria name it", n -> values.id("the id of a group", n));
    String title =
        fields.required(
            "title",
            "add \"title: …\", its name for people",
            n -> values.line("the title of a group", n));
    if (id != null && !groupIds.add(id)) {
      problems.add(
          fields.line("id"),
          "there is a second group \"%s\"".formatted(id),
          "remove one of them or change its id");
      return null;
    }
    return id == null || title == null ? null : new Rubric.Group(id, title);
  }

  private @Nullable String groupOf(String name, Node node) {
    String id = values.id("the group of " + name, node);
    if (id != null && !groupIds.contains(id) && !groupsAreIncomplete) {
      problems.add(
          node,
          "the group of %s is \"%s\", which is no group here".formatted(name, id),
          Nearest.to(id, groupIds)
              .map("did you mean \"%s\"?"::formatted)
              .orElse("add \"groups:\" with \"- {id: %s, title: …}\"".formatted(id)));
    }
    return id;
  }

  private @Nullable CourseSettings settings(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(
          node,
          "settings is not a mapping",
          "write its keys below it: " + String.join(", ", SETTINGS));
      return null;
    }
    Fields fields = new Fields("settings", mapping, SETTINGS, problems);
    CourseSettings defaults = CourseSettings.defaults();
    List<Long> pass =
        fields.optional(
            "qemu-pass",
            n ->
                values.filled(
                    "qemu-pass",
                    n,
                    e -> values.whole("a value of qemu-pass", e, 0, MOST_QEMU_PASS)));
    List<String> texts =
        fields.optional(
            "pass-texts", n -> values.filled("pass-texts", n, e -> values.line("a pass text", e)));
    Long stack =
        fields.optional(
            "smallest-ist-stack", n -> values.whole("smallest-ist-stack", n, 1, MOST_STACK));
    return new CourseSettings(
        pass == null ? defaults.qemuPass() : pass.stream().map(Math::toIntExact).toList(),
        texts == null ? defaults.passTexts() : texts,
        stack == null ? defaults.smallestIstStack() : stack);
  }

  private @Nullable List<String> leftOut(Node node) {
    return values.list(
        "left-out",
        node,
        element -> {
          String id = values.id("a left-out id", element);
          if (id != null) {
            lines.putIfAbsent(id, Problems.line(element));
          }
          return id;
        });
  }

  /** The criteria that are right in themselves; null unless all are. */
  private @Nullable List<Criterion> criteria(Node node) {
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      problems.add(node, "criteria is not a list of criteria", "write \"- id: …\" for each");
      return null;
    }
    if (sequence.getValue().size() > MOST_CRITERIA) {
      problems.add(node, "there are more than %d criteria".formatted(MOST_CRITERIA), "remove some");
      return null;
    }
    // Ids come first: a criterion may require one that stands below it.
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<Criterion> criteria = new ArrayList<>();
    int number = 0;
    for (Node element : sequence.getValue()) {
      Criterion criterion = criterion(++number, element, ids);
      if (criterion != null) {
        criteria.add(criterion);
      }
    }
    lines.putAll(ids);
    if (criteria.size() < number) {
      return null;
    }
    checkRequirements(criteria);
    return criteria;
  }

  private @Nullable Criterion criterion(int number, Node node, Map<String, Integer> ids) {
    String where = "criterion %d".formatted(number);
    if (!(node instanceof MappingNode mapping)) {
      problems.add(node, where + " is not a mapping", "write \"- id: …\" and its other keys below");
      return null;
    }
    Fields fields = new Fields(where, mapping, CRITERION, problems);
    String id =
        fields.required(
            "id",
            "add \"id: …\", as the graders' @Criterion names it",
            n -> values.id("the id of " + where, n));
    String name = id == null ? where : "\"%s\"".formatted(id);
    String title =
        fields.required(
            "title",
            "add \"title: …\", what holds when it is passed",
            n -> values.line("the title of " + name, n));
    BigDecimal points =
        fields.required(
            "points", "add \"points: N\"", n -> values.points("\"points\" of " + name, n));
    List<String> requires =
        fields.optional(
            "requires", n -> values.list("requires of " + name, n, e -> require(id, e)));
    String hint = fields.optional("hint", n -> values.text("the hint of " + name, n));
    String group = fields.optional("group", n -> groupOf(name, n));
    Boolean extra =
        fields.optional("extra-credit", n -> values.truth("extra-credit of " + name, n));
    Criterion.Partial partial =
        fields.optional(
            "partial",
            n ->
                values.choice(
                    "partial of " + name,
                    n,
                    Map.of(
                        "proportion",
                        Criterion.Partial.PROPORTION,
                        "all-or-nothing",
                        Criterion.Partial.ALL_OR_NOTHING)));
    Instant hiddenUntil = fields.optional("hidden-until", n -> time("hidden-until of " + name, n));
    if (id != null) {
      Integer first = ids.putIfAbsent(id, fields.line("id"));
      if (first != null) {
        problems.add(
            fields.line("id"),
            "there is a second criterion \"%s\", the first is in line %d".formatted(id, first),
            "remove one of them or change its id");
        return null;
      }
    }
    // Without knowing whether it counts, no sum can be called wrong.
    boolean unclear = extra == null && fields.has("extra-credit");
    if (id == null || title == null || points == null || unclear) {
      return null;
    }
    return new Criterion(
        id,
        title,
        points,
        requires == null ? List.of() : requires,
        hint,
        group,
        Boolean.TRUE.equals(extra),
        partial == null ? Criterion.Partial.PROPORTION : partial,
        hiddenUntil);
  }

  private @Nullable String require(@Nullable String id, Node node) {
    String required = values.id("a required id", node);
    if (id != null && required != null) {
      requirementLines.putIfAbsent(List.of(id, required), Problems.line(node));
    }
    return required;
  }

  private void checkRequirements(List<Criterion> criteria) {
    Map<String, Criterion> byId = new LinkedHashMap<>();
    criteria.forEach(c -> byId.put(c.id(), c));
    for (Criterion criterion : criteria) {
      for (String required : criterion.requires()) {
        if (!byId.containsKey(required)) {
          problems.add(
              requirementLine(criterion.id(), required),
              "\"%s\" requires \"%s\", which is no criterion here"
                  .formatted(criterion.id(), required),
              Nearest.to(required, byId.keySet())
                  .map("did you mean \"%s\"?"::formatted)
                  .orElse("remove it from requires or add such a criterion"));
        } else if (tells(criterion, byId.get(required))) {
          problems.add(
              requirementLine(criterion.id(), required),
              "\"%s\" requires \"%s\", which is hidden for longer: that it is skipped would tell how"
                      .formatted(criterion.id(), required)
                  + " that one came out",
              "give \"%s\" the same hidden-until, or a later one".formatted(criterion.id()));
        }
      }
    }
    Set<String> done = new HashSet<>();
    for (String id : byId.keySet()) {
      findCycle(id, byId, new ArrayDeque<>(), done);
    }
  }

  /** Whether a criterion can be seen at a time when what it requires cannot. */
  private static boolean tells(Criterion criterion, @Nullable Criterion required) {
    return required != null
        && required.hiddenUntil() != null
        && (criterion.hiddenUntil() == null
            || criterion.hiddenUntil().isBefore(required.hiddenUntil()));
  }

  private void findCycle(
      String id, Map<String, Criterion> byId, Deque<String> path, Set<String> done) {
    Criterion criterion = byId.get(id);
    if (criterion == null || done.contains(id)) {
      return;
    }
    path.addLast(id);
    for (String required : criterion.requires()) {
      if (path.contains(required)) {
        List<String> cycle = new ArrayList<>(path);
        cycle = new ArrayList<>(cycle.subList(cycle.indexOf(required), cycle.size()));
        cycle.add(required);
        problems.add(
            requirementLine(id, required),
            "criteria require each other in a circle: %s".formatted(String.join(" → ", cycle)),
            "remove one of these from requires");
      } else {
        findCycle(required, byId, path, done);
      }
    }
    path.removeLast();
    done.add(id);
  }

  private int requirementLine(String id, String required) {
    return requirementLines.getOrDefault(List.of(id, required), lines.getOrDefault(id, 0));
  }

  private void checkSum(int line, @Nullable BigDecimal points, List<Criterion> criteria) {
    if (points == null) {
      return;
    }
    BigDecimal sum = Rubric.maxScore(criteria);
    if (sum.compareTo(points) != 0) {
      problems.add(
          line,
          "the criteria are worth %s points together%s, not %s"
              .formatted(
                  sum.toPlainString(),
                  criteria.stream().anyMatch(Criterion::extraCredit) ? " without extra credit" : "",
                  points.toPlainString()),
          "write points: %s here, or change the criteria's".formatted(sum.toPlainString()));
    } else if (sum.signum() == 0) {
      problems.add(line, "no criterion is worth a point", "give at least one criterion points");
    }
  }

  private void checkLeftOut(@Nullable List<String> leftOut, List<Criterion> criteria) {
    if (leftOut == null) {
      return;
    }
    for (Criterion criterion : criteria) {
      if (leftOut.contains(criterion.id())) {
        problems.add(
            lines.getOrDefault(criterion.id(), 0),
            "\"%s\" is a criterion and left out at once".formatted(criterion.id()),
            "remove the criterion, or take it out of left-out");
      }
    }
  }
}
