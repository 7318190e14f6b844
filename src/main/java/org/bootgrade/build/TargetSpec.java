package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.BuildRecord.Remark;

/**
 * A rustc target specification, brought into the form that the toolchain reads.
 *
 * @param json the specification for the build
 * @param mends what had to be changed
 * @param remarks what of it was not obeyed
 */
record TargetSpec(String json, List<Mend> mends, List<Remark> remarks) {

  private static final String ID = "target-spec";
  private static final String DEFAULT_LINKER = "rust-lld";

  /** LLVM's layout for x86-64 since LLVM 20; rustc refuses a specification with another one. */
  private static final String DATA_LAYOUT =
      "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128";

  private static final List<String> WIDTHS =
      List.of("target-pointer-width", "target-c-int-width", "max-atomic-width", "min-atomic-width");

  /**
   * Mends a specification.
   *
   * @param path its path in the submission, for messages
   * @param text its content
   * @param kernelUsesSse whether the kernel asks its boot loader to switch SSE on
   */
  static TargetSpec mend(String path, String text, boolean kernelUsesSse) throws BuildRefused {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode parsed;
    try {
      parsed = mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw BuildRefused.unreadable(path, "JSON", e, "Mend the target specification.");
    }
    if (!(parsed instanceof ObjectNode spec)) {
      throw new BuildRefused(path + " is not a target specification: it holds no JSON object.");
    }
    List<String> changes = new ArrayList<>();
    for (String width : WIDTHS) {
      JsonNode value = spec.path(width);
      if (value.isTextual() && value.asText().matches("[0-9]{1,3}")) {
        spec.set(width, IntNode.valueOf(Integer.parseInt(value.asText())));
        changes.add(width + " is a number now");
      }
    }
    spec.properties().stream().map(e -> e.getKey()).toList().stream()
        .filter(key -> spec.path(key).asText().matches("true|false") && spec.path(key).isTextual())
        .forEach(
            key -> {
              spec.put(key, Boolean.parseBoolean(spec.path(key).asText()));
              changes.add(key + " is a boolean now");
            });
    if (spec.path("arch").asText().equals("x86_64")) {
      if (!spec.path("data-layout").asText().equals(DATA_LAYOUT)) {
        spec.put("data-layout", DATA_LAYOUT);
        changes.add("data-layout is the current compiler's");
      }
      if (!kernelUsesSse) {
        softFloat(spec, changes);
      }
    }
    List<Remark> remarks = ownPrograms(path, spec);
    List<Mend> mends =
        changes.isEmpty()
            ? List.of()
            : List.of(
                new Mend(
                    ID,
                    "%s is in the form of an older compiler; in the build's copy %s"
                        .formatted(path, String.join(", ", changes))));
    return new TargetSpec(spec.toPrettyString() + "\n", mends, remarks);
  }

  /** A linker is a program that the build runs, and compiler and linker may load others. */
  private static List<Remark> ownPrograms(String path, ObjectNode spec) {
    List<String> dropped = new ArrayList<>();
    JsonNode linker = spec.path("linker");
    if (!linker.isMissingNode() && CompilerFlags.isForeignLinker(linker.asText(""))) {
      spec.put("linker", DEFAULT_LINKER);
      dropped.add("linker");
    }
    // Variables of the linker's process, such as LD_PRELOAD.
    if (!spec.path("link-env").isEmpty()) {
      spec.remove("link-env");
      dropped.add("link-env");
    }
    for (String arguments : spec.properties().stream().map(e -> e.getKey()).toList()) {
      if (arguments.endsWith("-args") && holdsForeign(spec.path(arguments))) {
        spec.remove(arguments);
        dropped.add(arguments);
      }
    }
    return dropped.isEmpty()
        ? List.of()
        : List.of(
            new Remark(
                "cargo-configuration",
                "the build did not obey these settings of %s, which name programs to run or to load: %s"
                    .formatted(path, String.join(", ", dropped))));
  }

  /** The arguments of linkers stand in lists by the linker's flavour. */
  private static boolean holdsForeign(JsonNode arguments) {
    if (arguments.isContainerNode()) {
      for (JsonNode part : arguments) {
        if (holdsForeign(part)) {
          return true;
        }
      }
      return false;
    }
    return CompilerFlags.isForeignArgument(arguments.asText(""));
  }

  /**
   * A kernel that does not save SSE registers must not use them: the compiler would spill them in
   * the prologue of an interrupt handler and fault on the interrupt stack.
   */
  private static void softFloat(ObjectNode spec, List<String> changes) {
    Set<String> features =
        new LinkedHashSet<>(
            Arrays.stream(spec.path("features").asText("").split(","))
                .map(String::strip)
                .filter(f -> !f.isEmpty())
                .toList());
    Set<String> wanted = new LinkedHashSet<>(features);
    wanted.removeAll(Set.of("+mmx", "+sse", "+sse2"));
    wanted.addAll(List.of("-mmx", "-sse", "+soft-float"));
    if (!wanted.equals(features)) {
      spec.put("features", String.join(",", wanted));
      changes.add("features are " + String.join(",", wanted));
    }
    String abi = spec.path("rustc-abi").asText("");
    if (!abi.equals("softfloat")) {
      spec.put("rustc-abi", "softfloat");
      changes.add("rustc-abi is softfloat");
    }
  }
}
