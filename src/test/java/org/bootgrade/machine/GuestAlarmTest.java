package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.bootgrade.machine.FakeStub.packet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuestAlarmTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  @Test
  void theComparatorIsSetFromTheCounterInStepsOfTenNanoseconds() throws Exception {
    List<String> script = new ArrayList<>();
    says(script, "Qqemu.PhyMemMode:1", "OK");
    says(
        script,
        "Mfed00140,18:04410000" + "00000000" + "a4420f00" + "00000000" + "00020000" + "0000e0fe",
        "OK");
    script.add("hang");
    try (FakeStub stub = FakeStub.afterOpening(script.toArray(new String[0]));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      byte[] million = {0x40, 0x42, 0x0f, 0};
      GuestAlarm.arm(gdb, million, Duration.ofNanos(1000), SOON);
      gdb.settle(SOON);

      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void theGuestLosesItsOwnManagementInterruptsAndNothingElse() throws Exception {
    List<String> script = new ArrayList<>();
    says(script, "Qqemu.PhyMemMode:1", "OK");
    says(script, "Mfed00010,4:01000000", "OK");
    monitor(script, "i /w 0xcf8", "portw[0x0cf8] = 0x80001004\r\n");
    monitor(script, "o /w 0xcf8 0x80000b58", "");
    monitor(script, "i /b 0xcff", "portb[0x0cff] = 0x2a\r\n");
    monitor(script, "o /b 0xcff 0x28", "");
    monitor(script, "o /w 0xcf8 0x80001004", "");
    script.add("hang");
    try (FakeStub stub = FakeStub.afterOpening(script.toArray(new String[0]));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      GuestAlarm.install(gdb, SOON);

      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aMonitorWithoutPortsIsAnError() throws Exception {
    List<String> script = new ArrayList<>();
    says(script, "Qqemu.PhyMemMode:1", "OK");
    says(script, "Mfed00010,4:01000000", "OK");
    monitor(script, "i /w 0xcf8", "unknown command: 'i'\r\n");
    script.add("hang");
    try (FakeStub stub = FakeStub.afterOpening(script.toArray(new String[0]));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      GdbException refusal =
          catchThrowableOfType(GdbException.class, () -> GuestAlarm.install(gdb, SOON));

      assertThat(refusal.getMessage()).contains("unknown command");
    }
  }

  @Test
  void onlyRealModeAtTheEntryIsTheAlarm() {
    assertThat(GuestAlarm.rings(new Registers(Map.of("rip", 0x8000L, "efer", 0L)))).isTrue();
    assertThat(GuestAlarm.rings(new Registers(Map.of("rip", 0x8000L, "efer", 0xd00L)))).isFalse();
    assertThat(GuestAlarm.rings(new Registers(Map.of("rip", 0xfff0L, "efer", 0L)))).isFalse();
  }

  private static void says(List<String> script, String question, String answer) {
    script.add("> " + packet(question));
    script.add("< +" + packet(answer));
  }

  private static void monitor(List<String> script, String command, String answer) {
    HexFormat hex = HexFormat.of();
    script.add("> " + packet("qRcmd," + hex.formatHex(bytes(command))));
    if (answer.isEmpty()) {
      script.add("< +" + packet("OK"));
    } else {
      script.add("< +" + packet("O" + hex.formatHex(bytes(answer))) + packet("OK"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
