package org.bootgrade.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.WholeFile;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;

/** The file {@code result.json} of a submission. It is replaced as a whole. */
public final class ResultFile {

  /** What it is called in its submission's folder. */
  public static final String NAME = "result.json";

  private final Path folder;
  private final Reports reports = new Reports();

  /**
   * The file of a submission.
   *
   * @param folder {@code OUT/ID}; need not be there
   */
  public ResultFile(Path folder) {
    this.folder = folder;
  }

  /** Whether there is one, or something else in its place. */
  public boolean exists() {
    return Files.exists(folder.resolve(NAME));
  }

  /** The result, where there is one that can be read; what cannot be read is not ours. */
  public Optional<Result> read() {
    Path file = folder.resolve(NAME);
    if (!exists()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reports.readResult(Files.readString(file), file.toString()));
    } catch (IOException notOurs) {
      // Or cut off by an earlier version: whoever grades replaces it, others are told.
      return Optional.empty();
    }
  }

  /**
   * Writes a result, unless the file holds just that.
   *
   * @throws InfrastructureFailure when the disk fails
   */
  public void write(Result result) throws InfrastructureFailure {
    Path file = folder.resolve(NAME);
    String text = reports.json(result);
    try {
      if (exists()
          && Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8))) {
        return;
      }
      Files.createDirectories(folder);
      WholeFile.write(file, text);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be written (%s)".formatted(file, FileTrouble.reason(e, folder)),
          "See that it can be written and the disk is not full, then run the command again.",
          e);
    }
  }
}
