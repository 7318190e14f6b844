package org.bootgrade.source;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.SourceFact.Kind;
import org.bootgrade.evidence.SourceLocation;

/** The facts that one file tells by itself. */
final class FileReading {

  /** The fields of x86_64's InterruptDescriptorTable that stand for one exception each. */
  private static final Set<String> GATES =
      Set.of(
          "divide_error",
          "debug",
          "non_maskable_interrupt",
          "breakpoint",
          "overflow",
          "bound_range_exceeded",
          "invalid_opcode",
          "device_not_available",
          "double_fault",
          "invalid_tss",
          "segment_not_present",
          "stack_segment_fault",
          "general_protection_fault",
          "page_fault",
          "x87_floating_point",
          "alignment_check",
          "machine_check",
          "simd_floating_point",
          "virtualization",
          "cp_protection_exception",
          "hv_injection_exception",
          "vmm_communication_exception",
          "security_exception");

  /** Hostile text must not make us look at the same leaves again and again. */
  private static final int REACH = 200;

  private static final int LONGEST_CHAIN = 32;

  /** In one comment or string. */
  private static final int MATCHES = 20;

  private static final String DOUBLE_FAULT = "double_fault";

  /** The double fault's vector as Rust writes numbers. */
  private static final Pattern EIGHT = Pattern.compile("(8|0x0*8)(_?(u8|u16|u32|u64|usize|i32))?");

  private static final Pattern NUMBER = Pattern.compile("[0-9][0-9a-zA-Z_]*");

  private static final Pattern INSTRUCTION = Pattern.compile("(?i)\\b(lidt|lgdt|ltr|iretq)\\b");

  private static final Set<String> ASSEMBLERS =
      Set.of("asm", "global_asm", "naked_asm", "llvm_asm");

  /** Calls and assignments that are worth a word when they stand in a comment. */
  private static final Pattern COMMENTED =
      Pattern.compile(
          "\\b(set_stack_index|load_tss|set_cs|set_reg)\\s*\\("
              + "|\\b(interrupt_stack_table)\\s*\\["
              + "|\\.\\s*(double_fault)\\b(?=\\s*(\\.|$))",
          Pattern.MULTILINE);

  private final SourceText text;
  private final Items items;
  private final Consumer<SourceFact> found;

  /** By function, the calls in it that bring the tables into force. */
  private final Map<String, Set<String>> steps = new HashMap<>();

  FileReading(SourceText text, Consumer<SourceFact> found) {
    this.text = text;
    this.items = new Items(text);
    this.found = found;
  }

  Items items() {
    return items;
  }

  /** The calls in a function that bring the tables into force, without repetition. */
  List<String> stepsIn(String function) {
    return List.copyOf(steps.getOrDefault(function, Set.of()));
  }

  void read() {
    for (int i = 0; i < text.size(); i++) {
      Leaf leaf = text.at(i);
      if (leaf.kind() != Leaf.Kind.WORD || text.at(i - 1).word("fn")) {
        continue;
      }
      switch (leaf.text()) {
        case "set_handler_fn", "set_handler_addr" -> gateHandler(i);
        case "set_handler" -> numberedHandler(i);
        case "set_stack_index" -> stackIndex(i);
        case "interrupt_stack_table" -> stackTable(i);
        case "load_tss", "ltr", "load_tr" -> loadTask(i);
        case "load", "load_unsafe" -> loadTable(i);
        case "lidt", "lgdt" -> loadTableRegister(i);
        case "set_cs" -> call(i, Kind.CODE_SEGMENT_SET);
        case "set_reg" -> setCode(i);
        case "new" -> newTable(i);
        case "extern" -> interruptFunction(i);
        default -> {
          if (ASSEMBLERS.contains(leaf.text()) && text.at(i + 1).mark("!")) {
            assembly(i);
          }
        }
      }
    }
    text.comments().forEach(this::comment);
  }

  /** {@code NAME: TYPE = NUMBER} of a constant, for each name that an index is written with. */
  void constants(Set<String> names) {
    for (int i = 0; i < text.size(); i++) {
      boolean declared = text.at(i).word("const") || text.at(i).word("static");
      if (declared
          && names.contains(text.at(i + 1).text())
          && text.at(i + 2).mark(":")
          && text.at(i + 4).mark("=")
          && NUMBER.matcher(text.at(i + 5).text()).matches()
          && text.at(i + 6).mark(";")) {
        fact(Kind.INDEX_CONSTANT, i + 1, text.at(i + 1).text(), text.at(i + 5).text());
      }
    }
  }

  /** Whether the leaf is called; a name in a {@code use} or a definition is not. */
  private boolean called(int index) {
    return text.at(index + 1).mark("(") && text.partner(index + 1) > index;
  }

