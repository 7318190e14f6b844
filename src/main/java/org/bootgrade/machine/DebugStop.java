package org.bootgrade.machine;

/**
 * Where a machine was stopped for a person.
 *
 * @param place which place of the program that is
 * @param draft what is known of it
 */
record DebugStop(DebugSession.Place place, Draft draft) {

  /** The state of the machine that every debugger finds. */
  static final String STATE = "stop";
}
