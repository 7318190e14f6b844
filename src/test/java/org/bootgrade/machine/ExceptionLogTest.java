package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The logs in the resources are QEMU's own, of kernels on bootloader 0.9, with less of the BIOS.
 */
class ExceptionLogTest {

  private static final ExceptionLog.Limits AMPLE = new ExceptionLog.Limits(1 << 20, 100);

  @Test
  void anOverflowOnItsOwnStackIsAPageFaultThatBecomesADoubleFault() throws IOException {
    ParsedLog log = parse("overflow-ist");

    assertThat(log.truncated()).isFalse();
    assertThat(log.tripleFault()).isFalse();
    assertThat(log.events()).hasSize(2);
    assertThat(log.events().get(0))
        .isEqualTo(
            new ExceptionEvent(
                1,
                ExceptionEvent.PAGE_FAULT,
                2,
                false,
                null,
                0,
                0x8,
                0x204061,
                0,
                0x100_0000_2000L,
                0x100_0000_1ff8L,
                0x1000,
                log.events().get(1).taskRegister(),
                log.events().get(1).gdt(),
                log.events().get(1).idt(),
                "start\t".length(),
                null));
    ExceptionEvent doubleFault = log.events().get(1);
    assertThat(doubleFault.number()).isEqualTo(2);
    assertThat(doubleFault.vector()).isEqualTo(ExceptionEvent.DOUBLE_FAULT);
    assertThat(doubleFault.software()).isFalse();
    assertThat(doubleFault.escalation()).isEqualTo(new Escalation(14, 11));
    assertThat(doubleFault.rsp()).isEqualTo(0x100_0000_2000L);
    assertThat(doubleFault.taskRegister())
        .isEqualTo(new SegmentRegister(0x10, 0x221b20, 0x67, 9, true));
    assertThat(doubleFault.gdt()).isEqualTo(new TableRegister(0x221b90, 0x1f));
    assertThat(doubleFault.idt()).isEqualTo(new TableRegister(0x21bb10, 0xfff));
    assertThat(log.serialBytes()).isEqualTo("start\t[ok]\n".length());
  }

  @Test
  void withoutAnInterruptStackTheSameOverflowEndsInATripleFault() throws IOException {
    ParsedLog log = parse("overflow-no-ist");

    assertThat(log.tripleFault()).isTrue();
    assertThat(log.shutDown()).isTrue();
    assertThat(log.truncated()).isFalse();
    assertThat(log.events()).extracting(ExceptionEvent::vector).containsExactly(14, 8);
    assertThat(log.serialBytes()).isEqualTo("start\t".length());
  }

  @Test
  void aSoftwareInterruptIsToldFromAFault() throws IOException {
    ParsedLog log = parse("int8");

    assertThat(log.events()).hasSize(1);
    assertThat(log.events().get(0).vector()).isEqualTo(8);
    assertThat(log.events().get(0).software()).isTrue();
    assertThat(log.events().get(0).escalation()).isNull();
    assertThat(parse("int3").events())
        .singleElement()
        .matches(e -> e.vector() == ExceptionEvent.BREAKPOINT && e.software());
  }

  @Test
  void aWildWriteNamesItsAddress() throws IOException {
    ParsedLog log = parse("wild-write");

    assertThat(log.events()).extracting(ExceptionEvent::vector).containsExactly(14, 8);
    assertThat(log.events()).allMatch(e -> e.cr2() == 0xdeadbeefL);
  }

  @Test
  void aWildJumpIsKeptAlthoughItLiesOutsideOfTheKernel() throws IOException {
    ParsedLog log = parse("wild-jump");

    assertThat(log.events()).extracting(ExceptionEvent::vector).containsExactly(14, 8);
    assertThat(log.events().get(0).rip()).isEqualTo(0x7fff_0000L);
  }

  @Test
  void interruptsOfDevicesAreNoEvents() throws IOException {
    ParsedLog log = parse("timer");

    assertThat(log.events()).isEmpty();
    assertThat(log.hardwareInterrupts()).isEqualTo(3);
    assertThat(log.truncated()).isFalse();
  }

