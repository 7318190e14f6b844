package org.bootgrade.machine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a guest that spins in an empty loop. A loop of an instruction or two leaves every register
 * as it is, so a guest that shows the same registers at many looks does nothing any more; in guest
 * time it would take minutes to reach its limit. A guest that waits in {@code hlt} needs no such
 * rule: its clock leaps.
 */
final class Stillness {

  /** With 50 ms between looks about 40 million instructions pass. */
  private static final int LOOKS = 8;

  private @Nullable Map<String, Long> last;
  private int same;

  /** Takes a look; says whether enough looks in a row have shown the same. */
  boolean lasts(Registers registers) {
    if (registers.values().equals(last)) {
      same++;
    } else {
      last = registers.values();
      same = 1;
    }
    return same >= LOOKS;
  }
}
