package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Where we keep things that are not results, by the XDG base directory specification.
 *
 * @param state logs and the lock
 * @param cache what can be made again
 */
record Folders(Path state, Path cache) {
  static Folders of(Map<String, String> environment) {
    String named = environment.getOrDefault("HOME", "");
    // The launcher sets HOME where nobody has; an empty one is none.
    String home = named.startsWith("/") ? named : System.getProperty("user.home", "/");
    return new Folders(
        xdg(environment, "XDG_STATE_HOME", Path.of(home, ".local", "state")),
        xdg(environment, "XDG_CACHE_HOME", Path.of(home, ".cache")));
  }

  private static Path xdg(Map<String, String> environment, String name, Path otherwise) {
    String value = environment.getOrDefault(name, "");
    // The specification says to ignore a relative path.
    return (value.startsWith("/") ? Path.of(value) : otherwise).resolve("bootgrade");
  }

  void make() throws InfrastructureFailure {
    for (Path folder : List.of(state, cache)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new InfrastructureFailure(
            "The folder %s cannot be made (%s).".formatted(folder, FileTrouble.reason(e, folder)),
            "bootgrade keeps logs and caches there. Make the folder above it writable for this user, or"
                + " name others with XDG_STATE_HOME and XDG_CACHE_HOME; then run this again.",
            e);
      }
    }
  }

  Path log(String name) {
    return state.resolve(name + ".log");
  }

  /** The last lines of a log, for a message; a person can read the file for the rest. */
  static String tail(Path log, int lines) {
    try {
      List<String> all = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log at " + log + ")";
    }
  }
}
