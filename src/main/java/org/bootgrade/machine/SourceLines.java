package org.bootgrade.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.machine.Errands.Errand;

/**
 * Source lines of a program's addresses, from its debug information, by llvm-symbolizer. What it
 * says is only as true as the debug information: it is for people, and decides nothing.
 */
final class SourceLines {

  private static final int MAX_ADDRESSES = 256;
  private static final int OUTPUT = 8 << 20;

  /** Each event of a boot carries its location, so one name of megabytes would become thousands. */
  private static final int LONGEST_NAME = 1000;

  private final String elf;
  private final String sources;

  SourceLines(String elf, String sources) {
    this.elf = elf;
    this.sources = sources;
  }

  /** What to run for {@link #of}. */
  Errand errand(Set<Long> addresses) {
    List<String> command =
        new ArrayList<>(List.of("llvm-symbolizer", "--output-style=JSON", "--obj=" + elf));
    addresses.stream().limit(MAX_ADDRESSES).forEach(a -> command.add("0x" + Long.toHexString(a)));
    return Errand.tool(OUTPUT, command);
  }

  /** The locations of those addresses that the debug information covers. */
  Map<Long, SourceLocation> of(Errands.Result result) throws InfrastructureFailure {
    if (result.exitCode() == Errands.Result.NO_PROGRAM) {
      throw new InfrastructureFailure(
          "llvm-symbolizer is not installed where kernels are booted",
          "Run ./bootgrade doctor to see what is missing.");
    }
    // Any other failure is the program's own odd debug information: then there are no lines.
    return result.exitCode() == 0 ? parse(result.text()) : Map.of();
  }

  private Map<Long, SourceLocation> parse(String json) {
    Map<Long, SourceLocation> found = new TreeMap<>();
    JsonNode answers;
    try {
      answers = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException cutOff) {
      return found;
    }
    for (JsonNode answer : answers) {
      JsonNode frames = answer.path("Symbol");
      // The innermost frame may be an inlined function of a library; the student knows the first
      // one that is in the submission.
      JsonNode best = frames.path(0);
      for (JsonNode frame : frames) {
        if (frame.path("FileName").asText().startsWith(sources + "/")) {
          best = frame;
          break;
        }
      }
      String file = best.path("FileName").asText("");
      String function = best.path("FunctionName").asText("");
      String address = answer.path("Address").asText("");
      if ((!file.isEmpty() || !function.isEmpty()) && address.matches("0x[0-9a-fA-F]{1,16}")) {
        found.put(
            Long.parseUnsignedLong(address.substring(2), 16),
            new SourceLocation(cut(function), cut(shorten(file)), best.path("Line").asInt(0)));
      }
    }
    return found;
  }

  private static String cut(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  /**
   * Files of the submission relative to it, of a crate from the crate's folder on, of core from
   * there on.
   */
  private String shorten(String file) {
    if (file.startsWith(sources + "/")) {
      return file.substring(sources.length() + 1);
    }
    for (String marker : List.of("/registry/src/", "/rust/library/", "/library/")) {
      int at = file.indexOf(marker);
      if (at >= 0) {
        String rest = file.substring(at + marker.length());
        int slash = rest.indexOf('/');
        return marker.equals("/registry/src/") && slash >= 0 ? rest.substring(slash + 1) : rest;
      }
    }
    return file;
  }
}
