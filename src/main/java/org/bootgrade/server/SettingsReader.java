package org.bootgrade.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.bootgrade.evidence.FileTrouble;
import org.jspecify.annotations.Nullable;

/** Reads the service's settings: defaults, over them a file, over that the environment. */
public final class SettingsReader {

  private static final String PREFIX = "BOOTGRADE_SERVE_";
  private static final String DEFAULTS = "serve.toml";

  private final TomlMapper mapper =
      TomlMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Settings that cannot be used. Its message says why, for whoever wrote them. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The defaults, with what each setting means. */
  public static String defaults() {
    try (InputStream in = SettingsReader.class.getResourceAsStream(DEFAULTS)) {
      if (in == null) {
        throw new IllegalStateException("the defaults are missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the defaults cannot be read", e);
    }
  }

  /**
   * Reads settings.
   *
   * @param file null for none
   * @param environment of the process
   * @throws Unusable where file or environment hold what is no setting
   */
  public ServiceSettings read(@Nullable Path file, Map<String, String> environment)
      throws Unusable {
    ObjectNode settings;
    try {
      settings = (ObjectNode) mapper.readTree(defaults());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the defaults are no TOML", e);
    }
    if (file != null) {
      merge(settings, tree(file));
    }
    override(settings, PREFIX, environment);
    String where = file == null ? "the settings" : file.toString();
    try {
      return mapper.treeToValue(settings, ServiceSettings.class);
    } catch (UnrecognizedPropertyException e) {
      throw new Unusable(
          "%s: there is no setting \"%s\"; bootgrade serve --print-config shows all"
              .formatted(where, path(e)),
          e);
    } catch (JsonProcessingException e) {
      String said =
          e.getCause() instanceof IllegalArgumentException wrong
              ? String.valueOf(wrong.getMessage())
              : "%s has a value that does not fit it"
                  .formatted(e instanceof JsonMappingException m ? path(m) : "a setting");
      throw new Unusable("%s: %s".formatted(where, said), e);
    }
  }

  private ObjectNode tree(Path file) throws Unusable {
    try {
      return (ObjectNode) mapper.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new Unusable(
          "%s:%d: this is no TOML; see https://toml.io"
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new Unusable(
          "%s cannot be read (%s); check --config".formatted(file, FileTrouble.reason(e, file)), e);
    }
  }

  private static void merge(ObjectNode settings, JsonNode over) {
    over.properties()
        .forEach(
            property -> {
              JsonNode before = settings.get(property.getKey());
              if (before instanceof ObjectNode table && property.getValue().isObject()) {
                merge(table, property.getValue());
              } else {
                settings.set(property.getKey(), property.getValue());
              }
            });
  }

  private static void override(
      ObjectNode settings, String prefix, Map<String, String> environment) {
    for (String name : settings.propertyStream().map(Map.Entry::getKey).toList()) {
      String variable = prefix + name.toUpperCase(Locale.ROOT).replace('-', '_');
      JsonNode value = settings.get(name);
      String given = environment.get(variable);
      if (value instanceof ObjectNode table) {
        override(table, variable + "_", environment);
      } else if (value.isValueNode() && given != null) {
        settings.put(name, given);
      }
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "" : r.getFieldName())
        .filter(n -> !n.isEmpty())
        .collect(Collectors.joining("."));
  }
}
