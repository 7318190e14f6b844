package org.bootgrade.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;

/**
 * Reads text of which every character is one. JSON can spell half a surrogate pair, which no file
 * can hold as UTF-8: evidence with one would not be the same when it is written and read again.
 */
final class WholeText extends StringDeserializer {

  private static final long serialVersionUID = 1;

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    String text = super.deserialize(parser, context);
    if (text != null && isBroken(text)) {
      throw context.weirdStringException(text, String.class, "half a surrogate pair");
    }
    return text;
  }

  private static boolean isBroken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
