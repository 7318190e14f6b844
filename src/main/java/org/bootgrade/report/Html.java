package org.bootgrade.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages from templates, which cannot print anything that has not been through {@link
 * #escape}. Safe for use by several threads.
 */
final class Html {

  /** The page of a class. */
  static final String CLASS = "class.html.peb";

  /** The page of a submission. */
  static final String SUBMISSION = "submission.html.peb";

  /** The part of the page of a submission that tells of its evidence. */
  static final String EVIDENCE = "evidence.peb";

  /** The last character of ASCII. */
  private static final char LAST = 0x7f;

  private static final String FOLDER = "org/bootgrade/report/";

  private @Nullable PebbleEngine engine;

  /** Made for the first page: it takes half a second, and most commands write none. */
  private synchronized PebbleEngine engine() {
    PebbleEngine made = engine;
    if (made == null) {
      ClasspathLoader templates = new ClasspathLoader(Html.class.getClassLoader());
      templates.setPrefix(FOLDER);
      made =
          new PebbleEngine.Builder()
              .loader(templates)
              .addEscapingStrategy("harmless", Html::escape)
              .defaultEscapingStrategy("harmless")
              .strictVariables(true)
              .defaultLocale(Locale.ROOT)
              .build();
      engine = made;
    }
    return made;
  }

  /**
   * Fills a template.
   *
   * @param view what it calls {@code page}
   */
  String write(String template, Object view) {
    StringWriter page = new StringWriter();
    try {
      engine().getTemplate(template).evaluate(page, Map.of("page", view), Locale.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException("a page in memory cannot be written", e);
    }
    return page.toString();
  }

  /**
   * Text as HTML, for the content of elements and for quoted attributes. What is beyond ASCII is
   * written by its number: a whole page is then kept and written as the bytes that it has, and not
   * as two for each character, which have to be put together.
   */
  static String escape(String text) {
    String visible = Text.visible(text);
    if (isHarmless(visible)) {
      return visible;
    }
    StringBuilder escaped = new StringBuilder(visible.length() + 16);
    for (int i = 0; i < visible.length(); i++) {
      char c = visible.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> {
          if (c <= LAST) {
            escaped.append(c);
          } else {
            int whole = visible.codePointAt(i);
            escaped.append("&#").append(whole).append(';');
            i += Character.charCount(whole) - 1;
          }
        }
      }
    }
    return escaped.toString();
  }

  /** Whether there is nothing to escape, which is so of most pieces. */
  private static boolean isHarmless(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c > LAST) {
        return false;
      }
    }
    return true;
  }

  /**
   * A part of a path as a part of an address. All but letters, digits and {@code -._~} is
   * percent-encoded: a submission named {@code javascript:…} stays a folder.
   */
  static String segment(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "-._~".indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  /** A file of the evidence, seen from the page of its submission. */
  static String evidence(String file) {
    StringBuilder href = new StringBuilder("./evidence");
    for (String part : file.split("/", -1)) {
      href.append('/').append(segment(part));
    }
    return href.toString();
  }
}
