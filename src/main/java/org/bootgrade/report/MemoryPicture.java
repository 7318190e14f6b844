package org.bootgrade.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Tables;
import org.jspecify.annotations.Nullable;

/**
 * Where a stack overflowed and where the double fault's frame went: the program's stack, what lies
 * below it, and the interrupt stack, with the addresses that matter. Addresses grow upwards, as a
 * stack grows downwards. Distances are written, not drawn to scale: a stack has 2 MiB, its frame 48
 * bytes.
 *
 * @param boot the id of the boot that it shows
 * @param panels the stacks
 * @param points what the numbers in the picture are, in the order of what happened
 * @param summary the picture in a sentence
 */
record MemoryPicture(String boot, List<Panel> panels, List<Point> points, String summary) {

  /** How far below a stack a fault is still taken to be its overflow. */
  private static final long NEAR = 64 << 10;

  /** How far above its end: compilers touch a stack some pages ahead. */
  private static final long ABOVE = 16 << 10;

  /** Six values of 8 bytes (Intel SDM vol. 3A, 6.14.2). */
  private static final long FRAME = 48;

  // Coordinates of a panel, in its own units; the style decides how large these are.
  private static final int TOP = 34;
  private static final int STACK = 128;
  private static final int BELOW = 74;
  private static final int GAP = 25;

  /**
   * One stack.
   *
   * @param title what it is
   * @param size its size in words
   * @param top one past its highest byte
   * @param bottom its lowest byte
   * @param below what lies below it, in words
   * @param unmapped whether nothing is mapped there
   * @param frameTop where a frame is drawn from, or 0 where none is
   * @param frameBottom where it is drawn to
   * @param stackTop where the stack is drawn from
   * @param stackBottom where it is drawn to, and what lies below from
   * @param end where that is drawn to
   * @param marks addresses in it, from the top
   */
  record Panel(
      String title,
      String size,
      String top,
      String bottom,
      String below,
      boolean unmapped,
      int frameTop,
      int frameBottom,
      int stackTop,
      int stackBottom,
      int end,
      List<Mark> marks) {

    public int height() {
      return end + 10;
    }

    public int stackHeight() {
      return stackBottom - stackTop;
    }

    public int belowHeight() {
      return end - stackBottom;
    }

    public int frameHeight() {
      return frameBottom - frameTop;
    }
  }

  /**
   * An address in a panel.
   *
   * @param number its point
   * @param name for example {@code RSP}
   * @param address in hexadecimal
   * @param y where it points to
   * @param textY where its words stand
   */
  record Mark(int number, String name, String address, int y, int textY) {
    /** As a class of the page's style: addresses are set in columns, words are not. */
    public String style() {
      return address.startsWith("0x") ? "mono" : "words";
    }
  }

  /** What a number in the picture is. */
  record Point(int number, String text) {}

  /** What is known of an overflow. */
  private record Overflow(
      BootRecord boot,
      ExceptionEvent fault,
      MemoryExtent stack,
      Delivery.@Nullable Entry entry,
      boolean elsewhere) {}

  /** The picture of a program's overflow; empty where none was seen. */
  static Optional<MemoryPicture> of(Background background) {
    List<Intervention> order =
        List.of(Intervention.AS_SUBMITTED, Intervention.OVERFLOW, Intervention.EXIT_PORT_ABSENT);
    return order.stream()
        .map(background::boot)
        .flatMap(Optional::stream)
        .map(b -> overflow(b, background))
        .flatMap(Optional::stream)
        .findFirst()
        .map(o -> draw(o, background));
  }

  private static Optional<Overflow> overflow(BootRecord boot, Background background) {
    for (int i = 0; i + 1 < boot.events().size(); i++) {
      ExceptionEvent fault = boot.events().get(i);
      ExceptionEvent next = boot.events().get(i + 1);
      if (fault.vector() != ExceptionEvent.PAGE_FAULT
          || !next.doubleFault()
          || next.rip() != fault.rip()) {
        continue;
      }
      Delivery delivery = boot.delivery();
      Delivery.Entry entry = delivery == null ? null : delivery.entry();
      boolean elsewhere = false;
      if (entry == null && boot.intervention() == Intervention.AS_SUBMITTED) {
        entry = background.watched(next).map(Background.Watched::entry).orElse(null);
        elsewhere = entry != null;
      }
      MemoryExtent stack =
          entry != null && entry.overflowed() && entry.stack() != null
              ? entry.stack()
              : background.stack();
      if (stack != null && near(fault, stack)) {
        return Optional.of(new Overflow(boot, fault, stack, entry, elsewhere));
      }
    }
    return Optional.empty();
  }

