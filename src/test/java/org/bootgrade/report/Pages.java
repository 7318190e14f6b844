package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.xml.sax.InputSource;

/** What holds of every page. */
final class Pages {

  private Pages() {}

  /** Reads a page as a browser does, after all that has to hold of it was looked at. */
  static Document sound(String page) throws Exception {
    needsNothingElse(page);
    // The pages are written so that they are XML too, in which a hole is an error.
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
    Document document = Jsoup.parse(page);
    linksLeadSomewhere(document);
    headingsGoDownStepByStep(document);
    canBeReadOut(document);
    return document;
  }

  private static void needsNothingElse(String page) {
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains(
            "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"")
        .doesNotContainIgnoringCase("<script", "<link", "<img", "<iframe", "<object", "@import")
        .doesNotContainPattern("(?i)(href|src|action|url)\\s*[=(]\\s*[\"']?\\s*[a-z]+:")
        .doesNotContainPattern("<[^>]+\\son[a-z]+=");
  }

  private static void linksLeadSomewhere(Document document) {
    List<String> ids = document.select("[id]").eachAttr("id");
    assertThat(ids).doesNotHaveDuplicates();
    Set<String> known = new HashSet<>(ids);
    assertThat(document.select("a").eachAttr("href"))
        .hasSize(document.select("a").size())
        .allSatisfy(href -> assertThat(href).matches("#.+|\\.{1,2}/.+"))
        .filteredOn(href -> href.startsWith("#"))
        .allSatisfy(href -> assertThat(known).contains(href.substring(1)));
    for (String attribute : List.of("aria-labelledby", "aria-describedby")) {
      assertThat(document.select("[" + attribute + "]").eachAttr(attribute))
          .flatMap(value -> List.of(value.split(" ")))
          .isSubsetOf(known);
    }
    assertThat(document.select("[style]").eachAttr("style"))
        .allSatisfy(
            style -> {
              assertThat(style).matches("fill: url\\(#[a-z0-9-]+\\)");
              assertThat(known).contains(style.substring(11, style.length() - 1));
            });
  }

  private static void headingsGoDownStepByStep(Document document) {
    int level = 0;
    for (Element heading : document.select("h1, h2, h3, h4, h5, h6")) {
      int next = heading.tagName().charAt(1) - '0';
      assertThat(next).as(heading.outerHtml()).isLessThanOrEqualTo(level + 1);
      assertThat(heading.text()).isNotBlank();
      level = next;
    }
    assertThat(document.select("h1")).hasSize(1);
  }

  private static void canBeReadOut(Document document) {
    assertThat(document.select("html").attr("lang")).isEqualTo("en");
    assertThat(document.title()).isNotBlank();
    assertThat(document.select("main")).hasSize(1);
    assertThat(document.body().expectFirst("a").attr("href")).isEqualTo("#main");
    assertThat(document.select("svg"))
        .allSatisfy(
            svg -> {
              assertThat(svg.attr("role")).isEqualTo("img");
              assertThat(svg.hasAttr("aria-label") || svg.selectFirst("title") != null).isTrue();
            });
    assertThat(document.select("table"))
        .allSatisfy(
            table -> {
              assertThat(table.selectFirst("caption") != null || table.hasAttr("aria-labelledby"))
                  .isTrue();
              assertThat(table.select("th")).allMatch(th -> th.hasAttr("scope"));
            });
    assertThat(document.select("nav, pre:not(.quote), .scroll"))
        .allMatch(e -> e.hasAttr("aria-label") || e.hasAttr("aria-labelledby"));
    // What scrolls by itself can be scrolled by keys.
    assertThat(document.select("pre:not(.quote), .scroll"))
        .allMatch(e -> e.attr("tabindex").equals("0"));
  }
}
