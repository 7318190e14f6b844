package org.bootgrade.evidence;

import java.util.List;

/**
 * One experiment: a program, what was done to it, and what was seen.
 *
 * @param id {@code PROGRAM/INTERVENTION}, for example {@code kernel/as-submitted}
 * @param program the program's id
 * @param intervention what was done to it
 * @param ending how it ended
 * @param serial what it wrote to the serial port, as UTF-8 with every undecodable byte replaced
 * @param serialTruncated whether the guest wrote more than {@code serial} holds
 * @param screen the VGA text screen at the end, lines without trailing blanks; empty where it could
 *     not be read
 * @param events the exceptions after the kernel's entry, in order
 * @param eventsTruncated whether there were more
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
    boolean eventsTruncated) {

  public BootRecord {
    screen = List.copyOf(screen);
    events = List.copyOf(events);
  }
}
