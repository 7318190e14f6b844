package org.bootgrade.evidence;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.regex.Pattern;

/**
 * An unsigned 64-bit address of the guest. In JSON it is a string such as {@code "0xdeadbeef"}: a
 * JSON number would lose its low bits in every reader that knows only doubles.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT
})
@JacksonAnnotationsInside
@JsonSerialize(using = Address.Writer.class)
@JsonDeserialize(using = Address.Reader.class)
public @interface Address {

  /** Writes an address as hexadecimal text. */
  final class Writer extends JsonSerializer<Long> {
    @Override
    public void serialize(Long value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString("0x" + Long.toHexString(value));
    }
  }

  /** Reads an address from hexadecimal text. */
  final class Reader extends JsonDeserializer<Long> {

    private static final Pattern FORM = Pattern.compile("0x[0-9a-f]{1,16}");

    @Override
    public Long deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getText();
      if (text == null || !FORM.matcher(text).matches()) {
        return (Long)
            context.handleWeirdStringValue(
                Long.class, text, "an address is 0x and 1 to 16 hexadecimal digits");
      }
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
  }
}
