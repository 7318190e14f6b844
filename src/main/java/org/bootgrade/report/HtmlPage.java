package org.bootgrade.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.bootgrade.evidence.Evidence;

/**
 * The page of a class. What it says is put together in {@link HtmlView}; how it looks is in {@code
 * index.html.peb}, which cannot print anything that has not been through {@link #escape}.
 */
final class HtmlPage {

  private static final String TEMPLATE = "org/bootgrade/report/index.html.peb";

  private HtmlPage() {}

  static String write(ClassResults results, Map<String, Evidence> evidence) {
    StringWriter page = new StringWriter();
    try {
      engine()
          .getTemplate(TEMPLATE)
          .evaluate(page, Map.of("page", HtmlView.page(results, evidence)), Locale.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException("a page in memory cannot be written", e);
    }
    return page.toString();
  }

  private static PebbleEngine engine() {
    return new PebbleEngine.Builder()
        .loader(new ClasspathLoader(HtmlPage.class.getClassLoader()))
        .addEscapingStrategy("harmless", HtmlPage::escape)
        .defaultEscapingStrategy("harmless")
        .strictVariables(true)
        .defaultLocale(Locale.ROOT)
        .build();
  }

  /** Text as HTML, for the content of elements and for quoted attributes. */
  static String escape(String text) {
    return Text.visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