  @Test
  void aTimerInterruptThroughGateEightIsNoDoubleFault() throws IOException {
    // The kernel printed [ok] from its double fault handler: the timer was not remapped.
    ParsedLog log = parse("timer8");

    assertThat(log.events()).isEmpty();
    assertThat(log.hardwareInterrupts()).isEqualTo(1);
  }

  @Test
  void aPowerOffIsSeenAsAShutdown() throws IOException {
    ParsedLog log = parse("poweroff");

    assertThat(log.shutDown()).isTrue();
    assertThat(log.tripleFault()).isFalse();
    assertThat(log.events()).isEmpty();
  }

  @Test
  void aMachineAsleepHasShutDown() throws IOException {
    String log = "runstate_set current_run_state 9 (running) new_state 13 (suspended)\n";

    assertThat(parse(log, AMPLE).shutDown()).isTrue();
  }

  @Test
  void exceptionsOfFirmwareAndBootloaderAreDropped() throws IOException {
    String kernel = text("wild-write");
    int begin = kernel.indexOf("check_exception");
    String block = kernel.substring(begin, kernel.indexOf("check_exception", begin + 1));
    String firmware = block.replace("EFER=0000000000000d00", "EFER=0000000000000000");
    String bootloader =
        block
            .replaceFirst("IP=0008:[0-9a-f]+", "IP=0008:0000000000009a10")
            .replaceFirst("SP=0000:[0-9a-f]+", "SP=0000:000000000000fff0");

    ParsedLog log = parse(firmware + bootloader + block, AMPLE);

    assertThat(log.before()).isEqualTo(2);
    assertThat(log.events()).singleElement().matches(e -> e.rip() == 0x204a61 && e.number() == 1);
  }

  @Test
  void aJumpToNullIsKnownByItsStack() throws IOException {
    String kernel = text("wild-jump");
    String log = kernel.replace("IP=0008:000000007fff0000", "IP=0008:0000000000000000");

    assertThat(parse(log, AMPLE).events()).hasSize(2);
  }

  @Test
  void serialBytesInLoopbackModeOrWithTheDivisorLatchAreNotCounted() throws IOException {
    String log =
        """
        serial_write write addr 0x03 val 0x80
        serial_write write addr 0x00 val 0x03
        serial_write write addr 0x03 val 0x03
        serial_write write addr 0x04 val 0x1e
        serial_write write addr 0x00 val 0xae
        serial_write write addr 0x04 val 0x0f
        serial_write write addr 0x00 val 0x41
        """;

    assertThat(parse(log, AMPLE).serialBytes()).isEqualTo(1);
  }

  @Test
  void theLimitOfEventsKeepsTheFirstAndSaysThatThereWereMore() throws IOException {
    String many = text("int3") + text("int3") + text("int3");

    ParsedLog log = parse(many, new ExceptionLog.Limits(1 << 20, 1));

    assertThat(log.events()).extracting(ExceptionEvent::vector).containsExactly(3);
    assertThat(log.truncated()).isTrue();
  }

  @Test
  void aDoubleFaultBehindTheLimitIsKeptWithWhatCameBefore() throws IOException {
    String late = text("int3") + text("int3") + text("overflow-no-ist");

    ParsedLog log = parse(late, new ExceptionLog.Limits(1 << 20, 1));

    assertThat(log.events()).extracting(ExceptionEvent::vector).containsExactly(3, 14, 8);
    assertThat(log.events()).extracting(ExceptionEvent::number).containsExactly(1, 2, 3);
    assertThat(log.truncated()).isTrue();
    assertThat(log.tripleFault()).isTrue();
  }

