package org.bootgrade.report;

import java.util.List;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Evidence;

/** Evidence of programs that print what no page may take for anything but text, and much of it. */
final class Loud {

  static final String MARKUP =
      "<script>pwned = 1</script><img src=x onerror='pwned=1'></pre></details>"
          + "\u001b[31m\u001b]0;title\u0007\u202eright to left\u2066\u0000\u009b2J{{ page }}{% if %}\n";

  private Loud() {}

  static Evidence of(Evidence quiet) {
    String text = MARKUP + "x".repeat(200_000) + MARKUP.repeat(30_000) + "the very end\n";
    return new Evidence(
        quiet.schema(),
        quiet.submissionDigest(),
        quiet.tools(),
        quiet.build(),
        quiet.boots().stream().map(b -> loud(b, text)).toList(),
        quiet.source());
  }

  private static BootRecord loud(BootRecord boot, String text) {
    return new BootRecord(
        boot.id(),
        boot.program(),
        boot.intervention(),
        boot.ending(),
        text,
        true,
        List.of(MARKUP, "W".repeat(80)),
        boot.events(),
        true,
        boot.tables(),
        boot.delivery(),
        boot.faultPairs(),
        null);
  }
}
