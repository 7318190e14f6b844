package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.Tables;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment has shown so far. Logs are read and source lines looked up once, when the
 * machine is gone: each costs as much as an experiment.
 */
final class Draft {

  final Intervention intervention;

  /** The exception logs, in order, as files of the workspace. */
  final List<String> logs = new ArrayList<>();

  /** Which of the logs is the first after the handler's entry. */
  int firstLogAfterEntry = Integer.MAX_VALUE;

  @Nullable String notRun;
  @Nullable Descent descent;
  final List<FaultPairs.Try> pairs = new ArrayList<>();
  @Nullable Tables tables;

  /** How the program ends by itself, where that came before it waited for anything; else null. */
  @Nullable Ending ownEnding;

  /** The vector whose handler is watched; 0 where none is. */
  int vector;

  Delivery.@Nullable Injection injection;
  int entries;
  int interrupts;
  Delivery.@Nullable Entry entry;
  Aftermath aftermath = Aftermath.NOT_ENTERED;
  List<String> screen = List.of();
  List<String> screenAfterEntry = List.of();
  LiveMachine.Reason end = LiveMachine.Reason.TIME;
  boolean halted;

  /** Whether the guest did nothing of note any more when it was stopped. */
  boolean atRest;

  /** Whether it can do nothing any more: halted, and no interrupt is let in. */
  boolean forGood;

  /**
   * Where it came to rest, and after that what may be the return addresses on its stack, the
   * innermost first.
   */
  List<Long> rest = List.of();

  long last;
  String errors = "";

  /** QEMU's exit code, where it ended. */
  int exitCode;

  Draft(Intervention intervention) {
    this.intervention = intervention;
  }

  static Draft notRun(Intervention intervention, String reason) {
    Draft draft = new Draft(intervention);
    draft.notRun = reason;
    return draft;
  }
}
