package org.bootgrade.report;

/**
 * What a story is told to. Every text may hold what a student's program wrote; whoever shows it
 * makes it harmless.
 */
interface StoryPage {

  /** Words of a program are cut behind so many lines. */
  int MOST_QUOTED_LINES = 16;

  /** And each line behind so many columns. */
  int LONGEST_QUOTED_LINE = 160;

  /** A sentence that is no event. */
  void say(String text);

  /**
   * What happened next.
   *
   * @param moment what kind of thing, for who draws it
   * @param text a sentence
   */
  void step(Moment moment, String text);

  /** More about the last step. */
  void more(String text);

  /** Words of the program itself. */
  void quote(String text);

  /** What it all shows. */
  void shows(String text);
}
