package org.bootgrade.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.SourceFact.Kind;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of the text of Rust sources, and what is not. */
class SourceReadingTest {

  private static final ReadingLimits DEFAULTS = ReadingLimits.defaults();

  @TempDir Path temporary;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private SourceReadingTest file(String path, String text) {
    files.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private SourceTree tree() throws IOException, InfrastructureFailure {
    Path folder = temporary.resolve("handed-in");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("Cargo.toml"), "[package]");
    return ((Accepted) new Intake(IntakeLimits.defaults()).take(folder, temporary.resolve("taken")))
        .tree();
  }

  private List<SourceFact> facts() throws IOException, InfrastructureFailure {
    return new SourceReading(temporary).read(tree());
  }

  private List<SourceFact> facts(ReadingLimits limits) throws IOException, InfrastructureFailure {
    return new SourceReading(limits, Optional::empty, FileReading::new).read(tree());
  }

  private static Stream<String> of(List<SourceFact> facts, Kind kind) {
    return facts.stream().filter(f -> f.kind() == kind).map(SourceReadingTest::words);
  }

  private static String words(SourceFact fact) {
    return "%s %s [%s]%s"
        .formatted(fact.at().place(), fact.subject(), fact.detail(), fact.test() ? " test" : "");
  }

  private Stream<String> read(String text, Kind kind) throws Exception {
    return of(file("src/a.rs", text).facts(), kind);
  }

  // where a stack index is set

