package org.bootgrade.evidence;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Optional;

/**
 * All that was observed about one submission. Written as {@code evidence.json}; the files it names
 * lie beside it.
 *
 * @param schema {@link #SCHEMA}
 * @param submissionDigest the content digest of the source tree, {@code sha256:} and 64 hexadecimal
 *     digits
 * @param tools what built and booted the submission
 * @param build the build and its programs
 * @param boots the experiments, in the order of their ids
 * @param source what stands in the text of the sources: hints, which decide nothing; empty in
 *     evidence from before they were read
 */
public record Evidence(
    String schema,
    String submissionDigest,
    Tools tools,
    BuildRecord build,
    List<BootRecord> boots,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<SourceFact> source) {

  /** The version of this format. */
  public static final String SCHEMA = "bootgrade/evidence/v1";

  public Evidence {
    boots = List.copyOf(boots);
    source = List.copyOf(source);
  }

  /** Evidence of a submission whose sources were not read. */
  public Evidence(
      String schema,
      String submissionDigest,
      Tools tools,
      BuildRecord build,
      List<BootRecord> boots) {
    this(schema, submissionDigest, tools, build, boots, List.of());
  }

  /** The boot of a program under an intervention, if that experiment was run. */
  public Optional<BootRecord> boot(String program, Intervention intervention) {
    return boots.stream()
        .filter(b -> b.program().equals(program) && b.intervention() == intervention)
        .findFirst();
  }
}
