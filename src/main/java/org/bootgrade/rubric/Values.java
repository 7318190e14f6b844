package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads single values as they are written, not as YAML 1.1 would take them. Each method returns
 * null after it has reported a problem.
 */
final class Values {

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?");
  private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,9}|0x[0-9a-fA-F]{1,8}");

  /** An image by name, tag or digest. The first letter keeps it from looking like an option. */
  private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}");

  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,3}|0) ?(min|h|d)");
  private static final Pattern PERCENT = Pattern.compile("(100|[1-9]?[0-9])(\\.[0-9]{1,2})? ?%");

  private static final int LONGEST_ID = 64;
  private static final int LONGEST_LINE = 200;
  private static final int LONGEST_TEXT = 4000;
  private static final int LONGEST_LIST = 500;

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  /** One line of text for people. */
  @Nullable String line(String what, Node node) {
    String text = text(what, node);
    if (text == null) {
      return null;
    }
    if (text.length() > LONGEST_LINE || text.contains("\n")) {
      problems.add(
          node,
          "%s is longer than one line of %d characters".formatted(what, LONGEST_LINE),
          "shorten it; the hint has room for more");
      return null;
    }
    return text;
  }

  /** Text for people, of any number of lines. */
  @Nullable String text(String what, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(node, what + " is not a text", "write it in \"quotes\"");
      return null;
    }
    String text = scalar.getValue().strip();
    if (text.isEmpty()) {
      problems.add(node, what + " is empty", "write one, or remove the key if it may be missing");
      return null;
    }
    // Unquoted no, 1.10 or 2026-01-01 is a truth value, a number or a date to every YAML reader.
    if (!scalar.getTag().equals(Tag.STR)) {
      problems.add(
          node,
          "%s is %s, which YAML does not read as a text".formatted(what, Problems.quote(text)),
          "put it in quotes");
      return null;
    }
    if (text.length() > LONGEST_TEXT) {
      problems.add(
          node,
          "%s is longer than %d characters".formatted(what, LONGEST_TEXT),
          "shorten it, or name a page that says the rest");
      return null;
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      problems.add(node, what + " holds a control character or a tab", "remove it");
      return null;
    }
    return text;
  }

  /** A name for machines. */
  @Nullable String id(String what, Node node) {
    String text = line(what, node);
    if (text == null) {
      return null;
    }
    if (text.length() > LONGEST_ID || !ID.matcher(text).matches()) {
      problems.add(
          node,
          "%s %s is not in kebab-case".formatted(what, Problems.quote(text)),
          "write lower-case letters and digits joined by hyphens, such as handler-diverges, at most"
              + " %d".formatted(LONGEST_ID));
      return null;
    }
    return text;
  }

  /** An image reference. */
  @Nullable String image(String what, Node node) {
    String text = line(what, node);
    if (text == null) {
      return null;
    }
    if (!IMAGE.matcher(text).matches()) {
      problems.add(
          node,
          "%s %s is no image".formatted(what, Problems.quote(text)),
          "write name:tag, name@sha256:… or sha256:…");
      return null;
    }
    return text;
  }

  /** An amount of points. */
  @Nullable BigDecimal points(String what, Node node) {
    String text = number(what, node, "such as 10 or 2.5");
    if (text == null) {
      return null;
    }
    if (!DECIMAL.matcher(text).matches()) {
      problems.add(
          node,
          "%s is %s, which is no plain amount of points".formatted(what, Problems.quote(text)),
          "write a decimal number from 0 to 999999, such as 10 or 2.5, with no sign, exponent or"
              + " leading zero and at most 4 decimals");
      return null;
    }
    return Points.plain(new BigDecimal(text));
  }

  /** A part of the most that can be had: points, or hundredths with a percent sign. */
  LatePolicy.@Nullable Amount amount(String what, Node node) {
    String text = word(what, node);
    if (text == null) {
      return null;
    }
    if (DECIMAL.matcher(text).matches()) {
      return new LatePolicy.Amount(new BigDecimal(text), false);
    }
    if (PERCENT.matcher(text).matches()) {
      BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1).strip());
      if (percent.compareTo(HUNDRED) <= 0) {
        return new LatePolicy.Amount(percent, true);
      }
    }
    problems.add(
        node,
        "%s is %s, which is neither points nor a percentage".formatted(what, Problems.quote(text)),
        "write points such as 2.5, or a part of the whole such as 10 %");
    return null;
  }

  /** A time span of one unit. */
  @Nullable Duration duration(String what, Node node) {
    String text = word(what, node);
    if (text == null) {
      return null;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      problems.add(
          node,
          "%s is %s, which is no time span".formatted(what, Problems.quote(text)),
          "write minutes, hours or days: 15 min, 2 h or 1 d");
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "min" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** A date and a time of day. */
  @Nullable LocalDateTime localTime(String what, Node node) {
    String text = word(what, node);
    if (text == null) {
      return null;
    }
    LocalDateTime time = LocalTimes.read(text).orElse(null);
    if (time == null) {
      problems.add(
          node,
          "%s is %s, which is no date and time".formatted(what, Problems.quote(text)),
          "write 2026-10-01T23:59, a time of the rubric's zone");
    }
    return time;
  }

  /** A zone by its name in the IANA's list. */
  @Nullable ZoneId zone(Node node) {
    String text = word("zone", node);
    if (text == null) {
      return null;
    }
    // Offsets and abbreviations are no zones: they do not know when clocks are put forward.
    if (text.equals("UTC") || (text.contains("/") && ZoneId.getAvailableZoneIds().contains(text))) {
      return ZoneId.of(text);
    }
    problems.add(
        node,
        "zone is %s, which is no time zone".formatted(Problems.quote(text)),
        Nearest.to(text, ZoneId.getAvailableZoneIds())
            .map("did you mean \"%s\"?"::formatted)
            .orElse("write a name of the IANA's list, such as Europe/Berlin, or UTC"));
    return null;
  }

  /** Yes or no. */
  @Nullable Boolean truth(String what, Node node) {
    return choice(what, node, Map.of("true", true, "false", false));
  }

  /** One of some words. */
  <T> @Nullable T choice(String what, Node node, Map<String, T> choices) {
    String text = word(what, node);
    if (text == null) {
      return null;
    }
    T chosen = choices.get(text);
    if (chosen == null) {
      problems.add(
          node,
          "%s is %s".formatted(what, Problems.quote(text)),
          "write %s".formatted(String.join(" or ", new TreeSet<>(choices.keySet()))));
    }
    return chosen;
  }

  /** A short text as it is written, whatever YAML would take it for. */
  private @Nullable String word(String what, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(node, what + " is not a single value", "write one value behind the key");
      return null;
    }
    String text = scalar.getValue().strip();
    if (text.isEmpty()) {
      problems.add(node, what + " is empty", "write a value, or remove the key");
      return null;
    }
    return text;
  }

  /** A whole number, decimal or 0x and hexadecimal. */
  @Nullable Long whole(String what, Node node, long least, long most) {
    String mend =
        "write a whole number from %d to %d, decimal or hexadecimal such as 0x10"
            .formatted(least, most);
    String text = number(what, node, "such as 16 or 0x10");
    if (text == null) {
      return null;
    }
    if (!WHOLE.matcher(text).matches()) {
      problems.add(
          node, "%s is %s, which is no whole number".formatted(what, Problems.quote(text)), mend);
      return null;
    }
    long value =
        text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
    if (value < least || value > most) {
      problems.add(node, "%s is %s, out of range".formatted(what, text), mend);
      return null;
    }
    return value;
  }

  /** The text of a number as it is written. */
  private @Nullable String number(String what, Node node, String example) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(node, what + " is not a number", "write one number " + example);
      return null;
    }
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      problems.add(
          node, what + " is a text, not a number", "remove the quotes; write a number " + example);
      return null;
    }
    if (scalar.getValue().isEmpty()) {
      problems.add(node, what + " is empty", "write a number " + example);
      return null;
    }
    return scalar.getValue();
  }

  /** A list whose right and distinct elements are returned; null if it is no list. */
  <T> @Nullable List<T> list(String what, Node node, Function<Node, @Nullable T> reader) {
    if (!(node instanceof SequenceNode sequence)) {
      problems.add(node, what + " is not a list", "write [a, b], or one \"- a\" a line below it");
      return null;
    }
    if (sequence.getValue().size() > LONGEST_LIST) {
      problems.add(
          node, "%s has more than %d entries".formatted(what, LONGEST_LIST), "remove some");
      return null;
    }
    List<T> values = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      T value = reader.apply(element);
      if (value == null) {
        continue;
      }
      if (values.contains(value)) {
        problems.add(
            element,
            "%s lists %s twice".formatted(what, Problems.quote(value.toString())),
            "remove one of them");
      } else {
        values.add(value);
      }
    }
    return values;
  }

  /** A list that must have an entry. */
  <T> @Nullable List<T> filled(String what, Node node, Function<Node, @Nullable T> reader) {
    List<T> values = list(what, node, reader);
    if (values != null && node instanceof SequenceNode s && s.getValue().isEmpty()) {
      problems.add(node, what + " is an empty list", "write at least one entry");
      return null;
    }
    return values;
  }
}
