package org.bootgrade.grading;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A pointer into the evidence of a submission.
 *
 * @param boot id of the boot, or null
 * @param event number of the exception event in that boot, or null
 * @param file a file below {@code evidence/}, or null
 * @param source a line of the submission, {@code path:line}, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvidenceReference(
    @Nullable String boot,
    @Nullable Integer event,
    @Nullable String file,
    @Nullable String source) {

  /** A whole boot. */
  public static EvidenceReference boot(String boot) {
    return new EvidenceReference(boot, null, null, null);
  }

  /** One exception event of a boot, with its source line where it is known. */
  public static EvidenceReference event(String boot, int event, @Nullable String source) {
    return new EvidenceReference(boot, event, null, source);
  }

  /** A file below {@code evidence/}. */
  public static EvidenceReference file(String file) {
    return new EvidenceReference(null, null, file, null);
  }
}
