package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bootgrade.report.Moment.Kind;

/** Keeps a story step by step, for a page that draws it. */
final class StoryRecord implements StoryPage {

  /** How far below a handler's first frame its stack pointer is still taken to be on its stack. */
  private static final long STACK = 1 << 20;

  /**
   * A step.
   *
   * @param anchor its id in the page, or empty
   * @param kind as a class of the page's style
   * @param lane {@code own} where the processor is on the program's stack, {@code aside} where on
   *     an interrupt stack; {@code enters} where it changes from the first to the second, {@code
   *     leaves} where back
   * @param label a few words
   * @param text a sentence
   * @param more further sentences and words of the program
   */
  record Step(
      String anchor, String kind, String lane, String label, String text, List<Part> more) {}

  /**
   * More about a step.
   *
   * @param quoted whether these are words of the program
   */
  record Part(boolean quoted, String text) {}

  private final String anchor;
  private final boolean returned;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<String> glance = new ArrayList<>();
  private final List<Integer> told = new ArrayList<>();
  private String shows = "";
  private boolean aside;
  private long asideRsp;

  /**
   * @param anchor the boot's id in the page
   * @param returned whether its handler came back, so that it ended where it was interrupted
   */
  StoryRecord(String anchor, boolean returned) {
    this.anchor = anchor;
    this.returned = returned;
  }

  @Override
  public void say(String text) {
    said.add(text);
  }

  @Override
  public void step(Moment moment, String text) {
    String lane = lane(moment);
    String id = "";
    if (moment.event() > 0 && !told.contains(moment.event())) {
      told.add(moment.event());
      id = anchor(moment.event());
    }
    steps.add(
        new Step(
            id,
            moment.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            lane,
            moment.label(),
            text,
            new ArrayList<>()));
    boolean plain = moment.kind() == Kind.START || moment.kind() == Kind.OTHER;
    if (!plain && (glance.isEmpty() || !glance.get(glance.size() - 1).equals(moment.label()))) {
      glance.add(moment.label());
    }
  }

  private String lane(Moment moment) {
    boolean before = aside;
    switch (moment.kind()) {
      case HANDLER_ASIDE -> {
        aside = true;
        asideRsp = moment.rsp();
        return "enters";
      }
      case EXCEPTION, DOUBLE_FAULT ->
          aside =
              aside
                  && Long.compareUnsigned(moment.rsp(), asideRsp) <= 0
                  && asideRsp - moment.rsp() < STACK;
      case END -> aside = aside && !returned;
      default -> {
        // It stays where it is.
      }
    }
    return aside ? "aside" : before ? "leaves" : "own";
  }

  @Override
  public void more(String text) {
    if (steps.isEmpty()) {
      said.add(text);
    } else {
      steps.get(steps.size() - 1).more().add(new Part(false, text));
    }
  }

  @Override
  public void quote(String text) {
    List<String> lines = Text.visible(text).replace("\t", "    ").stripTrailing().lines().toList();
    List<String> kept = new ArrayList<>();
    lines.stream()
        .limit(MOST_QUOTED_LINES)
        .forEach(l -> kept.add(Text.width(l) <= LONGEST_QUOTED_LINE ? l : cut(l)));
    if (!steps.isEmpty()) {
      steps.get(steps.size() - 1).more().add(new Part(true, String.join("\n", kept)));
    }
    if (lines.size() > MOST_QUOTED_LINES) {
      more("(%d more lines)".formatted(lines.size() - MOST_QUOTED_LINES));
    }
  }

  private static String cut(String line) {
    return Text.fit(line, LONGEST_QUOTED_LINE).stripTrailing();
  }

  @Override
  public void shows(String text) {
    shows = text;
  }

  String anchor(int event) {
    return anchor + "-e" + event;
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  List<String> said() {
    return List.copyOf(said);
  }

  String conclusion() {
    return shows;
  }

  /** Whether a step has the id of that exception. */
  boolean told(int event) {
    return told.contains(event);
  }

  /** The story in a few words, for example {@code page fault → double fault → triple fault}. */
  String glance() {
    return String.join(" → ", glance);
  }
}
