package org.bootgrade.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.bootgrade.grading.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Results as JSON. Fields come in the order of the records' components, which is the order of the
 * documentation; what is null is left out.
 */
final class Json {

  /** One for all: it learns the form of the records, which takes as long as reading them. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addMixIn(Finding.Outcome.class, OutcomeNames.class)
          .build();

  private static final ObjectWriter WRITER = writer();

  private static ObjectWriter writer() {
    // The platform's own line ends would give every platform bytes of its own.
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return MAPPER
        .writer(new Escapes())
        .with(
            new DefaultPrettyPrinter(
                    Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withArrayEmptySeparator("")
                        .withObjectEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter));
  }

  /**
   * Writes what a terminal would act on as JSON's own escapes: results.json is also printed, and
   * JSON by itself asks that only of the first 32 characters. The value stays the same.
   */
  private static final class Escapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int DELETE = 0x7f;

    private final int[] ascii = standardAsciiEscapesForJSON();

    Escapes() {
      ascii[DELETE] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return Text.isPlain(character) ? null : new SerializedString("\\u%04X".formatted(character));
    }
  }

  /** The names that the contract gives to outcomes. */
  @SuppressWarnings("unused") // Read by Jackson in place of the enum's own.
  private enum OutcomeNames {
    @JsonProperty("passed")
    PASSED,
    @JsonProperty("partial")
    PARTIAL,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("skipped")
    SKIPPED
  }

  String write(Object value) {
    try {
      return WRITER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result cannot be written as JSON", e);
    }
  }

  <T> T read(String text, String where, Class<T> type) throws IOException {
    T value;
    try {
      value = MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IOException(
          "%s%s is no result of this version of bootgrade (%s); grade again with --force"
              .formatted(where, line > 0 ? " line " + line : "", Text.line(e.getOriginalMessage())),
          e);
    }
    if (value == null) {
      throw new IOException(where + " holds no result; grade again with --force");
    }
    return value;
  }
}
