package org.bootgrade.gradebook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A submission, before anybody is looked for who handed it in.
 *
 * @param id its file's or folder's name without extension
 * @param modified the archive's own time of modification; null for a folder, which has none that
 *     means anything
 */
public record HandedIn(String id, @Nullable Instant modified) {

  /** Whether Moodle gave it its name, as to each folder and archive of a download. */
  public boolean isNamedByMoodle() {
    return FileName.of(id).form() == FileName.Form.MOODLE;
  }
}
