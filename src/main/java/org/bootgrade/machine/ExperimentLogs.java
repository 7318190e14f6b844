package org.bootgrade.machine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.sandbox.Workspace;

/**
 * The logs of a program's experiments, which are looked at several times. Most have some kilobytes.
 * One with much serial output has forty bytes for each of it; it is kept packed, because many are
 * kept at once.
 */
final class ExperimentLogs {

  /** As much of a log is kept as it is. */
  private static final int USUAL = 2 << 20;

  /** As much of a larger one is kept at all: what is read of a boot as submitted, too. */
  private static final int MOST = 64 << 20;

  /**
   * A log.
   *
   * @param content what is kept of it
   * @param packed whether that is packed
   * @param cut whether there is more
   * @param size of the whole, in bytes
   */
  private record Log(byte[] content, boolean packed, boolean cut, long size) {}

  private final Map<String, Log> logs;

  private ExperimentLogs(Map<String, Log> logs) {
    this.logs = logs;
  }

  /**
   * Reads them.
   *
   * @param files in the workspace; one that is not there is empty
   */
  static ExperimentLogs read(Workspace workspace, Collection<String> files)
      throws InfrastructureFailure {
    List<String> all = List.copyOf(files);
    List<Errands.Result> results =
        Errands.run(workspace, all.stream().map(f -> Errand.file(USUAL, f)).toList());
    Map<String, Log> logs = new HashMap<>();
    List<String> large = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Errands.Result result = results.get(i);
      if (result.size() > result.head().length) {
        large.add(all.get(i));
      } else {
        logs.put(all.get(i), new Log(result.head(), false, false, result.size()));
      }
    }
    for (String file : large) {
      logs.put(file, packed(workspace, file));
    }
    return new ExperimentLogs(logs);
  }

  private static Log packed(Workspace workspace, String file) throws InfrastructureFailure {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(packed)) {
      Errands.Result result =
          Errands.run(workspace, List.of(Errand.file(MOST, file, packing))).get(0);
      packing.finish();
      return new Log(packed.toByteArray(), true, result.size() > MOST, result.size());
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  /**
   * What some of them tell, one after the other.
   *
   * @param files of those that were read; others are passed over
   * @param events how many exceptions are kept
   */
  ExceptionLog of(List<String> files, int events) {
    ExceptionLog log =
        new ExceptionLog(new ExceptionLog.Limits(Long.MAX_VALUE, events), KernelEntry.already());
    for (String file : files) {
      Log found = logs.get(file);
      if (found != null && found.packed()) {
        try (GZIPInputStream content =
            new GZIPInputStream(new ByteArrayInputStream(found.content()))) {
          content.transferTo(log.stream());
        } catch (IOException e) {
          throw inMemory(e);
        }
      } else if (found != null) {
        log.accept(found.content(), 0, found.content().length);
      }
    }
    return log;
  }

  /** Whether exceptions may have come behind what is kept of some of them. */
  boolean cut(List<String> files) {
    return files.stream().map(logs::get).anyMatch(l -> l != null && l.cut());
  }

  /** Whether one of them has at least so many bytes. */
  boolean anyReaches(List<String> files, long bytes) {
    return files.stream().map(logs::get).anyMatch(l -> l != null && l.size() >= bytes);
  }

  private static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException("a log in memory cannot be packed", e);
  }
}
