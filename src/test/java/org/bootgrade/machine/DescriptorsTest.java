package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HexFormat;
import java.util.List;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.SegmentDescriptor;
import org.bootgrade.evidence.TaskStateSegment;
import org.junit.jupiter.api.Test;

/** The bytes were read from a kernel in the blog_os style, at its stack overflow. */
class DescriptorsTest {

  private static final byte[] GATE = hex("603f0800018e20000000000000000000");
  private static final byte[] GDT =
      hex("0000000000000000ffff0000009baf006700201b228b00000000000000000000");
  private static final byte[] TSS = hex("00".repeat(36) + "201b22" + "00".repeat(63) + "6800");

  @Test
  void aGateNamesHandlerSegmentAndStack() {
    assertThat(Descriptors.gate(GATE))
        .contains(new IdtGate(0x203f60, 8, 1, 0xe, 0, true))
        .get()
        .matches(IdtGate::usable);
  }

  @Test
  void everyBitOfAGateIsTakenFromItsPlace() {
    assertThat(Descriptors.gate(hex("efbe3412ffef adde 78563412 ffffffff".replace(" ", ""))))
        .contains(new IdtGate(0x1234_5678_dead_beefL, 0x1234, 7, 0xf, 3, true));
  }

  @Test
  void aGateOfZerosIsNotUsable() {
    assertThat(Descriptors.gate(new byte[16]))
        .contains(new IdtGate(0, 0, 0, 0, 0, false))
        .get()
        .matches(gate -> !gate.usable());
    assertThat(Descriptors.gate(new byte[15])).isEmpty();
  }

  @Test
  void theGdtHoldsACodeSegmentAndATaskState() {
    GdtTable table = Descriptors.gdt(0x221b90, 0x1f, GDT);

    assertThat(table.descriptors())
        .containsExactly(
            new SegmentDescriptor(8, 0, 0xffff_ffffL, 0xb, false, true, 0, true),
            new SegmentDescriptor(16, 0x221b20, 0x67, 0xb, true, false, 0, true));
    assertThat(table.lookup(0x0b)).get().matches(SegmentDescriptor::longModeCode);
    assertThat(table.lookup(0x10)).get().matches(SegmentDescriptor::taskState);
    assertThat(table.lookup(0)).isEmpty();
    assertThat(table.lookup(0x18)).as("upper half of the TSS descriptor").isEmpty();
    assertThat(table.lookup(0x0c)).as("in the local table").isEmpty();
  }

  @Test
  void aHighBaseIsPutTogetherFromBothHalves() {
    byte[] table = GDT.clone();
    System.arraycopy(hex("0080ffff"), 0, table, 24, 4);
    System.arraycopy(hex("ff"), 0, table, 23, 1);

    assertThat(Descriptors.gdt(0, 0x1f, table).lookup(0x10))
        .get()
        .matches(d -> d.base() == 0xffff_8000_ff22_1b20L);
  }

  @Test
  void aDescriptorThatTheLimitCutsIsLeftOut() {
    assertThat(Descriptors.gdt(0, 0x17, GDT).lookup(0x10)).isEmpty();
    assertThat(Descriptors.gdt(0, 0x1f, new byte[3]).descriptors()).isEmpty();
    assertThat(Descriptors.gdt(0, 0xffff, GDT).descriptors()).hasSize(2);
  }

  @Test
  void theTaskStateHasItsInterruptStacksFromOne() {
    TaskStateSegment state = Descriptors.taskState(TSS).orElseThrow();

    assertThat(state.interruptStack(1)).isEqualTo(0x221b20);
    assertThat(state.interruptStacks()).hasSize(7);
    assertThat(state.privilegeStacks()).containsExactly(0L, 0L, 0L);
    assertThat(state.ioMapBase()).isEqualTo(0x68);
    assertThat(Descriptors.taskState(new byte[0x67])).isEmpty();
  }

  @Test
  void theRecordsSurviveTheirWayThroughJson() throws JsonProcessingException {
    JsonMapper json = new JsonMapper();
    TaskStateSegment state =
        new TaskStateSegment(List.of(0L, 1L, 2L), List.of(-1L, 2L, 3L, 4L, 5L, 6L, 7L), 0x68);
    GdtTable table = Descriptors.gdt(0x221b90, 0x1f, GDT);

    assertThat(json.writeValueAsString(state)).contains("\"0xffffffffffffffff\"");
    assertThat(json.readValue(json.writeValueAsString(state), TaskStateSegment.class))
        .isEqualTo(state);
    assertThat(
            json.readValue(
                json.writeValueAsString(table.lookup(8).orElseThrow()), SegmentDescriptor.class))
        .isEqualTo(table.lookup(8).orElseThrow());
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
