package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.Symbol;

/**
 * Lets a stopped program panic, as if its next instruction were a call of one of core's functions.
 * Their arguments are those of rustc 1.60 to 1.96 (core/src/panicking.rs, System V calling
 * convention); the last one is the caller's location.
 */
final class PanicCall {

  private static final String MESSAGE = "a panic that is no part of the program";

  /** Some versions want a zero behind a file name; none counts it here. */
  private static final String FILE = "bootgrade\0";

  private static final int ROOM = 512;
  private static final int TEXT = 384;
  private static final int PLACE = 320;

  /** The functions, the likeliest first, and which register takes the location. */
  private static final Map<String, String> WITHOUT_TEXT =
      Map.of(
          "core::panicking::panic_bounds_check", "rdx",
          "core::panicking::panic_const::panic_const_add_overflow", "rdi",
          "core::option::unwrap_failed", "rdi");

  private static final String WITH_TEXT = "core::panicking::panic";

  private final Symbol function;

  private PanicCall(Symbol function) {
    this.function = function;
  }

  /** A function of the program to panic by, if it has one that is known here. */
  static Optional<PanicCall> in(Symbols symbols) {
    return symbols
        .named(WITH_TEXT)
        .or(
            () ->
                WITHOUT_TEXT.keySet().stream()
                    .sorted()
                    .flatMap(name -> symbols.named(name).stream())
                    .findFirst())
        .map(PanicCall::new);
  }

  /** Makes the call, on the stack that the machine is on. */
  void make(LiveMachine machine) throws GdbException {
    long rsp = machine.registers().rsp();
    byte[] message = MESSAGE.getBytes(StandardCharsets.US_ASCII);
    byte[] file = FILE.getBytes(StandardCharsets.US_ASCII);
    long text = rsp - TEXT;
    long location = rsp - PLACE;
    ByteBuffer place = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    place.putLong(text + message.length).putLong(file.length - 1L).putInt(1).putInt(1);
    machine.write(text, message);
    machine.write(text + message.length, file);
    machine.write(location, place.array());
    // After a call the stack is 8 bytes off a multiple of 16; nothing returns to address 0.
    long top = ((rsp - ROOM) & ~0xfL) - 8;
    machine.write(top, new byte[8]);
    Map<String, Long> registers =
        new HashMap<>(Map.of("rip", function.extent().start(), "rsp", top));
    String register = locationRegister();
    if (register.equals("rdx")) {
      boolean withText = isNamed(WITH_TEXT);
      registers.put("rdi", withText ? text : 7);
      registers.put("rsi", withText ? (long) message.length : 3);
    }
    registers.put(register, location);
    machine.setRegisters(registers);
  }

  private String locationRegister() {
    return WITHOUT_TEXT.entrySet().stream()
        .filter(e -> isNamed(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("rdx");
  }

  private boolean isNamed(String name) {
    return function.name().equals(name) || function.name().startsWith(name + "::h");
  }
}
