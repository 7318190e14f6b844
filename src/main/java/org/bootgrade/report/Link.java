package org.bootgrade.report;

/** Words that lead somewhere; an empty target leads nowhere. */
record Link(String words, String target) {

  /** A file of the evidence. Who gets the page by itself has no such file to follow a link to. */
  static Link to(String file, Audience reader) {
    return new Link("evidence/" + file, reader == Audience.INSTRUCTOR ? Html.evidence(file) : "");
  }
}