  private static boolean near(ExceptionEvent fault, MemoryExtent stack) {
    long below = stack.start() - fault.cr2();
    long left = fault.rsp() - stack.start();
    return below > 0 && below <= NEAR && left <= ABOVE && left >= -NEAR;
  }

  private static MemoryPicture draw(Overflow seen, Background background) {
    List<Point> points = new ArrayList<>();
    List<Panel> panels = new ArrayList<>();
    ExceptionEvent fault = seen.fault();
    MemoryExtent stack = seen.stack();
    long below = stack.start() - fault.cr2();
    long left = fault.rsp() - stack.start();
    String at = fault.at() == null ? "" : ", in " + fault.at().functionAndPlace();
    points.add(
        new Point(
            1,
            "RSP is %s%s: %s of the stack."
                .formatted(
                    FaultWords.hex(fault.rsp()),
                    at,
                    left == 0
                        ? "the very end"
                        : left > 0
                            ? FaultWords.size(left) + " above the end"
                            : FaultWords.size(-left) + " below the end")));
    points.add(
        new Point(
            2,
            "The address it wanted (CR2) is %s, %s below the end, where nothing is mapped: a page fault."
                .formatted(FaultWords.hex(fault.cr2()), FaultWords.size(below))));
    Delivery.Entry entry = seen.entry();
    String story;
    if (entry == null) {
      story = nowhere(points, seen, background);
      panels.add(program(seen, background));
      unused(seen, background)
          .ifPresent(
              s -> {
                points.add(
                    new Point(
                        4,
                        "IST slot %d holds a stack of %s below %s; it was not used."
                            .formatted(
                                s.slot(), FaultWords.size(s.room()), FaultWords.hex(s.top()))));
                panels.add(interrupt(s, null));
              });
    } else if (entry.slot() == 0) {
      points.add(
          new Point(
              3,
              "The double fault handler is entered on no interrupt stack, at RSP %s."
                  .formatted(FaultWords.hex(entry.rsp()))));
      story = "the double fault handler ran on no interrupt stack";
      panels.add(program(seen, background));
    } else {
      Optional<InterruptStack> slot = background.interruptStack(entry.slot());
      points.add(
          new Point(
              3,
              "The double fault takes its stack from IST slot %d%s: the processor pushes a frame of %s and enters the handler at RSP %s%s."
                  .formatted(
                      entry.slot(),
                      slot.map(s -> ", whose top is " + FaultWords.hex(s.top())).orElse(""),
                      FaultWords.size(FRAME),
                      FaultWords.hex(entry.rsp()),
                      seen.elsewhere() ? " (seen with an exit port that does nothing)" : "")));
      slot.ifPresent(
          s ->
              points.add(
                  new Point(
                      4,
                      "It has %s down to %s%s%s."
                          .formatted(
                              FaultWords.size(s.room()),
                              FaultWords.hex(s.top() - s.room()),
                              s.symbol() == null ? "" : ", in " + s.symbol().name(),
                              s.overlaps().isEmpty()
                                  ? ""
                                  : "; its bytes are also used by "
                                      + String.join(
                                          ", ",
                                          s.overlaps().stream()
                                              .map(InterruptStack.Overlap::detail)
                                              .toList())))));
      panels.add(program(seen, background));
      slot.ifPresent(s -> panels.add(interrupt(s, entry)));
      story = "the double fault handler ran on the stack of IST slot " + entry.slot();
    }
    return new MemoryPicture(
        seen.boot().id(),
        List.copyOf(panels),
        List.copyOf(points),
        "A stack of %s from %s to %s overflowed; %s."
            .formatted(
                FaultWords.size(stack.size()),
                FaultWords.hex(stack.start()),
                FaultWords.hex(stack.end()),
                story));
  }

  private static String nowhere(List<Point> points, Overflow seen, Background background) {
    boolean cleared = BootStory.clearsIst(seen.boot().intervention());
    Optional<IdtGate> gate = background.tables(seen.fault().idt()).map(Tables::doubleFaultGate);
    String why =
        gate.isEmpty()
            ? "No handler was entered"
            : !gate.get().usable()
                ? "Gate 8 holds no handler"
                : cleared || gate.get().ist() == 0
                    ? "Gate 8 names no interrupt stack, so its frame of %s belongs below RSP, where nothing is mapped"
                        .formatted(FaultWords.size(FRAME))
                    : "Gate 8 names IST slot %d, and no handler was entered"
                        .formatted(gate.get().ist());
    points.add(
        new Point(
            3,
            why
                + (seen.boot().ending() instanceof Ending.TripleFault
                    ? ": a triple fault."
                    : ".")));
    return "no handler was entered";
  }

