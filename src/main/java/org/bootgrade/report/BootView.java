package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.Tables;
import org.jspecify.annotations.Nullable;

/**
 * A boot as its page tells it.
 *
 * @param anchor its id in the page
 * @param id the boot's own id
 * @param intervention what was done to the program, as its id
 * @param done the same in a sentence or two
 * @param ran whether it was run; all that follows is empty where it was not, but {@code ending}
 * @param ending how it ended, or why it was not run
 * @param further the same where {@code glance} does not tell it
 * @param bad whether the machine gave up
 * @param open whether it is unfolded from the start
 * @param glance its story in a few words
 * @param said sentences before the story
 * @param steps the story
 * @param aside whether any of it happened on an interrupt stack
 * @param shows what it shows
 * @param console what it printed
 * @param events its exceptions, as logged
 * @param moreEvents how many more there were, in a sentence
 * @param pairs pairs of exceptions that were tried
 */
record BootView(
    String anchor,
    String id,
    String intervention,
    String done,
    boolean ran,
    String ending,
    String further,
    boolean bad,
    boolean open,
    String glance,
    List<String> said,
    List<StoryRecord.Step> steps,
    boolean aside,
    String shows,
    Console console,
    List<Event> events,
    String moreEvents,
    PairTable pairs) {

  private static final int MOST_EVENTS = 100;

  /**
   * What a boot printed.
   *
   * @param serial over the serial port
   * @param serialCut whether the evidence has not all of it
   * @param file where all that is kept lies
   * @param screen the text screen at the end
   */
  record Console(Clipped serial, boolean serialCut, Link file, Clipped screen) {
    public boolean silent() {
      return serial.empty() && screen.empty();
    }
  }

  /** A row of a boot's table of exceptions; the anchor is empty where the story has it. */
  record Event(
      String anchor,
      int number,
      String vector,
      String errorCode,
      String source,
      String function,
      String rip,
      String rsp,
      String cr2,
      String remark) {}

  static BootView of(
      BootRecord boot,
      String anchor,
      boolean open,
      Background background,
      Allowance allowance,
      Function<String, Link> file) {
    Delivery delivery = boot.delivery();
    StoryRecord story =
        new StoryRecord(
            anchor, delivery != null && delivery.aftermath() == Delivery.Aftermath.RETURNED);
    if (boot.ran()) {
      tell(boot, background, story);
    }
    List<Event> events =
        boot.events().stream().limit(MOST_EVENTS).map(e -> event(e, story)).toList();
    return new BootView(
        anchor,
        boot.id(),
        boot.intervention().id(),
        ExperimentWords.done(boot),
        boot.ran(),
        boot.ending().describe(),
        story.glance().endsWith(boot.ending().describe()) ? "" : boot.ending().describe(),
        boot.ending() instanceof Ending.TripleFault,
        open,
        story.glance(),
        story.said(),
        story.steps(),
        story.steps().stream().anyMatch(s -> !s.lane().equals("own")),
        boot.ran() ? ExperimentWords.shows(boot, background) : "",
        new Console(
            allowance.serial(boot.keptSerial()),
            boot.serialTruncated(),
            file.apply("boots/" + EvidenceStore.fileName(boot.id()) + ".serial.txt"),
            allowance.screen(boot.screen())),
        events,
        moreEvents(boot),
        PairTable.of(boot.faultPairs()));
  }

  private static void tell(BootRecord boot, Background background, StoryRecord story) {
    String injected = ExperimentWords.injected(boot);
    if (!injected.isEmpty()) {
      story.say(injected);
    }
    Tables tables = boot.tables();
    if (tables != null && boot.intervention() == Intervention.INSPECTED) {
      TableStory.tell(tables, story);
    }
    new BootStory(boot, background, story, true).tell();
  }

  private static String moreEvents(BootRecord boot) {
    List<String> more = new ArrayList<>();
    int hidden = boot.events().size() - MOST_EVENTS;
    if (hidden > 0) {
      more.add("%d more are in evidence.json.".formatted(hidden));
    }
    if (boot.eventsTruncated()) {
      more.add("The log was cut at its limit.");
    }
    return String.join(" ", more);
  }

  private static Event event(ExceptionEvent event, StoryRecord story) {
    return new Event(
        story.told(event.number()) ? "" : story.anchor(event.number()),
        event.number(),
        Vectors.name(event.vector()),
        FaultWords.hex(event.errorCode()),
        event.at() == null ? "" : event.at().place(),
        event.at() == null || event.at().withoutFile() ? "" : event.at().function(),
        FaultWords.hex(event.rip()),
        FaultWords.hex(event.rsp()),
        FaultWords.hex(event.cr2()),
        remark(event));
  }

  private static String remark(ExceptionEvent event) {
    @Nullable Escalation escalation = event.escalation();
    if (escalation != null) {
      return "%s while %s was delivered"
          .formatted(Vectors.name(escalation.second()), Vectors.name(escalation.first()));
    }
    return event.software() ? "asked for by an instruction" : "";
  }
}
