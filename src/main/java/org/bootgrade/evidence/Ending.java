package org.bootgrade.evidence;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How a boot ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "how")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Ending.Exited.class, name = "exited"),
  @JsonSubTypes.Type(value = Ending.TripleFault.class, name = "triple-fault"),
  @JsonSubTypes.Type(value = Ending.Reset.class, name = "reset"),
  @JsonSubTypes.Type(value = Ending.StillRunning.class, name = "still-running"),
  @JsonSubTypes.Type(value = Ending.Flooded.class, name = "flooded"),
  @JsonSubTypes.Type(value = Ending.Aborted.class, name = "aborted"),
  @JsonSubTypes.Type(value = Ending.NotRun.class, name = "not-run")
})
public sealed interface Ending {

  /**
   * The ending in the words of a report, for example {@code exited with 33 (0x10 written to the
   * exit port)}.
   */
  String describe();

  /**
   * The guest wrote to isa-debug-exit.
   *
   * @param code QEMU's exit code, {@code (value << 1) | 1} modulo 256, so always odd
   */
  record Exited(int code) implements Ending {
    /** The lowest value that gives this exit code. 0x10 and 0x90 cannot be told apart. */
    public int value() {
      return code >> 1;
    }

    @Override
    public String describe() {
      return "QEMU exited with %d (0x%02x written to the exit port)".formatted(code, value());
    }
  }

  /**
   * The processor could not deliver a double fault and shut down (Intel SDM vol. 3A, 6.15,
   * interrupt 8).
   */
  record TripleFault() implements Ending {
    @Override
    public String describe() {
      return "triple fault";
    }
  }

  /** The guest asked the machine to reset or to power off, without a triple fault. */
  record Reset() implements Ending {
    @Override
    public String describe() {
      return "the guest reset the machine or switched it off";
    }
  }

  /**
   * The guest was still running at its limit, or had halted for good.
   *
   * @param halted whether the processor had executed {@code hlt} and was waiting
   */
  record StillRunning(boolean halted) implements Ending {
    @Override
    public String describe() {
      return halted ? "still there at the limit, halted" : "still there at the limit, running";
    }
  }

  /**
   * The guest produced more than a stream may hold and was ended.
   *
   * @param stream {@code serial} or {@code exceptions}
   */
  record Flooded(String stream) implements Ending {
    @Override
    public String describe() {
      return "ended because it flooded the " + stream + " log";
    }
  }

  /**
   * The guest did something that QEMU cannot emulate, and QEMU gave up.
   *
   * @param message what QEMU said, for example that the guest executed code outside of memory
   */
  record Aborted(String message) implements Ending {
    @Override
    public String describe() {
      return "QEMU gave up: " + message;
    }
  }

  /**
   * The experiment could not be run on this program.
   *
   * @param reason why, as the end of a sentence that begins with "because"
   */
  record NotRun(String reason) implements Ending {
    @Override
    public String describe() {
      return "not run because " + reason;
    }
  }
}
