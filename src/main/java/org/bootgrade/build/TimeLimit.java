package org.bootgrade.build;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Whose doing it is that a build did not end within its limit of wall-clock time: the submission's,
 * or that of a machine too busy to tell.
 */
final class TimeLimit {

  /**
   * Processes that want a processor, for each processor there is. With fewer a build is slowed down
   * by a small factor, which the limits have room for.
   */
  private static final double BUSY = 2.0;

  /** The command whose output {@link #tooBusy} reads. */
  static final String ASK = "cat /proc/loadavg && nproc";

  /** What proc(5) says of /proc/loadavg, of which the first figure is over one minute. */
  private static final Pattern LOAD =
      Pattern.compile("([0-9]{1,7}\\.[0-9]{1,4}) [^\\n]{0,100}\\n([1-9][0-9]{0,5})\\s*");

  static final String MEND =
      "Run the same command again when the machine has less to do, or with fewer --jobs.";

  private TimeLimit() {}

  /**
   * Whether cargo had begun to compile a crate of the submission's own. Before that moment nothing
   * of a submission can have made a build slow.
   *
   * @param log cargo's standard error
   * @param sources the folder that the submission lay in
   */
  static boolean ownCodeBegun(String log, String sources) {
    return Pattern.compile(
            "^\\s*Compiling \\S+ v\\S+ (?:\\(proc-macro\\) )?\\(" + Pattern.quote(sources) + "[/)]",
            Pattern.MULTILINE)
        .matcher(log)
        .find();
  }

  /**
   * Whether a build had so much of the processors' time that other work did not keep it from
   * ending: a quarter of one processor over the whole limit. A course's program needs a few
   * seconds; and a build's own processes make a machine busy, too.
   *
   * @param used the processors' time that it used; empty where that is not known
   */
  static boolean hadItsTime(Duration limit, Optional<Duration> used) {
    return used.filter(time -> time.multipliedBy(4).compareTo(limit) >= 0).isPresent();
  }

  /**
   * Whether the machine has too much to do for a build's time to mean anything.
   *
   * @param printed what {@link #ASK} printed; where it is not understood, nothing is excused
   */
  static boolean tooBusy(String printed) {
    Matcher load = LOAD.matcher(printed);
    return load.matches()
        && Double.parseDouble(load.group(1)) / Integer.parseInt(load.group(2)) > BUSY;
  }

  /**
   * The failure that a build's end at its limit is, where it is one of ours.
   *
   * @param program the program's id
   * @param limit the limit
   * @param ownCodeBegun {@link #ownCodeBegun}
   * @param used the processors' time that the build used; empty where that is not known
   * @param load what {@link #ASK} printed
   */
  static Optional<InfrastructureFailure> ours(
      String program, Duration limit, boolean ownCodeBegun, Optional<Duration> used, String load) {
    long seconds = limit.toSeconds();
    if (!ownCodeBegun) {
      return Optional.of(
          new InfrastructureFailure(
              ("the build of %s was ended at its limit of %d s before any of the submission's own"
                      + " code was compiled")
                  .formatted(program, seconds),
              MEND));
    }
    if (tooBusy(load) && !hadItsTime(limit, used)) {
      return Optional.of(
          new InfrastructureFailure(
              String.format(
                  Locale.ROOT,
                  "the build of %s was ended at its limit of %d s, and the machine was too busy to"
                      + " tell whether it ends (load average and processors: %s)",
                  program,
                  seconds,
                  load.strip().replace("\n", "; ")),
              MEND));
    }
    return Optional.empty();
  }
}