  /** An address with its point, on the way to its place in a panel. */
  private record Spot(int number, String name, long address) {}

  private static Panel program(Overflow seen, Background background) {
    MemoryExtent stack = seen.stack();
    List<Spot> spots = new ArrayList<>();
    spots.add(new Spot(1, "RSP", seen.fault().rsp()));
    spots.add(new Spot(2, "CR2", seen.fault().cr2()));
    int stackBottom = TOP + STACK;
    int end = stackBottom + BELOW;
    boolean nowhere = seen.entry() == null;
    List<Mark> marks = new ArrayList<>(place(spots, stack.start(), stackBottom, end));
    if (nowhere) {
      int words = marks.get(marks.size() - 1).textY() + GAP;
      marks.add(new Mark(3, "its frame", "nowhere to go", stackBottom + 39, words));
    }
    return new Panel(
        background.ownStack() || seen.entry() != null
            ? "The program's stack"
            : "The program's stack (as seen in another program)",
        FaultWords.size(stack.size()),
        FaultWords.hex(stack.end()),
        FaultWords.hex(stack.start()),
        "not mapped",
        true,
        nowhere ? stackBottom + 30 : 0,
        nowhere ? stackBottom + 30 + 18 : 0,
        TOP,
        stackBottom,
        end,
        marks);
  }

  /** A stack that is there, where none was used: what is missing is the way to it. */
  private static Optional<InterruptStack> unused(Overflow seen, Background background) {
    return BootStory.clearsIst(seen.boot().intervention())
        ? Optional.empty()
        : background.tables(seen.fault().idt()).stream()
            .flatMap(t -> t.interruptStacks().stream())
            .filter(s -> s.writable() != null && s.room() > 0)
            .findFirst();
  }

  /**
   * @param entry the entry of the handler on it, or null where it was not used
   */
  private static Panel interrupt(InterruptStack stack, Delivery.@Nullable Entry entry) {
    int stackBottom = TOP + STACK;
    int end = stackBottom + BELOW / 2;
    int frame = TOP + 34;
    List<Mark> marks = new ArrayList<>();
    if (entry != null) {
      marks.add(new Mark(3, "RSP", FaultWords.hex(entry.rsp()), frame, frame + 4));
    }
    marks.add(
        new Mark(
            4,
            entry == null ? "not used" : "room",
            FaultWords.size(stack.room()),
            stackBottom - 20,
            stackBottom - 16));
    return new Panel(
        "The stack of IST slot " + stack.slot(),
        FaultWords.size(stack.room()),
        FaultWords.hex(stack.top()),
        FaultWords.hex(stack.top() - stack.room()),
        below(stack),
        false,
        entry == null ? 0 : TOP,
        entry == null ? 0 : frame,
        TOP,
        stackBottom,
        end,
        List.copyOf(marks));
  }

  /**
   * An interrupt stack that runs over does so without a fault, unless its end is that of a page.
   */
  private static String below(InterruptStack stack) {
    MemoryExtent writable = stack.writable();
    return writable == null
        ? "not known"
        : Long.compareUnsigned(writable.start(), stack.top() - stack.room()) < 0
            ? "no guard page"
            : "not writable";
  }

  /** Gives each address a height by where it lies, and its words one where they do not meet. */
  private static List<Mark> place(List<Spot> spots, long bottom, int stackBottom, int end) {
    List<Spot> sorted =
        spots.stream()
            .sorted(Comparator.comparing(Spot::address, Long::compareUnsigned).reversed())
            .toList();
    List<Mark> marks = new ArrayList<>();
    int depth = stackBottom;
    int free = 0;
    for (Spot spot : sorted) {
      long above = spot.address() - bottom;
      int y;
      if (above > 0) {
        y = stackBottom - 14;
      } else if (above == 0) {
        y = stackBottom;
      } else {
        depth = Math.min(depth + GAP - 5, end - 8);
        y = depth;
      }
      int textY = Math.max(y + 4, free);
      free = textY + GAP;
      marks.add(new Mark(spot.number(), spot.name(), FaultWords.hex(spot.address()), y, textY));
    }
    return List.copyOf(marks);
  }
}
