package org.bootgrade.evidence;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One experiment: a program, what was done to it, and what was seen.
 *
 * @param id {@code PROGRAM/INTERVENTION}, for example {@code kernel/as-submitted}
 * @param program the program's id
 * @param intervention what was done to it
 * @param ending how it ended
 * @param serial what it wrote to the serial port, as UTF-8 with every undecodable byte replaced; of
 *     an injection, what it wrote since
 * @param serialTruncated whether the guest wrote more than {@code serial} holds
 * @param screen the VGA text screen at the end, lines without trailing blanks; empty where it could
 *     not be read
 * @param events the exceptions after the kernel's entry, in order
 * @param eventsTruncated whether there were more
 * @param tables the processor's tables, where they were looked at
 * @param delivery what became of the fault that this experiment is about, or null where it is about
 *     none or was not run
 * @param faultPairs what was seen of pairs of exceptions; empty in all other experiments
 * @param serialEnd the last of what it wrote to the serial port, where that is more than {@code
 *     serial} holds; null elsewhere, and in evidence from before it was kept
 */
public record BootRecord(
    String id,
    String program,
    Intervention intervention,
    Ending ending,
    String serial,
    boolean serialTruncated,
    List<String> screen,
    List<ExceptionEvent> events,
    boolean eventsTruncated,
    @Nullable Tables tables,
    @Nullable Delivery delivery,
    List<FaultPair> faultPairs,
    @Nullable SerialEnd serialEnd) {

  /** What stands for bytes that are no UTF-8. */
  private static final int UNDECODABLE = 0xfffd;

  /** What a char takes in UTF-8 at the most. */
  private static final int MOST_BYTES = 3;

  public BootRecord {
    screen = List.copyOf(screen);
    events = List.copyOf(events);
    // Evidence of earlier versions has none.
    faultPairs = faultPairs == null ? List.of() : List.copyOf(faultPairs);
  }

  /** An experiment that tries no pairs of exceptions. */
  public BootRecord(
      String id,
      String program,
      Intervention intervention,
      Ending ending,
      String serial,
      boolean serialTruncated,
      List<String> screen,
      List<ExceptionEvent> events,
      boolean eventsTruncated,
      @Nullable Tables tables,
      @Nullable Delivery delivery) {
    this(
        id,
        program,
        intervention,
        ending,
        serial,
        serialTruncated,
        screen,
        events,
        eventsTruncated,
        tables,
        delivery,
        List.of(),
        null);
  }

  /** A boot that was only watched from outside. */
  public BootRecord(
      String id,
      String program,
      Intervention intervention,
      Ending ending,
      String serial,
      boolean serialTruncated,
      List<String> screen,
      List<ExceptionEvent> events,
      boolean eventsTruncated) {
    this(
        id,
        program,
        intervention,
        ending,
        serial,
        serialTruncated,
        screen,
        events,
        eventsTruncated,
        null,
        null);
  }

  /** The same boot with other words about its exceptions. */
  public BootRecord with(List<ExceptionEvent> located) {
    return with(located, serialEnd);
  }

  /** The same boot with the end of what it wrote. */
  public BootRecord endingWith(@Nullable SerialEnd end) {
    return with(events, end);
  }

  private BootRecord with(List<ExceptionEvent> located, @Nullable SerialEnd end) {
    return new BootRecord(
        id,
        program,
        intervention,
        ending,
        serial,
        serialTruncated,
        screen,
        located,
        eventsTruncated,
        tables,
        delivery,
        faultPairs,
        end);
  }

  /** The first double fault that no instruction asked for, whatever became of it. */
  public Optional<ExceptionEvent> doubleFault() {
    return events.stream().filter(ExceptionEvent::doubleFault).findFirst();
  }

  /** An experiment that could not be run. */
  public static BootRecord notRun(String program, Intervention intervention, String reason) {
    return new BootRecord(
        id(program, intervention),
        program,
        intervention,
        new Ending.NotRun(reason),
        "",
        false,
        List.of(),
        List.of(),
        false);
  }

  /** The id of an experiment. */
  public static String id(String program, Intervention intervention) {
    return program + "/" + intervention.id();
  }

  /**
   * What the guest wrote to the serial port between two moments.
   *
   * @param from how many bytes it had written at the first
   * @param to how many at the second; where something in between is not kept, lines end there
   */
  public String serialBetween(long from, long to) {
    String text = between(serial, from, to);
    SerialEnd end = serialEnd;
    if (end == null) {
      return text;
    }
    String rest = between(end.text(), from - end.offset(), to - end.offset());
    // Two pieces with something between them make no word together.
    boolean gap = !text.isEmpty() && !rest.isEmpty() && bytesOf(serial) < end.offset();
    return text + (gap ? "\n" : "") + rest;
  }

  /**
   * All that is kept of what the guest wrote to the serial port; where some is missing it says so.
   */
  public String keptSerial() {
    SerialEnd end = serialEnd;
    return end == null
        ? serial
        : "%s\n[ what it wrote up to byte %d is not kept ]\n%s"
            .formatted(serial, end.offset(), end.text());
  }

  private static String between(String text, long from, long to) {
    int begin = indexOf(text, from);
    return text.substring(begin, Math.max(begin, indexOf(text, to)));
  }

  /**
   * Where a text is after so many bytes of what the guest wrote. What could not be decoded is one
   * character and counts as one byte, so that text before a fault is never taken for text after it.
   */
  private static int indexOf(String text, long bytes) {
    if (bytes >= (long) text.length() * MOST_BYTES) {
      return text.length();
    }
    int index = 0;
    for (long seen = 0; seen < bytes && index < text.length(); ) {
      int character = text.codePointAt(index);
      seen += bytesOf(character);
      index += Character.charCount(character);
    }
    return index;
  }

  private static long bytesOf(String text) {
    return text.codePoints().mapToLong(BootRecord::bytesOf).sum();
  }

  private static int bytesOf(int character) {
    if (character == UNDECODABLE) {
      return 1;
    }
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  /** Whether the experiment was run at all. If not, the ending says why. */
  public boolean ran() {
    return !(ending instanceof Ending.NotRun);
  }
}