  @Test
  void aStackIndexIsFoundWithItsGateItsExpressionAndTheFunctionAroundIt() throws Exception {
    file(
        "src/a.rs",
        """
        fn init() {
            idt.double_fault
                .set_handler_fn(df)
                .set_stack_index(gdt::SLOT);
        }
        """);
    List<SourceFact> facts = facts();
    assertThat(of(facts, Kind.STACK_INDEX_SET))
        .containsExactly("src/a.rs:4 double_fault [gdt::SLOT]");
    assertThat(of(facts, Kind.HANDLER_REGISTERED))
        .containsExactly("src/a.rs:3 set_handler_fn [df]");
    assertThat(facts)
        .filteredOn(f -> f.kind() == Kind.STACK_INDEX_SET)
        .allSatisfy(f -> assertThat(f.at().function()).isEqualTo("init"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lazy_static! { static ref I: T = { unsafe { %s } idt }; }",
        "static I: Lazy<T> = Lazy::new(|| { %s });",
        "once! { a!{ b!( [ { %s } ] ) } }",
        "macro_rules! m { () => { %s }; }",
        "fn broken( { let = ; %s",
        "fn f() { %s } /* /* */ */ fn g() {}"
      })
  void itIsFoundInMacrosInMacrosOfMacrosAndInBrokenText(String around) throws Exception {
    String call = "idt.double_fault.set_handler_fn(df).set_stack_index(0);";
    assertThat(read(around.formatted(call), Kind.STACK_INDEX_SET))
        .containsExactly("src/a.rs:1 double_fault [0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unsafe { idt.double_fault.set_handler_fn(h) }.set_stack_index(0);",
        "(idt.double_fault.set_handler_fn(h)).set_stack_index(0);",
        "idt[8].set_handler_fn(h).set_stack_index(0);",
        "self.idt.double_fault.set_handler_fn(h).set_present(true).set_stack_index(0);"
      })
  void theGateIsSeenThroughBlocksBracketsAndChains(String call) throws Exception {
    assertThat(read("fn f() { " + call + " }", Kind.STACK_INDEX_SET))
        .containsExactly("src/a.rs:1 double_fault [0]");
  }

  @Test
  void theGateStaysOpenWhereTheTextDoesNotTellIt() throws Exception {
    assertThat(
            read(
                """
                fn f() {
                  let e = idt.double_fault.set_handler_fn(h); e.set_stack_index(1);
                  idt[p].set_stack_index(2);
                  idt.page_fault.set_stack_index(3);
                }
                """,
                Kind.STACK_INDEX_SET))
        .containsExactly("src/a.rs:2  [1]", "src/a.rs:3  [2]", "src/a.rs:4 page_fault [3]");
  }

  @Test
  void stringsDefinitionsAndImportsAreNoCalls() throws Exception {
    file(
        "src/a.rs",
        """
        use x::{load_tss, set_stack_index};
        fn set_stack_index(i: u16) {}
        fn load_tss(s: u16) {}
        const A: &str = "idt.double_fault.set_handler_fn(h).set_stack_index(0)";
        const B: &str = r#"a".set_stack_index(0)"#;
        const C: &[u8] = b"load_tss(x)";
        fn f() { m!("x.set_stack_index(0)"); }
        """);
    assertThat(facts())
        .extracting(SourceFact::kind)
        .doesNotContain(
            Kind.STACK_INDEX_SET,
            Kind.HANDLER_REGISTERED,
            Kind.TASK_REGISTER_LOADED,
            Kind.IN_COMMENT);
  }

  // comments

  @Test
  void codeInACommentIsToldWithItsOwnLine() throws Exception {
    assertThat(
            read(
                """
                fn f() {
                    // x.set_stack_index(0);
                    /* one
                       é load_tss(sel);
                       tss.interrupt_stack_table[0] = top; */
                    m! { // idt.double_fault
                    }
                }
                """,
                Kind.IN_COMMENT))
        .containsExactly(
            "src/a.rs:2 set_stack_index [// x.set_stack_index(0);]",
            "src/a.rs:4 load_tss [é load_tss(sel);]",
            "src/a.rs:5 interrupt_stack_table [tss.interrupt_stack_table[0] = top; */]",
            "src/a.rs:6 double_fault [// idt.double_fault]");
  }

  @Test
  void proseAndDocumentationAreNoCodeInAComment() throws Exception {
    assertThat(
            read(
                """
                //! set_stack_index(0)
                /// load_tss(x)
                /** set_cs(x) */
                // Without set_stack_index a double fault ends in a triple fault.
                // see load_tss
                fn f() {}
                """,
                Kind.IN_COMMENT))
        .isEmpty();
  }

  @Test
  void linesAreCountedTheSameWithCarriageReturns() throws Exception {
    assertThat(read("// x\r\nfn f() {\r\n  // a.set_stack_index(1)\r\n}\r\n", Kind.IN_COMMENT))
        .containsExactly("src/a.rs:3 set_stack_index [// a.set_stack_index(1)]");
  }

  // handlers

  @Test
  void handlersOfTheDoubleFaultAreFoundInTheirForms() throws Exception {
    assertThat(
            read(
                """
                fn f() {
                  idt.double_fault.set_handler_fn(a);
                  idt.double_fault.set_handler_addr(VirtAddr::new(b as u64));
                  idt[0x8].set_handler_fn(c);
                  idt.set_handler(8, d);
                  idt.breakpoint.set_handler_fn(e);
                  idt.set_handler(3, f);
                }
                """,
                Kind.HANDLER_REGISTERED))
        .containsExactly(
            "src/a.rs:2 set_handler_fn [a]",
            "src/a.rs:3 set_handler_addr [VirtAddr::new(b as u64)]",
            "src/a.rs:4 set_handler_fn [c]",
            "src/a.rs:5 set_handler [d]");
  }

  @Test
  void interruptFunctionsAreFoundWithTheirSignature() throws Exception {
    file(
        "src/a.rs",
        """
        pub extern "x86-interrupt" fn df(
            frame: InterruptStackFrame,
            _c: u64,
        ) -> ! { loop {} }
        extern "x86-interrupt" fn bp(f: &mut InterruptStackFrame) {}
        m! { extern "x86-interrupt" fn pf(_: &'static InterruptStackFrame, c: E) where E: X {} }
        type F = extern "x86-interrupt" fn(InterruptStackFrame);
        extern "C" fn c(a: &mut u8) {}
        """);
    List<SourceFact> facts = facts();
    assertThat(of(facts, Kind.INTERRUPT_FUNCTION))
        .containsExactly(
            "src/a.rs:1 df [( frame: InterruptStackFrame, _c: u64, ) -> !]",
            "src/a.rs:5 bp [(f: &mut InterruptStackFrame)]",
            "src/a.rs:6 pf [(_: &'static InterruptStackFrame, c: E)]");
    assertThat(of(facts, Kind.FRAME_BY_REFERENCE))
        .containsExactly(
            "src/a.rs:5 bp [f: &mut InterruptStackFrame]",
            "src/a.rs:6 pf [_: &'static InterruptStackFrame]");
  }

  // tables

  @Test
  void loadsOfTablesAreNamedByWhatIsLoaded() throws Exception {
    assertThat(
            read(
                """
                fn f() {
                  IDT.load();
                  GDT.0.load();
                  m!(GDT.0.load());
                  (*TABLE.lock()).load();
                  unsafe { lidt(&p); }
                  COUNT.load(Ordering::Relaxed);
                  idt_ready.load(Relaxed);
                }
                """,
                Kind.TABLE_LOADED))
        .containsExactly(
            "src/a.rs:2 idt [IDT]",
            "src/a.rs:3 gdt [GDT.0]",
            "src/a.rs:4 gdt [GDT.0]",
            "src/a.rs:5  [(*TABLE.lock())]",
            "src/a.rs:6 idt [&p]");
  }

  @Test
  void taskRegisterCodeSegmentStackTableAndIdtAreFound() throws Exception {
    file(
        "src/a.rs",
        """
        pub const SLOT: u16 = 0;
        const OTHER: u16 = 1;
        fn f() {
          tss.interrupt_stack_table[SLOT as usize] = { top };
          if tss.interrupt_stack_table[1] == x {}
          CS::set_reg(GDT.1.code);
          DS::set_reg(x);
          set_cs(c);
          load_tss(GDT.1.tss);
          let i = InterruptDescriptorTable::new();
          let j = m!(Idt::new());
          let k = Other::new();
        }
        """);
    List<SourceFact> facts = facts();
    assertThat(of(facts, Kind.STACK_TABLE_ASSIGNED)).containsExactly("src/a.rs:4  [SLOT as usize]");
    assertThat(of(facts, Kind.CODE_SEGMENT_SET))
        .containsExactly("src/a.rs:6 set_reg [GDT.1.code]", "src/a.rs:8 set_cs [c]");
    assertThat(of(facts, Kind.TASK_REGISTER_LOADED))
        .containsExactly("src/a.rs:9 load_tss [GDT.1.tss]");
    assertThat(of(facts, Kind.IDT_MADE))
        .containsExactly("src/a.rs:10  [InterruptDescriptorTable]", "src/a.rs:11  [Idt]");
    assertThat(of(facts, Kind.INDEX_CONSTANT)).containsExactly("src/a.rs:1 SLOT [0]");
  }

  @Test
  void assemblyIsFoundByItsInstructionAndLine() throws Exception {
    assertThat(
            read(
                """
                fn f() { unsafe { asm!("lidt [{}]", in(reg) p); } println!("lgdt"); }
                global_asm!("
                  nop
                  LTR ax
                  iretq");
                #[naked] fn g() { naked_asm!("push rax", "iretq"); }
                """,
                Kind.ASSEMBLY))
        .containsExactly(
            "src/a.rs:1 lidt [asm!]",
            "src/a.rs:4 ltr [global_asm!]",
            "src/a.rs:5 iretq [global_asm!]",
            "src/a.rs:6 iretq [naked_asm!]");
  }

  // what is nowhere

  @Test
  void aFunctionThatNothingNamesIsNeverCalled() throws Exception {
    file("src/gdt.rs", "pub fn setup_gdt() { GDT.load(); load_tss(t); } // setup_gdt()");
    file("src/main.rs", "#[no_mangle] pub extern \"C\" fn _start() -> ! { IDT.load(); loop {} }");
    assertThat(of(facts(), Kind.NEVER_CALLED))
        .containsExactly("src/gdt.rs:1 setup_gdt [load, load_tss]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fn a() { gdt::setup_gdt(); }",
        "fn a() { call!(setup_gdt) }",
        "use gdt::setup_gdt as s;",
        "const A: &str = \"setup_gdt\";"
      })
  void aFunctionThatIsNamedAnywhereMayBeCalled(String other) throws Exception {
    file("src/gdt.rs", "pub fn setup_gdt() { load_tss(t); }").file("src/main.rs", other);
    assertThat(of(facts(), Kind.NEVER_CALLED)).isEmpty();
  }

  @Test
  void namesThatStandNowhereInTheKernelAreTold() throws Exception {
    file("src/main.rs", "// load_tss(x)\nfn main() { set_stack_index; m!(.double_fault); }");
    file("tests/t.rs", "fn a() { load_tss(x); tss.interrupt_stack_table[0] = t; }");
    assertThat(of(facts(), Kind.ABSENT))
        .containsExactly(
            ":0 interrupt_stack_table []", ":0 load_tss, load_tr, ltr []", ":0 set_reg, set_cs []");
  }

  @Test
  void nothingIsSaidToBeNowhereWhereAFileWasNotRead() throws Exception {
    file("src/main.rs", "fn main() {}");
    files.put("src/b.rs", new byte[] {'/', '/', (byte) 0xff});
    assertThat(facts()).extracting(SourceFact::kind).containsExactly(Kind.NOT_READ);
  }

  // tests

  @Test
  void whatIsForTestsAloneIsMarked() throws Exception {
    String call = "{ a.set_stack_index(1); }";
    file("tests/t.rs", "fn f() " + call);
    file(
        "src/a.rs",
        """
        fn a() X
        #[cfg(test)] #[allow(dead_code)] mod tests { fn b() X }
        #[test_case] fn c() X
        #[cfg(not(test))] fn d() X
        #[cfg(all(test, x))] use a::b; fn e() X
        #[cfg(any(test, x))] fn f() X
        """
            .replace("X", call));
    file("src/b.rs", "#![cfg(test)]\nfn g() " + call);
    assertThat(of(facts(), Kind.STACK_INDEX_SET))
        .containsExactly(
            "src/a.rs:1  [1]",
            "src/a.rs:2  [1] test",
            "src/a.rs:3  [1] test",
            "src/a.rs:4  [1]",
            "src/a.rs:5  [1]",
            "src/a.rs:6  [1]",
            "src/b.rs:2  [1] test",
            "tests/t.rs:1  [1] test");
  }

  @Test
  void vendoredCratesAreLeftOut() throws Exception {
    file("vendor/x86_64/.cargo-checksum.json", "{}");
    file("vendor/x86_64/src/lib.rs", "fn f() { load_tss(x); }");
    file("src/main.rs", "fn f() { load_tss(y); }");
    assertThat(of(facts(), Kind.TASK_REGISTER_LOADED))
        .containsExactly("src/main.rs:1 load_tss [y]");
  }

  // hostile sources

  static Stream<String> hostile() {
    int n = 100_000;
    return Stream.of(
        "fn f() { " + "(".repeat(n),
        "fn f() { " + "(".repeat(n) + ")".repeat(n) + " }",
        "{".repeat(n) + "}".repeat(n),
        "m!{" + "[".repeat(n) + "]".repeat(n) + "}",
        "]".repeat(n),
        "/*".repeat(n),
        "\"".repeat(n),
        "r" + "#".repeat(n) + "\"",
        "\0".repeat(n),
        "let ".repeat(n),
        "#[cfg(test)]".repeat(n / 4),
        "fn a".repeat(n),
        "x" + ".set_stack_index(1)".repeat(n / 4),
        "x.set_stack_index(".repeat(n / 4),
        "asm!(".repeat(n / 4),
        "asm!(\"" + "ltr ".repeat(n) + "\")",
        "// " + "set_stack_index(".repeat(n / 4),
        "// set_stack_index(0)\n".repeat(n / 4),
        "extern \"x86-interrupt\" fn f(".repeat(n / 8),
        "&".repeat(n) + "x");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(60)
  void hostileTextHasAnEndAndIsReadOrNot(String text) throws Exception {
    ReadingLimits limits =
        new ReadingLimits(1 << 20, 16 << 20, 100_000, 4096, 1000, Duration.ofSeconds(5));
    long before = System.nanoTime();
    assertThat(file("src/a.rs", text).facts(limits)).hasSizeLessThanOrEqualTo(1002);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void everyLimitLeavesItsReason() throws Exception {
    file("src/a.rs", "fn f() { ((((1)))); }");
    assertThat(
            of(facts(new ReadingLimits(4, 99, 99, 99, 99, Duration.ofSeconds(9))), Kind.NOT_READ))
        .containsExactly("src/a.rs:0  [it has more than 4 bytes]");
    SourceTree tree = new SourceTree(temporary.resolve("taken"), "", List.of());
    assertThat(new SourceReading(temporary).read(tree)).isEmpty();
  }

  @Test
  void aFileThatIsTooLongTooDeepOrTooSlowIsNotReadAndTheOthersAre() throws Exception {
    file("src/a.rs", "fn f() { ((((((((((((1)))))))))))); }");
    file("src/b.rs", "fn f() { load_tss(x); }");
    SourceTree tree = tree();
    Map<ReadingLimits, String> limits =
        Map.of(
            new ReadingLimits(99, 40, 999, 99, 99, Duration.ofSeconds(9)), "more than 40 bytes",
            new ReadingLimits(99, 99, 30, 99, 99, Duration.ofSeconds(9)), "more than 30 nodes",
            new ReadingLimits(99, 99, 999, 12, 99, Duration.ofSeconds(9)), "more than 12 deep");
    for (Map.Entry<ReadingLimits, String> limit : limits.entrySet()) {
      assertThat(
              of(
                  new SourceReading(limit.getKey(), Optional::empty, FileReading::new).read(tree),
                  Kind.NOT_READ))
          .as(limit.getValue())
          .anySatisfy(f -> assertThat(f).contains(limit.getValue()));
    }
    assertThat(
            of(
                new SourceReading(
                        new ReadingLimits(99, 99, 999, 12, 99, Duration.ofSeconds(9)),
                        Optional::empty,
                        FileReading::new)
                    .read(tree),
                Kind.TASK_REGISTER_LOADED))
        .containsExactly("src/b.rs:1 load_tss [x]");
  }

  @Test
  void behindTheLimitOfNodesNoFileIsParsedAnyMore() throws Exception {
    ReadingLimits few = new ReadingLimits(99, 99, 30, 99, 99, Duration.ofSeconds(9));
    RustParser parser = new RustParser(few, new Deadline(few.time()));
    byte[] many = "fn f() { ((((((((((((1)))))))))))); }".getBytes(StandardCharsets.UTF_8);
    byte[] noUtf8 = {(byte) 0xff};

    for (byte[] bytes : List.of(many, noUtf8)) {
      assertThatThrownBy(() -> parser.parse("src/a.rs", bytes))
          .isInstanceOfSatisfying(
              NotReadable.class, e -> assertThat(e.reason()).contains("more than 30 nodes"));
    }
  }

  @Test
  void textThatTakesTooLongIsNotRead() throws Exception {
    // Recovery from errors takes seconds for this.
    file("src/a.rs", "let ".repeat(50_000));
    assertThat(
            of(
                facts(new ReadingLimits(1 << 20, 1 << 20, 999_999, 99, 99, Duration.ofMillis(50))),
                Kind.NOT_READ))
        .singleElement()
        .asString()
        .contains("took more than");
  }

  @Test
  void moreFactsThanTheLimitAreCutOffWithANote() throws Exception {
    file("src/a.rs", "fn f() { " + "load_tss(x);".repeat(20) + "}");
    List<SourceFact> facts =
        facts(new ReadingLimits(9999, 9999, 9999, 99, 5, Duration.ofSeconds(9)));
    assertThat(facts).hasSize(6);
    assertThat(of(facts, Kind.NOT_READ)).containsExactly(":0  [there are more than 5 facts]");
  }

  @Test
  void textOfASourceCannotCommandATerminal() throws Exception {
    assertThat(read("fn f() { load_tss(\"\u001b[2J\n\u009bx\"); }", Kind.TASK_REGISTER_LOADED))
        .allSatisfy(f -> assertThat(f).doesNotContainPattern("\\p{Cntrl}"));
  }

  @Test
  void anEmptyFileHasNoFactsButWhatIsMissing() throws Exception {
    assertThat(file("src/a.rs", "").facts())
        .isNotEmpty()
        .allSatisfy(f -> assertThat(f.kind()).isEqualTo(Kind.ABSENT));
  }

  @Test
  void aTreeWithoutRustHasNoFacts() throws Exception {
    assertThat(facts()).isEmpty();
  }

  @Test
  void aCommentAloneIsRead() throws Exception {
    file("tests/a.rs", "// x.set_stack_index(0)").file("src/a.rs", "// x.set_stack_index(0)");
    assertThat(of(facts(), Kind.IN_COMMENT))
        .containsExactly(
            "src/a.rs:1 set_stack_index [// x.set_stack_index(0)]",
            "tests/a.rs:1 set_stack_index [// x.set_stack_index(0)] test");
  }

  @Test
  void whateverBecomesOfARealFileItIsReadOrRefusedForAReason() throws Exception {
    byte[] real = Files.readAllBytes(Path.of("src/samples/double-faults/osirs/src/gdt.rs"));
    byte[] idt = Files.readAllBytes(Path.of("src/samples/double-faults/osirs/src/idt.rs"));
    String[] marks = {"(", "}", "\"", "/*", "'", "#[", "r#\"", "!", "asm!(", "fn ", "extern ", "<"};
    Random random = new Random(1);
    for (int n = 0; n < 150; n++) {
      byte[] spoilt = (n % 2 == 0 ? real : idt).clone();
      for (int i = 0; i < 1 + n % 20; i++) {
        byte[] mark =
            n % 5 == 0
                ? new byte[] {(byte) random.nextInt(256)}
                : marks[random.nextInt(marks.length)].getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(spoilt.length - mark.length);
        System.arraycopy(mark, 0, spoilt, at, mark.length);
      }
      files.put("src/a%d.rs".formatted(n), spoilt);
    }
    assertThat(of(facts(), Kind.NOT_READ)).allMatch(f -> f.contains("not UTF-8"));
  }

  @Test
  void aDefectOfOursLeavesOneFactAndNoFailure() throws Exception {
    file("src/a.rs", "fn f() { load_tss(x); }").file("src/b.rs", "fn g() { load_tss(y); }");
    SourceReading reading =
        new SourceReading(
            DEFAULTS,
            Optional::empty,
            (text, found) -> {
              if (text.file().equals("src/a.rs")) {
                throw new IllegalStateException("index out of range");
              }
              return new FileReading(text, found);
            });
    List<SourceFact> facts = reading.read(tree());
    assertThat(of(facts, Kind.NOT_READ))
        .singleElement()
        .asString()
        .contains("src/a.rs", "index out of range");
    assertThat(of(facts, Kind.TASK_REGISTER_LOADED)).containsExactly("src/b.rs:1 load_tss [y]");
    assertThat(facts).extracting(SourceFact::kind).doesNotContain(Kind.ABSENT, Kind.NEVER_CALLED);
  }

  // the native parser

  @Test
  void aMachineWithoutTheParserLeavesOneFactAndNoFailure() throws Exception {
    file("src/a.rs", "fn f() {}");
    SourceReading reading =
        new SourceReading(DEFAULTS, () -> Optional.of("no library for s390x"), FileReading::new);
    assertThat(of(reading.read(tree()), Kind.NOT_READ))
        .containsExactly(":0  [no library for s390x]");
  }

  /** The main class of a process of its own: one that has loaded nothing yet. */
  static final class Loading {
    public static void main(String[] arguments) {
      System.out.print(new NativeParser(Path.of(arguments[0])).trouble().orElse("loaded"));
    }
  }

  @Test
  void theNativeLibrariesAreUnpackedToTheScratchFolderAlone() throws Exception {
    Path home = Files.createDirectory(temporary.resolve("home"));
    Path scratch = Files.createDirectory(temporary.resolve("scratch"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary.resolve("not-there"),
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName(),
                scratch.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream said = process.getInputStream()) {
      assertThat(new String(said.readAllBytes(), UTF_8)).isEqualTo("loaded");
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files).isEmpty();
    }
    try (Stream<Path> files = Files.list(scratch)) {
      assertThat(files).containsExactly(scratch.resolve("parser"));
    }
  }

  // real kernels

  @ParameterizedTest
  @ValueSource(strings = {"osirs", "blog-os-2019", "modern-blog-os"})
  void aRightKernelHasAllThatItNeedsAndNothingIsMissing(String sample) throws Exception {
    List<SourceFact> facts = sample(sample);
    for (Kind kind :
        List.of(
            Kind.HANDLER_REGISTERED,
            Kind.STACK_INDEX_SET,
            Kind.STACK_TABLE_ASSIGNED,
            Kind.TASK_REGISTER_LOADED,
            Kind.TABLE_LOADED,
            Kind.CODE_SEGMENT_SET,
            Kind.INTERRUPT_FUNCTION,
            Kind.INDEX_CONSTANT)) {
      assertThat(facts).as(kind.toString()).anyMatch(f -> f.kind() == kind && !f.test());
    }
    assertThat(facts)
        .extracting(SourceFact::kind)
        .doesNotContain(Kind.ABSENT, Kind.NEVER_CALLED, Kind.NOT_READ, Kind.FRAME_BY_REFERENCE);
  }

  @Test
  void brokenKernelsLackWhatTheyLack() throws Exception {
    assertThat(of(sample("tss-not-loaded"), Kind.ABSENT))
        .containsExactly(":0 load_tss, load_tr, ltr []");
    assertThat(of(sample("kernel-without-ist"), Kind.ABSENT))
        .containsExactly(":0 set_stack_index []");
    assertThat(of(sample("handler-not-registered"), Kind.ABSENT)).contains(":0 .double_fault []");
  }

  private List<SourceFact> sample(String name) throws IOException, InfrastructureFailure {
    Path taken = Files.createTempDirectory(temporary, "sample").resolve("taken");
    return new SourceReading(temporary)
        .read(
            ((Accepted)
                    new Intake(IntakeLimits.defaults())
                        .take(Path.of("src/samples/double-faults", name), taken))
                .tree());
  }
}
