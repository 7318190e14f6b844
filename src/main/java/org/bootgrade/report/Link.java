package org.bootgrade.report;

/** Words that lead somewhere; an empty target leads nowhere. */
record Link(String words, String target) {}
