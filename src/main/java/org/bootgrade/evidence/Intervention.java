package org.bootgrade.evidence;

/** What bootgrade did to a program while it ran. */
public enum Intervention {
  /** Nothing: the program as it was handed in. */
  AS_SUBMITTED
}
