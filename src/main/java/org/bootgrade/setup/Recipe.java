package org.bootgrade.setup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile, taken apart into its stages. The engine's classic builder builds every stage it
 * meets on the way to the one asked for; given only the stages that one stands on, it does no more
 * than needed, and an edit elsewhere in the file does not make an image look stale.
 */
final class Recipe {
  private static final Pattern FROM =
      Pattern.compile(
          "^FROM\\s+(?:--\\S+\\s+)*(\\S+)(?:\\s+AS\\s+(\\S+))?\\s*$", Pattern.CASE_INSENSITIVE);
  private static final Pattern COPY_FROM =
      Pattern.compile("^(?:COPY|ADD)\\s.*--from=(\\S+)", Pattern.CASE_INSENSITIVE);

  private final List<String> preamble = new ArrayList<>();
  private final Map<String, List<String>> stages = new LinkedHashMap<>();
  private final Map<String, Set<String>> needs = new LinkedHashMap<>();

  /** Reads a Dockerfile. Comments and empty lines shape no image and are dropped. */
  static Recipe parse(String dockerfile) {
    Recipe recipe = new Recipe();
    List<String> into = recipe.preamble;
    Set<String> needed = new HashSet<>();
    for (String line : dockerfile.lines().toList()) {
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      Matcher from = FROM.matcher(line);
      Matcher copy = COPY_FROM.matcher(line);
      if (from.matches()) {
        String alias = from.group(2);
        String name = alias == null ? "#" + recipe.stages.size() : alias.toLowerCase(Locale.ROOT);
        into = new ArrayList<>();
        needed = new HashSet<>(Set.of(from.group(1).toLowerCase(Locale.ROOT)));
        recipe.stages.put(name, into);
        recipe.needs.put(name, needed);
      } else if (copy.find()) {
        needed.add(copy.group(1).toLowerCase(Locale.ROOT));
      }
      into.add(line.stripTrailing());
    }
    return recipe;
  }

  /**
   * The Dockerfile of one stage: it, and what it stands on, in their order.
   *
   * @throws IllegalArgumentException there is no such stage
   */
  String only(String target) {
    if (!stages.containsKey(target)) {
      throw new IllegalArgumentException("the Dockerfile has no stage " + target);
    }
    Set<String> wanted = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(target));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (wanted.add(name)) {
        needs.getOrDefault(name, Set.of()).stream().filter(stages::containsKey).forEach(open::push);
      }
    }
    StringBuilder text = new StringBuilder();
    preamble.forEach(line -> text.append(line).append('\n'));
    stages.forEach(
        (name, lines) -> {
          if (wanted.contains(name)) {
            lines.forEach(line -> text.append(line).append('\n'));
          }
        });
    return text.toString();
  }

  /** {@link #only} as a file of a build context. */
  byte[] file(String target) {
    return only(target).getBytes(StandardCharsets.UTF_8);
  }
}
