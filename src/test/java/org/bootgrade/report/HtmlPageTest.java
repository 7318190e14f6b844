package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.Intervention;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is written so that it is XML too, which lets a strict parser look for holes. */
class HtmlPageTest {

  private final String page = new Reports().html(Samples.all(), Samples.evidence());

  @Test
  void thePageNeedsNothingElseAndRunsNothing() {
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("default-src 'none'")
        .doesNotContainIgnoringCase(
            "<script", "<link", "<img", "<iframe", "@import", "http://", "https://")
        .doesNotContain("{{", "{%");
  }

  @Test
  void whatStudentsWroteStaysText() throws Exception {
    Document document = parse(page);

    assertThat(elements(document, "script")).isEmpty();
    assertThat(document.getDocumentElement().getTextContent())
        .contains("<script>alert(1)</script>", "\\u{1b}[2J", "\\u{202e}&\"'");
    assertThat(page).doesNotContain("\u001b", "\u202e", "\u0007");
  }

  @Test
  void pairsOfExceptionsAreATable() throws Exception {
    BootRecord boot =
        new BootRecord(
            "kernel/fault-pairs",
            "kernel",
            Intervention.FAULT_PAIRS,
            new Ending.StillRunning(false),
            "",
            false,
            List.of(),
            List.of(),
            false,
            null,
            null,
            List.of(
                new FaultPair(13, 11, FaultPair.Outcome.DOUBLE_FAULT, List.of(13, 8), ""),
                new FaultPair(13, 14, FaultPair.Outcome.SECOND_HANDLED, List.of(13, 14), ""),
                new FaultPair(
                    14, 11, FaultPair.Outcome.NOT_TRIED, List.of(), "there is no <TSS>")));
    Evidence evidence = Samples.evidence().values().iterator().next();
    String id = Samples.evidence().keySet().iterator().next();

    Document document =
        parse(
            new Reports()
                .html(
                    Samples.all(),
                    Map.of(
                        id,
                        new Evidence(
                            evidence.schema(),
                            evidence.submissionDigest(),
                            evidence.tools(),
                            evidence.build(),
                            List.of(boot),
                            List.of()))));

    assertThat(document.getDocumentElement().getTextContent().replaceAll("\\s+", " "))
        .contains("11 segment not present14 page fault")
        .contains("13 general protectiondouble faultsecond one's handler")
        .contains("14 page faultnot tried")
        .contains("Not tried: there is no <TSS>.");
  }

  @Test
  void everySubmissionHasARowAndASection() throws Exception {
    Document document = parse(page);

    assertThat(elements(document, "section")).hasSize(5);
    assertThat(elements(document, "section"))
        .extracting(e -> e.getAttribute("id"))
        .containsExactly("s1", "s2", "s3", "s4", "s5");
    assertThat(document.getDocumentElement().getTextContent())
        .contains("3 graded, 1 rejected, 1 not graded")
        .contains("The submission was rejected: The archive is cut short.")
        .contains("not graded, through no fault of its own: The engine is gone.")
        .contains("Hint: Look at the IDT.")
        .contains("error[E0308]: mismatched types")
        .contains("14 page fault", "8 double fault", "11 segment not present while 14 page fault")
        .contains("src/main.rs:30", "kernel::recurse", "0xffffffffffffffff", "0xdeadbeef")
        .contains("QEMU exited with 33")
        .contains("Nothing was written to the serial port.", "It did not crash!")
        .contains("Build of test/double: failed");
  }

  @Test
  void everyLinkInThePageLeadsSomewhere() throws Exception {
    Document document = parse(page);
    List<String> ids = new ArrayList<>();
    for (Element element : elements(document, "*")) {
      if (element.hasAttribute("id")) {
        ids.add(element.getAttribute("id"));
      }
    }

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(elements(document, "a"))
        .extracting(e -> e.getAttribute("href"))
        .contains("./bob/evidence/build/test%20double.log", "#s3-b1")
        .allSatisfy(href -> assertThat(href).matches("\\./.*|#.*"))
        .filteredOn(href -> href.startsWith("#"))
        .allSatisfy(href -> assertThat(ids).contains(href.substring(1)));
  }

  @Test
  void aFileNameIsNoAddress() {
    assertThat(HtmlView.href("javascript:alert(1)//", "a/b?c#d\".log"))
        .isEqualTo("./javascript%3Aalert%281%29%2F%2F/evidence/a/b%3Fc%23d%22.log");
  }

  @Test
  void thePageIsTheSameEachTime() {
    assertThat(new Reports().html(Samples.all(), Samples.evidence())).isEqualTo(page);
  }

  @Test
  void aClassWithoutEvidenceAndAnEmptyClassHavePages() {
    assertThatCode(
            () -> {
              parse(new Reports().html(Samples.all(), Map.of()));
              parse(new Reports().html(ClassResults.of(List.of()), Map.of()));
            })
        .doesNotThrowAnyException();
  }

  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }
}
