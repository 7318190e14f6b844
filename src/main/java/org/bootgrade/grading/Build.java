package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.ProgramRecord;

/** How a submission was built. */
public final class Build {

  private final BuildRecord record;

  Build(BuildRecord record) {
    this.record = record;
  }

  /** Why nothing could be built at all, with what the tool printed. */
  public Optional<String> failure() {
    BuildRecord.BuildFailure failure = record.failure();
    if (failure == null) {
      return Optional.empty();
    }
    return Optional.of(
        failure.log().isBlank()
            ? failure.reason()
            : failure.reason() + "\n\n" + failure.log().strip());
  }

  /** How many programs there are. */
  public int programs() {
    return record.programs().size();
  }

  /**
   * Whether there are programs but no kernel among them, built or not: only a library and its tests
   * were handed in.
   */
  public boolean lacksKernel() {
    return !record.programs().isEmpty()
        && record.programs().stream().noneMatch(p -> p.kind() == ProgramRecord.Kind.KERNEL);
  }

  /** A program that was not built. */
  public record Broken(String program, String source, String message, EvidenceReference log) {}

  /** The programs that were not built, each with what cargo printed. */
  public List<Broken> broken() {
    List<Broken> broken = new ArrayList<>();
    for (ProgramRecord program : record.programs()) {
      if (!program.built()) {
        broken.add(
            new Broken(
                program.id(),
                program.source(),
                program.log().strip(),
                EvidenceReference.file("build/" + EvidenceStore.fileName(program.id()) + ".log")));
      }
    }
    return broken;
  }
}
