package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What cargo says with {@code --message-format=json}. A build script can write there as well, so
 * that nothing is believed but a path where cargo puts programs.
 */
final class CargoMessages {

  private static final Set<String> PROGRAMS = Set.of("bin", "test");

  private final List<JsonNode> messages;

  private CargoMessages(List<JsonNode> messages) {
    this.messages = messages;
  }

  /** Reads cargo's standard output. */
  static CargoMessages parse(String output) {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> messages = new ArrayList<>();
    for (String line : output.lines().toList()) {
      // A build script's own output may stand between cargo's messages.
      if (line.startsWith("{")) {
        read(mapper, line).ifPresent(messages::add);
      }
    }
    return new CargoMessages(messages);
  }

  private static Optional<JsonNode> read(ObjectMapper mapper, String line) {
    try {
      return Optional.of(mapper.readTree(line));
    } catch (JsonProcessingException notCargos) {
      return Optional.empty();
    }
  }

  /**
   * The file of a program, from the last message that names one.
   *
   * @param folder where cargo puts the programs of the target, without a slash at its end
   */
  Optional<String> executable(String folder, CargoMetadata.Target target) {
    return messages.stream()
        .filter(message -> isOf(message, target))
        .map(message -> message.path("executable").asText(""))
        .filter(path -> isInside(path, folder))
        .reduce((earlier, later) -> later);
  }

  /** What the compiler has to say of a program and of the libraries of the submission. */
  String diagnostics(CargoMetadata.Target target) {
    return messages.stream()
        .filter(message -> !PROGRAMS.contains(kind(message)) || isOf(message, target))
        .map(message -> message.path("message").path("rendered").asText(""))
        .collect(Collectors.joining());
  }

  private static boolean isOf(JsonNode message, CargoMetadata.Target target) {
    return message.path("target").path("name").asText().equals(target.name())
        && kind(message).equals(target.test() ? "test" : "bin");
  }

  private static String kind(JsonNode message) {
    return message.path("target").path("kind").path(0).asText();
  }

  private static boolean isInside(String path, String folder) {
    return path.startsWith(folder + "/")
        && List.of(path.substring(folder.length() + 1).split("/", -1)).stream()
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }
}
