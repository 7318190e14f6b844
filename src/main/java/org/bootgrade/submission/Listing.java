package org.bootgrade.submission;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The entries of a submission, in memory whose size the submission does not choose. */
final class Listing {
  /** 32 Mi characters of names: 100,000 entries with names far longer than any build makes. */
  private static final long NAME_CHARACTERS = 32L << 20;

  private final List<Entry> entries = new ArrayList<>();
  private final IntakeLimits limits;
  private long characters;

  Listing(IntakeLimits limits) {
    this.limits = limits;
  }

  void add(String name, Entry.Kind kind, String detail) throws Refusal {
    characters += name.length() + detail.length();
    if (entries.size() >= limits.listedEntries()) {
      throw new Refusal(
          "it lists more than %,d entries; remove what does not belong to the project"
              .formatted(limits.listedEntries()));
    }
    if (characters > NAME_CHARACTERS) {
      throw new Refusal("the names it lists are far too long; pack only the project's own files");
    }
    entries.add(new Entry(entries.size(), name, kind, detail));
  }

  void add(String name, Entry.Kind kind) throws Refusal {
    add(name, kind, "");
  }

  List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }
}
