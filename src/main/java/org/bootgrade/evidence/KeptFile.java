package org.bootgrade.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A file with something that takes long to work out, and the key of what it was worked out from.
 * Whoever removes it loses nothing but time.
 */
final class KeptFile {

  private static final String KEY = "key";
  private static final String VALUE = "value";

  private final Path file;
  private final ObjectMapper mapper;

  KeptFile(Path file, ObjectMapper mapper) {
    this.file = file;
    this.mapper = mapper;
  }

  /** What is there, if it has this key. What cannot be read is worked out again. */
  <T> Optional<T> read(Class<T> type, String key) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (JsonParser parser = mapper.createParser(Files.readAllBytes(file))) {
      boolean same =
          parser.nextToken() == JsonToken.START_OBJECT
              && KEY.equals(parser.nextFieldName())
              && key.equals(parser.nextTextValue())
              && VALUE.equals(parser.nextFieldName())
              && parser.nextToken() == JsonToken.START_OBJECT;
      if (!same) {
        return Optional.empty();
      }
      T value = parser.readValueAs(type);
      // What was cut off behind it was not written whole.
      return parser.nextToken() == JsonToken.END_OBJECT ? Optional.of(value) : Optional.empty();
    } catch (IOException notOurs) {
      return Optional.empty();
    }
  }

  void write(String key, Object value) throws InfrastructureFailure {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put(KEY, key);
    content.put(VALUE, value);
    Path folder = file.getParent();
    try {
      Files.createDirectories(folder);
      WholeFile.remake(file, mapper.writeValueAsString(content));
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be written (%s)".formatted(file, FileTrouble.reason(e, folder)),
          "See that it can be written and the disk is not full, then run the command again.",
          e);
    }
  }
}
