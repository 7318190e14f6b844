package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.grading.Flag;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClassPageTest {

  private final Reports reports = new Reports();

  private Document page(Result... results) throws Exception {
    return page(ClassResults.of(List.of(results)));
  }

  private Document page(ClassResults results) throws Exception {
    String page = reports.classPage(results);
    assertThat(reports.classPage(results)).isEqualTo(page);
    return Pages.sound(page);
  }

  /** 67.5, 10, 0, and 67.5 of 100 points. */
  private Document four() throws Exception {
    return page(
        Classes.scored("a", Outcome.PASSED, Outcome.PASSED),
        Classes.scored("b", Outcome.PASSED, Outcome.FAILED),
        Classes.scored("c", Outcome.FAILED, Outcome.FAILED),
        Classes.scored("d", Outcome.PASSED, Outcome.PASSED),
        Samples.rejected(),
        Samples.notGraded());
  }

  private static List<String> numbers(Document page) {
    return page.select(".numbers > div").stream()
        .map(d -> d.expectFirst("dt").text() + " " + d.expectFirst("dd").text())
        .toList();
  }

  @Test
  void theNumbersAreThoseOfTheGraded() throws Exception {
    assertThat(numbers(four()))
        .containsExactly("mean 36.3", "median 38.75", "lowest 0", "highest 67.5", "out of 100");
    assertThat(numbers(page(Samples.good())))
        .contains("mean 100", "median 100", "lowest 100", "highest 100");
    assertThat(numbers(page(Samples.rejected()))).isEmpty();
  }

  @Test
  void theHistogramCountsEachTenthAndSaysTheSameInWords() throws Exception {
    Document page = four();
    assertThat(page.select("details table tbody tr").eachText())
        .containsExactly(
            "0 to 9 % 1",
            "10 to 19 % 1",
            "20 to 29 % 0",
            "30 to 39 % 0",
            "40 to 49 % 0",
            "50 to 59 % 0",
            "60 to 69 % 2",
            "70 to 79 % 0",
            "80 to 89 % 0",
            "90 to 99 % 0",
            "all points 0");
    assertThat(page.expectFirst("figure svg desc").text())
        .isEqualTo("0 to 9 %: 1; 10 to 19 %: 1; 60 to 69 %: 2");
    List<Element> bars = page.select("figure svg rect");
    assertThat(bars).hasSize(11);
    int one = Integer.parseInt(bars.get(0).attr("height"));
    assertThat(one).isPositive();
    assertThat(bars.get(6).attr("height")).isEqualTo(String.valueOf(2 * one));
    assertThat(bars.get(10).attr("height")).isEqualTo("0");
  }

  @Test
  void fullMarksHaveABarOfTheirOwn() throws Exception {
    assertThat(page(Samples.good()).expectFirst("figure svg desc").text())
        .isEqualTo("all points: 1");
  }

  @Test
  void eachCriterionHasItsRate() throws Exception {
    Document page =
        page(
            Classes.scored("a", Outcome.PASSED, Outcome.PARTIAL),
            Classes.scored("b", Outcome.PASSED, Outcome.FAILED),
            Classes.scored("c", Outcome.FAILED, Outcome.SKIPPED),
            Samples.rejected());
    List<Element> rows = page.select(".rates tbody tr");
    assertThat(rows).extracting(r -> r.select("td").get(1).text()).contains("2 of 3", "0 of 3");
    assertThat(rows.get(0).expectFirst("svg").attr("aria-label")).isEqualTo("66.7% passed");
    assertThat(rows.get(0).expectFirst(".all").attr("width")).isEqualTo("66.7%");
    assertThat(rows.get(1).select("td").get(2).text()).isEqualTo("1 partial, 1 failed, 1 skipped");
  }

  @Test
  void whoNeedsALookComesFirstWithTheReason() throws Exception {
    Flag odd = new Flag("pass-before-fault", "test/x prints [ok] first");
    Document page =
        page(
            Classes.scored("a", Outcome.PASSED, Outcome.PASSED, odd),
            Classes.scored("b", Outcome.PASSED, Outcome.PASSED, odd),
            Classes.scored(
                "c", Outcome.PASSED, Outcome.PASSED, new Flag("of-our-course", "Ask them.")),
            Samples.rejected(),
            Samples.notGraded());
    assertThat(page.expectFirst("main > section > h2").text()).isEqualTo("Who needs a look");
    Element look = page.expectFirst("main > section");
    assertThat(look.text())
        .contains(
            "dave: The engine is gone.",
            "Run ./bootgrade doctor.",
            "carol: The archive is cut short.",
            "pass-before-fault (2) A test says that it passed before anything faults. An honest explanation:",
            "a: test/x prints [ok] first",
            "of-our-course (1) c: Ask them.");
    assertThat(look.select("h4").eachText())
        .containsExactly("of-our-course (1)", "pass-before-fault (2)");
    Element row = page.expectFirst("table.class tbody tr");
    assertThat(row.expectFirst(".flags a").attr("href"))
        .isEqualTo("#" + look.select("h4").get(1).id());
  }

  @Test
  void aCalmClassSaysSo() throws Exception {
    assertThat(page(Samples.good()).text()).contains("Nobody: every submission was graded");
  }

  @Test
  void everySubmissionHasARowThatLeadsToItsPage() throws Exception {
    Document page = page(Samples.all());
    assertThat(page.select("table.class tbody th a").eachAttr("href"))
        .hasSize(5)
        .contains("./alice/instructor.html", "./dave/instructor.html")
        .anyMatch(href -> href.startsWith("./%3Dcmd%7C%27%20%2FC%20calc"));
    Element bob = page.select("table.class tbody tr").get(2);
    assertThat(bob.text()).contains("bob 5 ", "partial", "failed", "build-script");
    assertThat(page.select("table.class tbody tr").text()).contains("– ", "not graded", "rejected");
  }

  @Test
  void aFolderNameIsNoAddress() {
    assertThat(Html.segment("javascript:alert(1)//")).isEqualTo("javascript%3Aalert%281%29%2F%2F");
    assertThat(Html.evidence("a/b?c#d\".log")).isEqualTo("./evidence/a/b%3Fc%23d%22.log");
  }

  @Test
  void whatStudentsWroteStaysText() throws Exception {
    String page = reports.classPage(Samples.all());
    assertThat(page).doesNotContain("\u001b", "\u202e", "\u0007");
    assertThat(Pages.sound(page).text()).contains("<script>alert(1)</script>", "\\u{1b}[2J");
  }

  @Test
  void aClassOfNobodyAndOneThatNobodyPassedHavePages() throws Exception {
    assertThat(page(ClassResults.of(List.of())).text()).contains("There are no submissions.");
    assertThat(page(Samples.rejected(), Samples.notGraded()).text())
        .contains("Nothing was graded.");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void aThousandSubmissionsMakeOnePage() throws Exception {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      results.add(Classes.named(Samples.poor(), "student-%04d".formatted(i)));
    }
    String page = reports.classPage(ClassResults.of(results));
    assertThat(page.length()).isLessThan(2_000_000);
    assertThat(Pages.sound(page).select("table.class tbody tr")).hasSize(1000);
  }
}
