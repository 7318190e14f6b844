package org.bootgrade.report;

/**
 * How to write for a terminal.
 *
 * @param color whether to use ANSI colours
 * @param width columns of the terminal; less than 40 is taken as 40
 */
public record ConsoleStyle(boolean color, int width) {

  private static final int LEAST_WIDTH = 40;

  public ConsoleStyle {
    width = Math.max(LEAST_WIDTH, width);
  }
}