  @Test
  void ofManyDoubleFaultsBehindTheLimitOnlySomeAreKept() throws IOException {
    ParsedLog log = parse(text("overflow-no-ist").repeat(50), new ExceptionLog.Limits(16 << 20, 1));

    assertThat(log.events())
        .extracting(ExceptionEvent::vector)
        .containsExactly(14, 8, 14, 8, 14, 8, 14, 8);
  }

  @Test
  void theLimitOfBytesEndsTheReading() throws IOException {
    ParsedLog log = parse(text("overflow-no-ist"), new ExceptionLog.Limits(100, 10));

    assertThat(log.events()).isEmpty();
    assertThat(log.truncated()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"overflow-ist", "overflow-no-ist", "int8", "timer"})
  void aLogMayBreakOffAnywhere(String name) throws IOException {
    byte[] whole = text(name).getBytes(StandardCharsets.ISO_8859_1);
    List<ExceptionEvent> all = parse(name).events();

    for (int length = 0; length < whole.length; length += 7) {
      ParsedLog log = parse(Arrays.copyOf(whole, length), AMPLE);
      assertThat(log.events()).isEqualTo(all.subList(0, log.events().size()));
    }
  }

  @Test
  void aBlockThatIsNotFinishedIsNoEventYet() throws IOException {
    String log = text("int8");
    int end = log.indexOf("EFER=", log.indexOf("v=08"));

    ParsedLog cut = parse(log.substring(0, end), AMPLE);

    assertThat(cut.events()).isEmpty();
    assertThat(cut.truncated()).isTrue();
  }

  @Test
  void theLogMayComeInPieces() throws IOException {
    byte[] whole = text("overflow-ist").getBytes(StandardCharsets.ISO_8859_1);
    ExceptionLog log = new ExceptionLog(AMPLE, KernelEntry.afterLowMemoryBootloader());

    for (int i = 0; i < whole.length; i += 13) {
      log.accept(whole, i, Math.min(13, whole.length - i));
    }

    assertThat(log.parsed()).isEqualTo(parse("overflow-ist"));
  }

  @Test
  void damageNeverThrowsAndNeverInventsMoreThanTheLimit() throws IOException {
    Random random = new Random(1);
    byte[] whole = text("overflow-no-ist").getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 500; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 40; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      ParsedLog log = parse(damaged, AMPLE);
      assertThat(log.events()).hasSizeLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check_exception old: 0x new 0x\n",
        "check_exception old: 0xfffffffffffffffff new 0xe\n",
        "     0: v= e= i= cpl= IP=: pc= SP=:\n",
        "     0: v=fff e=0 i=0 cpl=0 IP=0:0 SP=0:0\nEFER=\n",
        "     0: v=08 e=0 i=0 cpl=0 IP=0:0 SP=0:0\nTR =\nGDT=\nIDT= x\nCR0=1\nEFER=d00\n",
        "serial_write write addr 0xzz val 0x\n",
        "serial_write write addr 0x00\n",
        ": v=",
        "\r\n\r\n"
      })
  void brokenLinesGiveNoEvent(String log) throws IOException {
    assertThat(parse(log, AMPLE).events()).isEmpty();
  }

  @Test
  void aLineWithoutAnEndIsSkipped() throws IOException {
    String log = "x".repeat(1 << 16) + "\n" + text("int3");

    assertThat(parse(log, AMPLE).events()).hasSize(1);
  }

  private static ParsedLog parse(String name) throws IOException {
    return parse(text(name), AMPLE);
  }

  private static ParsedLog parse(String log, ExceptionLog.Limits limits) throws IOException {
    return parse(log.getBytes(StandardCharsets.ISO_8859_1), limits);
  }

  private static ParsedLog parse(byte[] log, ExceptionLog.Limits limits) throws IOException {
    ExceptionLog read = new ExceptionLog(limits, KernelEntry.afterLowMemoryBootloader());
    read.stream().write(log);
    return read.parsed();
  }

  private static String text(String name) throws IOException {
    try (InputStream in = ExceptionLogTest.class.getResourceAsStream("/machine/" + name + ".log")) {
      assertThat(in).as("resource %s", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
