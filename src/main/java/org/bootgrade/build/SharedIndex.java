package org.bootgrade.build;

import java.time.Duration;
import java.util.regex.Pattern;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;

/**
 * Commands of cargo that read the registry's index, which all builds share. Cargo writes an entry
 * in place when it fetches for another submission, and who reads it in that moment finds no such
 * crate. That must not become a program that does not build.
 */
final class SharedIndex {

  /** A write takes microseconds; whoever meets one three times has another trouble. */
  private static final int MORE_TRIES = 2;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What cargo says of a crate that its index does not have (cargo, core/resolver/errors.rs). */
  private static final Pattern MISSING =
      Pattern.compile("(?m)^error: no matching package.*|location searched: crates\\.io index");

  private SharedIndex() {}

  /** How a workspace runs a command. */
  interface Run {
    Outcome of(Command command) throws InfrastructureFailure;
  }

  /** Runs a command, and once more or twice where a crate is missing from the index. */
  static Outcome run(Run run, Command command) throws InfrastructureFailure {
    Outcome outcome = run.of(command);
    for (int again = 0; again < MORE_TRIES && lacksCrate(outcome); again++) {
      run.of(Command.of(LIMIT, "sleep", "0.5"));
      outcome = run.of(command);
    }
    return outcome;
  }

  private static boolean lacksCrate(Outcome outcome) {
    return outcome.end() == Outcome.End.EXITED
        && outcome.exitCode() != 0
        && MISSING.matcher(outcome.err()).find();
  }
}
