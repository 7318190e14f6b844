package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bootgrade.evidence.BuildRecord.Remark;

/**
 * Flags for rustc, without those that make it run a program or load code of the submission's
 * choice, and without those that strip the program. What is left is what the submission asked for,
 * in the form it was written in.
 *
 * @param kept as cargo takes them: a list, or a text with blanks
 * @param dropped whether one was left out that the submission may miss
 */
record CompilerFlags(JsonNode kept, boolean dropped) {

  /** Linkers that the toolchain has. Any other word may be a script of the submission's. */
  private static final Set<String> LINKERS =
      Set.of("rust-lld", "ld.lld", "lld", "ld", "cc", "gcc", "clang");

  /** Flags whose value may be the next word. */
  private static final Set<String> TWO_WORDS =
      Set.of("-C", "--codegen", "-Z", "--extern", "--sysroot");

  private static final Pattern LINKER = Pattern.compile("(?:-C|--codegen=)?linker=(.*)");

  /** Code for compiler or linker to load, another standard library, and files of further flags. */
  private static final Pattern LOADED =
      Pattern.compile(
          "@.*|--(?:extern|sysroot)\\b.*"
              + "|(?:-Z)?(?:codegen[-_]backend|llvm[-_]plugins)=.*"
              + "|(?:-C|--codegen=)?linker[-_]plugin[-_]lto=.*"
              + "|(?:-C|-Z|--codegen=)?(?:llvm|(?:pre[-_])?link)[-_]args?=.*"
              + "(?:plugin|-load\\b|-wrapper|-specs|-fuse-ld=.*/|@).*");

  /**
   * Takes the symbols out of a program, which changes nothing that runs; and where a static begins
   * and ends can only be told by its symbol.
   */
  private static final Pattern STRIP =
      Pattern.compile(
          "(?:-C|--codegen=)?strip=.*"
              + "|(?:-C|-Z|--codegen=)?(?:pre[-_])?link[-_]args?=(?:-s|-S|--strip-(?:all|debug))");

  static CompilerFlags of(JsonNode flags) {
    boolean list = flags.isArray();
    List<String> words = new ArrayList<>();
    if (list) {
      flags.forEach(word -> words.add(word.asText()));
    } else {
      words.addAll(List.of(flags.asText("").strip().split("\\s+")));
    }
    List<String> kept = new ArrayList<>();
    boolean dropped = false;
    for (int i = 0; i < words.size(); i++) {
      boolean two = TWO_WORDS.contains(words.get(i)) && i + 1 < words.size();
      List<String> flag = words.subList(i, two ? i + 2 : i + 1);
      boolean foreign = flag.stream().anyMatch(CompilerFlags::isForeign);
      if (!foreign && flag.stream().noneMatch(word -> STRIP.matcher(word).matches())) {
        kept.addAll(flag);
      }
      dropped |= foreign;
      i += two ? 1 : 0;
    }
    if (kept.equals(words)) {
      return new CompilerFlags(flags, false);
    }
    if (!list) {
      return new CompilerFlags(TextNode.valueOf(String.join(" ", kept)), dropped);
    }
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    kept.forEach(array::add);
    return new CompilerFlags(array, dropped);
  }

  /**
   * What the profiles of a manifest say of compiler flags; cargo takes them from there as well, and
   * what is there is not changed.
   *
   * @param path the manifest's, for people
   * @param profiles its table of profiles, or nothing
   */
  static List<Remark> remarks(String path, JsonNode profiles) {
    boolean foreign =
        profiles.findValues("rustflags").stream().anyMatch(flags -> of(flags).dropped())
            || !profiles.findValues("codegen-backend").isEmpty();
    return foreign
        ? List.of(
            new Remark(
                "cargo-configuration",
                path
                    + " makes the compiler run or load a program of the submission's choice, by a"
                    + " profile"))
        : List.of();
  }

  private static boolean isForeign(String flag) {
    var linker = LINKER.matcher(flag);
    return (linker.matches() && isForeignLinker(linker.group(1))) || LOADED.matcher(flag).matches();
  }

  /** Whether an argument of the linker or of LLVM makes it load something. */
  static boolean isForeignArgument(String argument) {
    return isForeign("link-arg=" + argument);
  }

  /** Whether a linker is none that the toolchain has. */
  static boolean isForeignLinker(String linker) {
    return !LINKERS.contains(linker);
  }
}