  private String arguments(int index) {
    return text.between(index + 1, text.partner(index + 1));
  }

  private void gateHandler(int i) {
    if (called(i) && gate(i).equals(DOUBLE_FAULT)) {
      fact(Kind.HANDLER_REGISTERED, i, text.at(i).text(), arguments(i));
      step(i);
    }
  }

  /** The form of tables with numbered gates: {@code idt.set_handler(8, handler)}. */
  private void numberedHandler(int i) {
    if (called(i) && EIGHT.matcher(text.at(i + 2).text()).matches() && text.at(i + 3).mark(",")) {
      fact(Kind.HANDLER_REGISTERED, i, text.at(i).text(), text.between(i + 3, text.partner(i + 1)));
      step(i);
    }
  }

  private void stackIndex(int i) {
    if (called(i) && (text.at(i - 1).mark(".") || text.at(i - 1).mark("::"))) {
      fact(Kind.STACK_INDEX_SET, i, gate(i), arguments(i));
    }
  }

  /**
   * The field that a chain of calls begins with, if it is the name of a gate: of {@code
   * idt.double_fault.set_handler_fn(f).set_stack_index(0)} it is {@code double_fault}.
   */
  private String gate(int method) {
    int i = method;
    for (int links = 0; links < LONGEST_CHAIN && text.at(i - 1).mark("."); links++) {
      int before = i - 2;
      if (text.at(before).kind() == Leaf.Kind.WORD) {
        String field = text.at(before).text();
        return GATES.contains(field) ? field : "";
      }
      int open = text.partner(before);
      if (open < 0 || open > before) {
        return "";
      }
      if (text.at(before).mark("]")) {
        return before - open == 2 && EIGHT.matcher(text.at(open + 1).text()).matches()
            ? DOUBLE_FAULT
            : "";
      }
      if (text.at(open - 1).kind() != Leaf.Kind.WORD || text.at(before).mark("}")) {
        return gateWithin(open, before);
      }
      i = open - 1;
    }
    return "";
  }

  /** Of {@code unsafe { idt.double_fault.set_handler_fn(f) }}. */
  private String gateWithin(int open, int close) {
    for (int i = open + 1; i < Math.min(close, open + REACH); i++) {
      if (text.at(i - 1).mark(".") && GATES.contains(text.at(i).text())) {
        return text.at(i).text();
      }
    }
    return "";
  }

  private void stackTable(int i) {
    int close = text.partner(i + 1);
    if (text.at(i + 1).mark("[") && close > i && text.at(close + 1).mark("=")) {
      fact(Kind.STACK_TABLE_ASSIGNED, i, "", text.between(i + 1, close));
      step(i);
    }
  }

  private void loadTask(int i) {
    // load_tr and ltr are names that a method of another thing may have as well.
    if (called(i) && !text.at(i - 1).mark(".")) {
      call(i, Kind.TASK_REGISTER_LOADED);
    }
  }

  private void call(int i, Kind kind) {
    if (called(i)) {
      fact(kind, i, text.at(i).text(), arguments(i));
      step(i);
    }
  }

  /** {@code IDT.load()}, {@code GDT.0.load()}; an atomic's load has an argument. */
  private void loadTable(int i) {
    if (!text.at(i - 1).mark(".") || !called(i) || text.partner(i + 1) != i + 2) {
      return;
    }
    int first = i - 1;
    for (int links = 0; links < LONGEST_CHAIN && first > 0; links++) {
      Leaf before = text.at(first - 1);
      int open = text.partner(first - 1);
      if (open >= 0 && open < first - 1 && !before.mark("}")) {
        first = open;
      } else if (before.kind() == Leaf.Kind.WORD
          || before.mark(".")
          || before.mark("::")
          || NUMBER.matcher(before.text()).matches()) {
        first--;
      } else {
        break;
      }
    }
    String receiver = text.from(first, i - 2);
    fact(Kind.TABLE_LOADED, i, tableIn(receiver), receiver);
    step(i);
  }

  private static String tableIn(String receiver) {
    String name = receiver.toLowerCase(Locale.ROOT);
    boolean idt = name.contains("idt") || name.contains("interruptdescriptortable");
    boolean gdt = name.contains("gdt") || name.contains("globaldescriptortable");
    return idt == gdt ? "" : idt ? "idt" : "gdt";
  }

  private void loadTableRegister(int i) {
    if (called(i)) {
      fact(Kind.TABLE_LOADED, i, text.at(i).text().substring(1), arguments(i));
      step(i);
    }
  }

  private void setCode(int i) {
    if (text.at(i - 1).mark("::") && text.at(i - 2).word("CS")) {
      call(i, Kind.CODE_SEGMENT_SET);
    }
  }

