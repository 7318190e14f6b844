package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.cli.Terminal;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.report.Browser.Show;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.setup.BrowserImage;
import org.bootgrade.setup.Readiness;
import org.bootgrade.setup.Setup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages in Debian's Chromium, in a container without a network. What it looks like is left in
 * {@code target/pages}.
 */
class PagesIT {

  private static final Path SEEN = Path.of("target/pages");
  private static final int MOST_PIXELS = 9000;

  /** Of the recorded submissions those whose pages have different parts. */
  private static final List<String> SHOWN =
      List.of(
          "does-not-build",
          "handler-returns",
          "kernel-without-ist",
          "modern-blog-os",
          "one-test-broken");

  private static final Map<String, String> PAGES = new TreeMap<>();

  private static ContainerSandbox sandbox;
  private static Workspace workspace;
  private static Browser browser;
  private static String axe;

  @BeforeAll
  static void openBrowser() throws Exception {
    boolean install = Boolean.getBoolean("bootgrade.install");
    assertThat(new Setup(Terminal.HOME).ensure(install, System.err::println))
        .isInstanceOf(Readiness.Ready.class);
    String image = BrowserImage.ensure(Terminal.HOME, install, System.err::println);
    sandbox =
        new ContainerSandbox(new ContainerSandbox.Settings(image, image, new byte[0], Map.of()));
    // Of all roles without a network, this one allows as many threads as a browser has.
    workspace = sandbox.open(Role.BUILD);
    pages();
    List<Upload> uploads = new ArrayList<>();
    PAGES.forEach(
        (name, page) -> uploads.add(Upload.file(name, page.getBytes(StandardCharsets.UTF_8))));
    workspace.put(uploads);
    browser = new Browser(workspace);
    try (InputStream in = PagesIT.class.getResourceAsStream("/axe.min.js")) {
      axe = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Files.createDirectories(SEEN);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (workspace != null) {
      workspace.close();
    }
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static void pages() throws RubricError {
    Reports reports = new Reports();
    RecordedSubmissions recorded = RecordedSubmissions.read();
    for (String name : SHOWN) {
      PAGES.put(name + "/report.html", recorded.page(name, Audience.STUDENT));
    }
    PAGES.put("prints-ok/instructor.html", recorded.page("prints-ok", Audience.INSTRUCTOR));
    Evidence loud = Loud.of(recorded.evidence("modern-blog-os"));
    PAGES.put(
        "loud/report.html",
        reports.submissionPage(Seen.whole(Samples.hostile()), loud, Audience.INSTRUCTOR));
    PAGES.put(
        "rejected/report.html",
        reports.submissionPage(Seen.whole(Samples.rejected()), null, Audience.STUDENT));
    PAGES.put(
        "failed/report.html",
        reports.submissionPage(Seen.whole(Samples.notGraded()), null, Audience.STUDENT));
    PAGES.put(
        "booked/report.html",
        reports.submissionPage(
            Samples.booked(), recorded.evidence("modern-blog-os"), Audience.STUDENT));
    PAGES.put("index.html", reports.classPage(Classes.mixed(recorded)));
    PAGES.put("empty.html", reports.classPage(ClassResults.of(List.of())));
  }

  static Stream<String> names() {
    // The names are known before the pages are: parameters are asked for first.
    return Stream.concat(
        SHOWN.stream().map(n -> n + "/report.html"),
        Stream.of(
            "prints-ok/instructor.html",
            "loud/report.html",
            "rejected/report.html",
            "failed/report.html",
            "booked/report.html",
            "index.html",
            "empty.html"));
  }

  private static void open(String page, Show show) throws Exception {
    browser.open("/work/" + page, show);
  }

  private static void save(String page, Show show, byte[] picture) throws Exception {
    Files.write(
        SEEN.resolve(page.replace('/', '-').replace(".html", "") + "-" + show.name() + ".png"),
        picture);
  }

  @ParameterizedTest
  @MethodSource("names")
  void looksRightOnEachMedium(String page) throws Exception {
    for (Show show : List.of(Show.LIGHT, Show.DARK, Show.PHONE, Show.PRINT)) {
      open(page, show);
      String where = page + ", " + show.name();
      assertThat(browser.events("Log.entryAdded")).as(where).isEmpty();
      assertThat(browser.events("Runtime.exceptionThrown")).as(where).isEmpty();
      assertThat(browser.events("Runtime.consoleAPICalled")).as(where).isEmpty();
      assertThat(browser.events("Network.requestWillBeSent"))
          .as(where)
          .extracting(e -> e.path("request").path("url").asText())
          .containsExactly("file:///work/" + page);
      save(page, show, browser.screenshot(MOST_PIXELS));
      assertThat(tooWide()).as(where).isEmpty();
      browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
      assertThat(tooWide()).as(where + ", unfolded").isEmpty();
      assertThat(faint()).as(where + ", unfolded").isEmpty();
      assertThat(cutOff()).as(where + ", unfolded").isEmpty();
    }
  }

  /** What makes the page scroll sideways; a table in a region of its own may. */
  private static List<String> tooWide() throws Exception {
    return words(
        """
        (() => {
          const most = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= most) return [];
          const wide = [];
          for (const e of document.querySelectorAll('body *')) {
            const box = e.getBoundingClientRect();
            if (box.right > most + 0.5 && box.width > 0 && !e.closest('.scroll') && !e.closest('pre') && !e.closest('.skip'))
              wide.push(e.tagName + '.' + e.className + ' ' + Math.round(box.right) + ' ' + e.textContent.slice(0, 40));
          }
          return wide.length ? wide : ['the page: ' + document.documentElement.scrollWidth];
        })()
        """);
  }

  /** Text with less contrast than 4.5 to 1, or 3 to 1 where it is large (WCAG 2.2, 1.4.3). */
  private static List<String> faint() throws Exception {
    return words(
        """
        (() => {
          const parse = c => { const m = c.match(/rgba?\\(([^)]*)\\)/); if (!m) return null;
            const p = m[1].split(',').map(Number); return {r: p[0], g: p[1], b: p[2], a: p.length > 3 ? p[3] : 1}; };
          const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
          const light = c => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
          const ratio = (a, b) => { const x = light(a), y = light(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
          const behind = e => { for (let n = e; n && n.nodeType === 1; n = n.parentElement) {
              const c = parse(getComputedStyle(n).backgroundColor); if (c && c.a === 1) return c; }
            return {r: 255, g: 255, b: 255}; };
          const painted = text => { const box = text.getBoundingClientRect();
            const x = box.left + box.width / 2, y = box.top + box.height / 2; let found = null;
            for (const s of text.ownerSVGElement.querySelectorAll('rect, circle')) {
              if (!(s.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
              const b = s.getBoundingClientRect();
              if (x < b.left || x > b.right || y < b.top || y > b.bottom) continue;
              const c = parse(getComputedStyle(s).fill); if (c && c.a === 1) found = c; }
            return found || behind(text.ownerSVGElement.parentElement); };
          const faint = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement;
            if (!walk.currentNode.textContent.trim() || e.closest('.unseen, title, desc, style')) continue;
            const style = getComputedStyle(e);
            if (style.visibility === 'hidden' || !e.getClientRects().length) continue;
            const svg = e.ownerSVGElement;
            const ink = parse(svg ? style.fill : style.color);
            const size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
            const paper = svg ? painted(e) : behind(e);
            const r = ratio(ink, paper);
            if (r < (large ? 3 : 4.5)) faint.push(r.toFixed(2) + ' ' + e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.slice(0, 40));
          }
          return [...new Set(faint)];
        })()
        """);
  }

  /**
   * Text of a picture that goes beyond one of its sides, where nobody sees it, or would where a
   * reader's font is wider by a fifth than the one here.
   */
  private static List<String> cutOff() throws Exception {
    return words(
        """
        [...document.querySelectorAll('svg text')].filter(text => {
          const box = text.getBoundingClientRect(), picture = text.ownerSVGElement.getBoundingClientRect();
          const more = box.width / 5, anchor = getComputedStyle(text).textAnchor;
          const left = box.left - ({start: 0, middle: more / 2, end: more})[anchor];
          const right = box.right + ({start: more, middle: more / 2, end: 0})[anchor];
          return box.width > 0 && (left < picture.left || right > picture.right);
        }).map(text => text.textContent)
        """);
  }

  private static List<String> words(String expression) throws Exception {
    List<String> words = new ArrayList<>();
    browser.evaluate(expression).forEach(word -> words.add(word.asText()));
    return words;
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatCanBeReachedHasANameToBeReadOut(String page) throws Exception {
    open(page, Show.LIGHT);
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
    List<String> roles = new ArrayList<>();
    for (JsonNode node : browser.call("Accessibility.getFullAXTree", Map.of()).path("nodes")) {
      if (node.path("ignored").asBoolean()) {
        continue;
      }
      String role = node.path("role").path("value").asText();
      roles.add(role);
      if (List.of(
              "link",
              "button",
              "DisclosureTriangle",
              "image",
              "img",
              "heading",
              "region",
              "navigation")
          .contains(role)) {
        assertThat(node.path("name").path("value").asText()).as(node.toString()).isNotBlank();
      }
    }
    assertThat(roles).contains("main", "heading", "contentinfo", "banner");
  }

  @ParameterizedTest
  @MethodSource("names")
  void anAccessibilityCheckerFindsNothing(String page) throws Exception {
    assertThat(axe).as("axe-core").isNotEmpty();
    boolean ofClass = page.equals("index.html");
    for (Show show : ofClass ? List.of(Show.LIGHT, Show.PHONE) : List.of(Show.LIGHT)) {
      open(page, show);
      browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
      browser.evaluate(axe + "; 1");
      JsonNode found =
          browser.evaluate(
              """
              axe.run(document, {resultTypes: ['violations']}).then(r =>
                r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')))
              """);
      List<String> violations = new ArrayList<>();
      found.forEach(v -> violations.add(v.asText()));
      assertThat(violations).as(page + ", " + show.name()).isEmpty();
    }
  }

  @Test
  void theKeyboardComesFirstToTheContentAndSeesWhereItIs() throws Exception {
    open("modern-blog-os/report.html", Show.LIGHT);
    tab();
    assertThat(browser.evaluate("document.activeElement.className").asText()).isEqualTo("skip");
    for (int i = 0; i < 12; i++) {
      assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle").asText())
          .isEqualTo("solid");
      assertThat(
              browser
                  .evaluate(
                      "(r => r.left >= 0 && r.right <= innerWidth)(document.activeElement.getBoundingClientRect())")
                  .asBoolean())
          .isTrue();
      tab();
    }
  }

  private static void tab() throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      browser.call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", "Tab", "code", "Tab", "windowsVirtualKeyCode", 9));
    }
  }

  @Test
  void aLinkToAnExceptionUnfoldsItsBoot() throws Exception {
    open("modern-blog-os/report.html", Show.LIGHT);
    String hidden =
        browser
            .evaluate(
                """
                (() => {
                  document.querySelectorAll('details').forEach(d => d.open = false);
                  const link = [...document.querySelectorAll('.criteria a')].find(a => /-e\\d+$/.test(a.hash));
                  link.click();
                  return link.hash.slice(1);
                })()
                """)
            .asText();
    assertThat(
            browser
                .evaluate(
                    "document.getElementById('%s').closest('details.boot').open".formatted(hidden))
                .asBoolean())
        .isTrue();
  }

  @Test
  void whatAProgramPrintedDoesNothing() throws Exception {
    open("loud/report.html", Show.LIGHT);
    assertThat(browser.evaluate("typeof pwned").asText()).isEqualTo("undefined");
    assertThat(
            browser
                .evaluate("document.querySelectorAll('script, img, iframe, object, form').length")
                .asInt())
        .isZero();
    assertThat(browser.evaluate("document.title").asText()).doesNotContain("\u202e", "\u001b");
    assertThat(browser.evaluate("document.querySelectorAll('pre').length").asInt()).isPositive();
  }

  @Test
  void paperGetsAllThatIsUnfolded() throws Exception {
    for (String page : List.of("kernel-without-ist/report.html", "index.html")) {
      open(page, Show.LIGHT);
      byte[] pdf = browser.pdf();
      assertThat(pdf).startsWith("%PDF-".getBytes(StandardCharsets.US_ASCII));
      Files.write(SEEN.resolve(page.replace('/', '-').replace(".html", "") + ".pdf"), pdf);
    }
  }
}
