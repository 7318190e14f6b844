package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/**
 * What cargo says with {@code --message-format=json}. A build script can write there as well, so
 * that nothing is believed but a path where cargo puts programs.
 */
final class CargoMessages {

  private CargoMessages() {}

  /**
   * The file of a program, from the last message that names one.
   *
   * @param messages cargo's standard output
   * @param folder where cargo puts the programs of the target, without a slash at its end
   * @param targetName of the binary or test
   */
  static Optional<String> executable(String messages, String folder, String targetName) {
    ObjectMapper mapper = new ObjectMapper();
    Optional<String> found = Optional.empty();
    for (String line : messages.lines().toList()) {
      if (!line.startsWith("{")) {
        continue;
      }
      JsonNode message;
      try {
        message = mapper.readTree(line);
      } catch (JsonProcessingException notCargos) {
        // A build script's own output may stand between cargo's messages.
        continue;
      }
      String path = message.path("executable").asText("");
      if (message.path("target").path("name").asText().equals(targetName)
          && isInside(path, folder)) {
        found = Optional.of(path);
      }
    }
    return found;
  }

  private static boolean isInside(String path, String folder) {
    return path.startsWith(folder + "/")
        && List.of(path.substring(folder.length() + 1).split("/", -1)).stream()
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }
}
