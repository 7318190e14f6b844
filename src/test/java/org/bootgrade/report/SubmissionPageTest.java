package org.bootgrade.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.grading.Recorded;
import org.bootgrade.rubric.ScoredCriterion;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SubmissionPageTest {

  private static RecordedSubmissions recorded;

  private final Reports reports = new Reports();

  @BeforeAll
  static void read() {
    recorded = RecordedSubmissions.read();
  }

  static List<String> names() {
    return RecordedSubmissions.NAMES;
  }

  private static Document page(String name) throws Exception {
    return Pages.sound(recorded.page(name, Audience.STUDENT));
  }

  private Document page(Recorded evidence) throws Exception {
    return Pages.sound(
        reports.submissionPage(Seen.whole(Samples.good()), evidence.evidence(), Audience.STUDENT));
  }

  private static Element program(Document page, String id) {
    return page.select("main section section").stream()
        .filter(s -> s.expectFirst("h3 code").text().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static Element boot(Element program, String intervention) {
    return program.select("details.boot").stream()
        .filter(d -> d.expectFirst("summary code").text().equals(intervention))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPageIsSoundForBoth(String name) throws Exception {
    for (Audience audience : Audience.values()) {
      String page = recorded.page(name, audience);
      Pages.sound(page);
      assertThat(recorded.page(name, audience)).isEqualTo(page);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void pagesMadeTogetherAreThoseMadeOneByOne(String name) {
    together(Seen.whole(recorded.result(name)), recorded.result(name), recorded.evidence(name));
    // Somebody who sees fewer criteria also has other boots unfolded.
    Result whole = recorded.result(name);
    Result part =
        whole.shown(whole.judged().subList(0, 1), BigDecimal.ONE, BigDecimal.TEN, whole.grade());
    together(new Seen(part, "The rest is hidden."), whole, recorded.evidence(name));
    together(Seen.whole(whole), whole, null);
  }

  @Test
  void pagesMadeTogetherLinkToFilesForTheInstructorOnly() {
    together(
        Seen.whole(recorded.result("osirs")),
        recorded.result("osirs"),
        Loud.of(recorded.evidence("osirs")));
  }

  @Test
  void experimentsThatOnlyHiddenCriteriaRestOnAreNotShown() throws Exception {
    Result whole = recorded.result("modern-blog-os");
    Evidence evidence = recorded.evidence("modern-blog-os");
    List<ScoredCriterion> visible =
        whole.judged().stream().filter(c -> c.id().equals("stack-overflow-exits")).toList();
    Set<String> cited =
        visible.stream()
            .flatMap(c -> c.evidence().stream())
            .flatMap(e -> Stream.ofNullable(e.boot()))
            .collect(Collectors.toSet());
    Seen seen =
        new Seen(
            whole.shown(visible, BigDecimal.ONE, BigDecimal.TEN, whole.grade()),
            "7 criteria are not shown yet.");

    Document page = Jsoup.parse(reports.submissionPage(seen, evidence, Audience.STUDENT));

    assertThat(cited).isNotEmpty();
    assertThat(interventions(page))
        .contains(Intervention.AS_SUBMITTED.id())
        .isSubsetOf(
            Stream.concat(
                    Stream.of(Intervention.AS_SUBMITTED.id()),
                    cited.stream().map(id -> id.substring(id.lastIndexOf('/') + 1)))
                .toList());
    assertThat(
            interventions(
                Jsoup.parse(reports.submissionPage(Seen.whole(whole), evidence, Audience.STUDENT))))
        .contains(Intervention.IST_KNOCKED_OUT.id(), Intervention.WILD_WRITE.id());
  }

  private static List<String> interventions(Document page) {
    return page.select("details.boot summary code").eachText();
  }

  private void together(Seen seen, Result whole, @Nullable Evidence evidence) {
    assertThat(reports.submissionPages(seen, whole, evidence))
        .isEqualTo(
            new Reports.Pages(
                reports.submissionPage(seen, evidence, Audience.STUDENT),
                reports.submissionPage(Seen.whole(whole), evidence, Audience.INSTRUCTOR)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCriterionIsThereWithItsPointsAndItsReason(String name) throws Exception {
    List<Element> criteria = page(name).select(".criteria > li");
    Result result = recorded.result(name);
    assertThat(criteria).hasSameSizeAs(result.judged());
    for (int i = 0; i < criteria.size(); i++) {
      Element shown = criteria.get(i);
      var criterion = result.judged().get(i);
      assertThat(shown.expectFirst("h3").text()).isEqualTo(criterion.title());
      assertThat(shown.expectFirst(".outcome").text())
          .endsWith(Marks.word(criterion.outcome()))
          .startsWith(Marks.mark(criterion.outcome()));
      assertThat(shown.expectFirst(".points").text())
          .startsWith(
              criterion.points().toPlainString() + " / " + criterion.maxPoints().toPlainString());
      assertThat(
              shown.select(".body > .said:not(.hint), .body > pre").stream()
                  .map(e -> e.wholeText().strip())
                  .collect(Collectors.joining("\n\n"))
                  .replaceAll("\\s+", " "))
          .isEqualTo(Text.visible(criterion.reason().strip()).replaceAll("\\s+", " "));
      assertThat(shown.select(".hint")).hasSize(Marks.wantsHint(criterion) ? 1 : 0);
    }
  }

  @Test
  void whatACriterionRestsOnIsLinkedWithinThePage() throws Exception {
    Document page = page("modern-blog-os");
    Element link =
        page.select("#criterion-stack-overflow-exits a").stream()
            .filter(a -> a.text().contains("event 2"))
            .findFirst()
            .orElseThrow();
    Element step = page.expectFirst(link.attr("href"));
    assertThat(step.expectFirst(".label").text()).isEqualTo("double fault");
    assertThat(step.closest("details.boot[open]")).isNotNull();
    assertThat(page.select("#criterion-tss-loaded a").text()).isEqualTo("kernel/inspected");
  }

  @Test
  void theFailedOnesAreNamedFirst() throws Exception {
    Document page = page("kernel-without-ist");
    List<String> failed =
        recorded.result("kernel-without-ist").judged().stream()
            .filter(c -> !Marks.word(c.outcome()).equals("passed"))
            .map(c -> "#criterion-" + c.id())
            .toList();
    assertThat(failed).isNotEmpty();
    assertThat(page.select("header ul a").eachAttr("href")).isEqualTo(failed);
    assertThat(page.expectFirst(".score").text())
        .isEqualTo(
            requireNonNull(recorded.result("kernel-without-ist").score()).toPlainString()
                + " of 100 points");
  }

  @Test
  void theTimelineTellsAnOverflowFromThePrintToTheExit() throws Exception {
    Element boot = boot(program(page("modern-blog-os"), "test/stack_overflow"), "as-submitted");
    assertThat(boot.select(".story > li > .label").eachText())
        .containsSubsequence(
            "start",
            "serial",
            "page fault",
            "double fault",
            "handler on IST slot 1",
            "serial",
            "exit 0x10");
    assertThat(boot.select(".story > li").eachAttr("class"))
        .containsSubsequence(
            "exception on-own", "double-fault on-own", "handler-aside on-enters", "end on-aside");
    assertThat(boot.text()).contains("tests/stack_overflow.rs:");
  }

  @Test
  void aTripleFaultIsTheEndOfATimeline() throws Exception {
    Element boot = boot(program(page("modern-blog-os"), "kernel"), "overflow-without-ist");
    assertThat(boot.select(".story > li > .label").eachText())
        .containsSubsequence("page fault", "double fault", "triple fault");
    assertThat(boot.select(".story > .triple-fault")).isNotEmpty();
  }

  @Test
  void theMemoryOfAnOverflowIsDrawnWithItsAddresses() throws Exception {
    Element program = program(page("modern-blog-os"), "test/stack_overflow");
    assertThat(program.select(".memory svg > title").eachText())
        .containsExactly("The program's stack", "The stack of IST slot 1");
    Delivery delivery =
        requireNonNull(
            recorded
                .evidence("modern-blog-os")
                .boot("test/stack_overflow", Intervention.EXIT_PORT_ABSENT)
                .orElseThrow()
                .delivery());
    Delivery.Entry entry = requireNonNull(delivery.entry());
    MemoryExtent stack = requireNonNull(entry.stack());
    assertThat(program.select(".memory svg").get(0).text())
        .contains(
            FaultWords.hex(entry.interruptedRsp()),
            FaultWords.hex(entry.cr2()),
            FaultWords.hex(stack.start()),
            FaultWords.hex(stack.end()),
            "not mapped");
    assertThat(program.select(".memory svg").get(1).text())
        .contains(FaultWords.hex(entry.rsp()), "48-byte frame", "no guard page");
    // And the same in words.
    assertThat(program.select("figcaption").text())
        .contains(
            "RSP is " + FaultWords.hex(entry.interruptedRsp()),
            FaultWords.hex(entry.cr2()) + ", 8 bytes below the end",
            "enters the handler at RSP " + FaultWords.hex(entry.rsp()));
  }

  @Test
  void whereThereIsNoInterruptStackTheFrameHasNowhereToGo() throws Exception {
    Element program = program(page("kernel-without-ist"), "kernel");
    assertThat(program.select(".memory svg > title").eachText())
        .containsExactly("The program's stack", "The stack of IST slot 1");
    // It is drawn below the program's stack, and not on the stack that is there for it.
    assertThat(program.select(".memory svg").get(0).text()).contains("nowhere to go");
    assertThat(program.select(".memory svg").get(1).text()).contains("not used");
    assertThat(program.select(".memory svg").get(1).select(".frame")).isEmpty();
    assertThat(program.select("figcaption").text())
        .contains("names no interrupt stack", "a triple fault", "it was not used");
  }

  @Test
  void experimentsStandSideBySide() throws Exception {
    Element table = program(page("modern-blog-os"), "kernel").expectFirst("table.compare");
    Element with =
        table.select("tbody tr").stream()
            .filter(r -> r.expectFirst("code").text().equals("overflow"))
            .findFirst()
            .orElseThrow();
    assertThat(with.expectFirst(".glance").text())
        .startsWith("page fault → double fault → handler on IST slot 1");
    Element without =
        table.select("tbody tr").stream()
            .filter(r -> r.expectFirst("code").text().equals("overflow-without-ist"))
            .findFirst()
            .orElseThrow();
    assertThat(without.text())
        .contains("triple fault", "so the kernel owes its survival to the interrupt stack");
  }

  @Test
  void whatWasNotRunIsToldWithItsReason() throws Exception {
    Element program = program(page("modern-blog-os"), "kernel");
    assertThat(program.text())
        .contains("exit-port-absent: not run because the program does not double fault by itself.");
  }

  @Test
  void aProgramThatWasNotBuiltShowsTheCompilersWords() throws Exception {
    Document page = page("one-test-broken");
    ProgramRecord broken =
        recorded.evidence("one-test-broken").build().programs().stream()
            .filter(p -> !p.built())
            .findFirst()
            .orElseThrow();
    Element program = program(page, broken.id());
    assertThat(program.text()).contains("It was not built. What cargo printed:");
    assertThat(program.expectFirst("pre").wholeText().strip())
        .isEqualTo(Text.visible(broken.log()).strip());
    assertThat(page.select("#criterion-builds a").eachAttr("href"))
        .contains("#" + program.expectFirst("h4").id());
  }

  @Test
  void theCompilersWordsKeepTheirColumns() throws Exception {
    Element criterion = page("one-test-broken").expectFirst("#criterion-builds");
    assertThat(criterion.expectFirst("pre").wholeText())
        .contains("\n     --> tests/double.rs:23", "\n   23 |             .set_handler_fn");
    assertThat(criterion.select(".said").text()).doesNotContain("-->").contains("do not build");
  }

  @Test
  void aHandlerThatComesBackLeavesItsStack() throws Exception {
    Element boot = boot(program(page("handler-returns"), "kernel"), "wild-write");
    assertThat(boot.select(".story > li").eachAttr("class"))
        .containsSubsequence("handler-aside on-enters", "screen on-aside", "end on-leaves");
  }

  @Test
  void flagsAndFilesAreForTheInstructorOnly() throws Exception {
    assertThat(recorded.result("prints-ok").furtherFlags()).isNotEmpty();
    Document student = page("prints-ok");
    Document instructor = Pages.sound(recorded.page("prints-ok", Audience.INSTRUCTOR));
    for (var flag : recorded.result("prints-ok").furtherFlags()) {
      assertThat(student.html()).doesNotContain(flag.id()).doesNotContain(flag.detail());
      assertThat(instructor.text()).contains(flag.id(), flag.detail(), "An honest explanation:");
    }
    assertThat(student.select("a").eachAttr("href")).allMatch(href -> href.startsWith("#"));
    assertThat(instructor.select("a").eachAttr("href")).contains("../index.html", "./report.html");
    assertThat(
            Pages.sound(recorded.page("one-test-broken", Audience.INSTRUCTOR))
                .select("a")
                .eachAttr("href"))
        .anyMatch(href -> href.matches("\\./evidence/build/test-.*\\.log"));
  }

  @ParameterizedTest
  @EnumSource(Audience.class)
  void whatStudentsWroteStaysText(Audience audience) throws Exception {
    String page =
        reports.submissionPage(
            Seen.whole(Samples.hostile()),
            Samples.evidence().get(Samples.hostile().submission().id()),
            audience);
    Document document = Pages.sound(page);
    assertThat(document.text())
        .contains("<script>alert(1)</script>", "\\u{1b}[2J", "\\u{202e}&\"'");
    assertThat(page).doesNotContain("\u001b", "\u202e", "\u0007");
    assertThat(page.chars()).as("a byte a character").allMatch(c -> c < 0x80);
  }

  @Test
  void whatIsNotAsciiIsWrittenByItsNumberAndReadAsItIs() throws Exception {
    String text = "Zo\u00eb \u2714 \ud83d\ude00";

    assertThat(Html.escape(text)).isEqualTo("Zo&#235; &#10004; &#128512;");
    assertThat(Jsoup.parse(Html.escape(text)).text()).isEqualTo(text);
  }

  @Test
  void aGradeIsToldStepByStep() throws Exception {
    Document document =
        Pages.sound(reports.submissionPage(Samples.booked(), null, Audience.STUDENT));

    assertThat(document.select(".score").text()).isEqualTo("60.5 of 100 points");
    assertThat(document.select(".steps tbody tr").eachText())
        .containsExactly(
            "70 by the criteria",
            "−20 it came 1 day 1 hour after it was due, which counts as 2 days late",
            "+12.5 criterion double-fault-handled set to 12.5: It handles the fault on real hardware,"
                + " as was shown in the exercise. (by hand)",
            "−2 \\u{1b}[2J\\u{1b}]0;pwned\\u{7}<script>alert(1)</script>\\u{202e}&\"' (by hand)",
            "60.5 is the score that counts");
    assertThat(document.text())
        .contains(
            "Handed in by Doe, Jane; Roe, <Rick>",
            "Handed in at 2026-10-02 15:00:00 Europe/Berlin, as the archive's own time says.",
            "1 criterion is worth 5 points and not shown yet",
            "The kernel 60 / 60",
            "Its tests 10 / 40",
            "+10 / 10 extra");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void megabytesOfWordsMakeAShortPageWithTheirBeginningAndTheirEnd() throws Exception {
    Evidence loud = Loud.of(recorded.evidence("modern-blog-os"));
    String page = reports.submissionPage(Seen.whole(Samples.good()), loud, Audience.INSTRUCTOR);
    assertThat(page.length()).isLessThan(3_000_000);
    assertThat(page).doesNotContain("\u001b", "\u202e", "\u0000", "\u009b", "\u2066");
    Document document = Pages.sound(page);
    Element serial = program(document, "kernel").expectFirst(".consoles pre");
    assertThat(serial.wholeText())
        .startsWith(Text.visible(Loud.MARKUP).substring(0, 40))
        .contains("characters are left out here")
        .endsWith("the very end\n");
    assertThat(program(document, "kernel").select(".consoles a").eachAttr("href"))
        .contains("./evidence/boots/kernel-as-submitted.serial.txt");
  }

  @Test
  void aHundredLoudProgramsStillMakeAPage() throws Exception {
    List<ProgramRecord> programs = new ArrayList<>();
    List<BootRecord> boots = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = "test/t%03d".formatted(i);
      programs.add(
          new ProgramRecord(
              id,
              ProgramRecord.Kind.TEST,
              id,
              "tests/t.rs",
              ProgramRecord.Outcome.BUILT,
              "",
              null,
              null,
              null));
      boots.add(
          new BootRecord(
              id + "/as-submitted",
              id,
              Intervention.AS_SUBMITTED,
              new Ending.Exited(33),
              "&".repeat(1_000_000),
              true,
              List.of(),
              List.of(),
              false));
    }
    Evidence like = recorded.evidence("osirs");
    String page =
        reports.submissionPage(
            Seen.whole(Samples.good()),
            new Evidence(
                like.schema(),
                like.submissionDigest(),
                like.tools(),
                new org.bootgrade.evidence.BuildRecord(
                    "k", ".", "t.json", "", programs, List.of(), List.of(), null),
                boots,
                List.of()),
            Audience.STUDENT);
    assertThat(page.length()).isLessThan(6_000_000);
    assertThat(Pages.sound(page).text()).contains("Further programs", "test/t099");
  }

  @Test
  void pairsOfExceptionsAreATable() throws Exception {
    Document page =
        page(
            Recorded.right()
                .boot(
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
                            new FaultPair(
                                13, 11, FaultPair.Outcome.DOUBLE_FAULT, List.of(13, 8), ""),
                            new FaultPair(
                                13, 14, FaultPair.Outcome.SECOND_HANDLED, List.of(13, 14), ""),
                            new FaultPair(
                                14,
                                11,
                                FaultPair.Outcome.NOT_TRIED,
                                List.of(),
                                "there is no <TSS>")),
                        null)));
    Element boot = boot(program(page, "kernel"), "fault-pairs");
    assertThat(boot.select("thead th").eachText())
        .containsExactly("first", "11 segment not present", "14 page fault");
    assertThat(boot.select("tbody tr").get(0).text())
        .isEqualTo("13 general protection double fault second one's handler");
    assertThat(boot.text()).contains("Not tried: there is no <TSS>.");
  }

  @Test
  void oneThatWasNotJudgedHasAPageWithItsReason() throws Exception {
    for (Audience audience : Audience.values()) {
      assertThat(
              Pages.sound(reports.submissionPage(Seen.whole(Samples.rejected()), null, audience))
                  .text())
          .contains("0 of 100 points", "The submission was rejected: The archive is cut short.");
      assertThat(
              Pages.sound(reports.submissionPage(Seen.whole(Samples.notGraded()), null, audience))
                  .text())
          .contains(
              "– not graded",
              "not graded, through no fault of its own: The engine is gone.",
              "Run ./bootgrade doctor.");
    }
  }

  @Test
  void aGradeWithoutEvidenceSaysThatItsPicturesAreMissing() throws Exception {
    assertThat(
            Pages.sound(reports.submissionPage(Seen.whole(Samples.poor()), null, Audience.STUDENT))
                .text())
        .contains("There are no pictures", "error[E0308]: mismatched types");
  }
}