  private void newTable(int i) {
    String type = text.at(i - 2).text();
    if (text.at(i - 1).mark("::")
        && called(i)
        && (type.equalsIgnoreCase("idt") || type.equals("InterruptDescriptorTable"))) {
      fact(Kind.IDT_MADE, i, "", type);
    }
  }

  /** {@code extern "x86-interrupt" fn NAME(…) -> …}; without a name it is a type. */
  private void interruptFunction(int i) {
    if (!text.at(i + 1).text().equals("\"x86-interrupt\"")
        || !text.at(i + 2).word("fn")
        || text.at(i + 3).kind() != Leaf.Kind.WORD
        || !text.at(i + 4).mark("(")) {
      return;
    }
    int close = text.partner(i + 4);
    if (close < 0) {
      return;
    }
    int end = close;
    if (text.at(close + 1).mark("->")) {
      end = close + 2;
      while (end + 1 < text.size()
          && end < close + REACH
          && !text.at(end + 1).mark("{")
          && !text.at(end + 1).mark(";")
          && !text.at(end + 1).word("where")) {
        end++;
      }
    }
    String name = text.at(i + 3).text();
    fact(Kind.INTERRUPT_FUNCTION, i + 3, name, text.from(i + 4, end));
    int colon = i + 5;
    while (colon < Math.min(close, i + REACH)
        && !text.at(colon).mark(":")
        && !text.at(colon).mark(",")) {
      colon++;
    }
    if (text.at(colon).mark(":") && text.at(colon + 1).mark("&")) {
      int last = colon + 1;
      while (last + 1 < Math.min(close, colon + REACH) && !text.at(last + 1).mark(",")) {
        last++;
      }
      fact(Kind.FRAME_BY_REFERENCE, i + 3, name, text.from(i + 5, last));
    }
  }

  private void assembly(int i) {
    int close = Math.min(text.partner(i + 2), i + REACH);
    for (int j = i + 3; j < close; j++) {
      Leaf leaf = text.at(j);
      if (leaf.kind() == Leaf.Kind.STRING) {
        Matcher instruction = INSTRUCTION.matcher(leaf.text());
        for (int n = 0; n < MATCHES && instruction.find(); n++) {
          String name = instruction.group(1).toLowerCase(Locale.ROOT);
          int line = text.line(leaf.start() + utf8(leaf.text(), instruction.start()));
          found.accept(
              new SourceFact(
                  Kind.ASSEMBLY,
                  new SourceLocation(items.around(i), text.file(), line),
                  name,
                  text.at(i).text() + "!",
                  items.test(i)));
          if (!name.equals("iretq")) {
            step(i, name);
          }
        }
      }
    }
  }

  /** Documentation talks about code; other comments may hold it. */
  private void comment(Leaf comment) {
    String all = comment.text();
    boolean documentation =
        (all.startsWith("///") && !all.startsWith("////"))
            || all.startsWith("//!")
            || (all.startsWith("/**") && !all.startsWith("/***") && !all.startsWith("/**/"))
            || all.startsWith("/*!");
    if (documentation) {
      return;
    }
    Matcher code = COMMENTED.matcher(all);
    for (int n = 0; n < MATCHES && code.find(); n++) {
      int group = code.group(1) != null ? 1 : code.group(2) != null ? 2 : 3;
      int start = all.lastIndexOf('\n', code.start(group)) + 1;
      int end = all.indexOf('\n', code.start(group));
      int leaf = leafAfter(comment.end());
      found.accept(
          new SourceFact(
              Kind.IN_COMMENT,
              new SourceLocation(
                  items.around(leaf),
                  text.file(),
                  text.line(comment.start() + utf8(all, code.start(group)))),
              code.group(group),
              SourceText.oneLine(
                  all.substring(start, Math.min(end < 0 ? all.length() : end, start + REACH))),
              items.test(leaf)));
    }
  }

  /** The first leaf of the code at or behind a byte. */
  private int leafAfter(int offset) {
    int low = 0;
    int high = text.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (text.at(middle).start() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int utf8(String text, int chars) {
    return text.substring(0, chars).getBytes(StandardCharsets.UTF_8).length;
  }

  private void step(int i) {
    step(i, text.at(i).text());
  }

  private void step(int i, String call) {
    steps.computeIfAbsent(items.around(i), f -> new LinkedHashSet<>()).add(call);
  }

  private void fact(Kind kind, int index, String subject, String detail) {
    found.accept(
        new SourceFact(
            kind,
            new SourceLocation(items.around(index), text.file(), text.lineOf(index)),
            subject,
            detail,
            items.test(index)));
  }
}
