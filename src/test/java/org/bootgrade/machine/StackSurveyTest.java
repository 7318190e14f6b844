package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.InterruptStack.Kind;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.TaskStateSegment;
import org.junit.jupiter.api.Test;

/** Pages 0x10000 to 0x1ffff are mapped and writable, nothing else is. */
class StackSurveyTest {

  private static final long ELSEWHERE = 0x50_0000;

  /** Where they begin. */
  private static final int PAGES = 0x1_0000;

  /** More than the pages' physical addresses, but for {@link #DEVICE} and {@link #NOTHING}. */
  private static final long MEMORY = 2 << 20;

  /** Pages whose physical addresses are those of the text screen, and beyond all memory. */
  private static final int DEVICE = 0x30;

  private static final int NOTHING = 0x31;

  /** A page whose memory is that of page 0x1a000. */
  private static final int ALIAS = 0x40;

  @Test
  void aStackReachesDownToItsStaticsBeginning() throws GdbException {
    InterruptStack stack = only(survey("0000000000012010 0000000000005000 b STACK", tss(0x17010)));

    assertThat(stack.room()).isEqualTo(0x5000);
    assertThat(stack.vectors()).containsExactly(8);
    assertThat(stack.overlaps()).isEmpty();
    assertThat(stack.aligned()).isTrue();
    assertThat(stack.pointerAtEntry()).isEqualTo(0x17010 - 48);
  }

  @Test
  void aTopAtTheStaticsBeginningHasTheRoomOfItsNeighbour() throws GdbException {
    String symbols =
        "0000000000011f00 0000000000000110 b NEIGHBOUR\n0000000000012010 0000000000005000 b STACK";

    InterruptStack stack = only(survey(symbols, tss(0x12010)));

    assertThat(stack.symbol()).isNotNull().matches(s -> s.name().equals("NEIGHBOUR"));
    assertThat(stack.room()).isEqualTo(0x110);
  }

  @Test
  void aTopAtTheStaticsBeginningHasNoRoomWhereNothingEnds() throws GdbException {
    String statics =
        "0000000000010000 0000000000000010 d OTHER\n0000000000013000 0000000000005000 b STACK";

    InterruptStack stack = only(survey(statics, tss(0x13000)));

    assertThat(stack.room()).isZero();
    assertThat(stack.overlaps()).isEmpty();
  }

  @Test
  void aMarkAtTheTopEndsAStackOfAssembly() throws GdbException {
    String statics =
        "0000000000013000 0000000000000000 b stack_top\n0000000000013000 0000000000000100 b OTHER";

    assertThat(only(survey(statics, tss(0x13000))).room()).isEqualTo(0x3000);
  }

  @Test
  void aStaticThatBeginsWhereAStackEndsChangesNothing() throws GdbException {
    String statics =
        "0000000000011000 0000000000002000 b STACK\n0000000000013000 0000000000000100 b OTHER";

    assertThat(only(survey(statics, tss(0x13000))).room()).isEqualTo(0x2000);
  }

  @Test
  void withoutAStaticTheNextOneBelowOrTheEndOfThePagesBoundsIt() throws GdbException {
    assertThat(only(survey("", tss(0x18000))).room()).isEqualTo(0x8000);
    assertThat(only(survey("0000000000011000 0000000000001000 b OTHER", tss(0x18000))).room())
        .isEqualTo(0x6000);
  }

  @Test
  void aTopOutsideOfWritableMemoryHasNoRoom() throws GdbException {
    InterruptStack stack = only(survey("", tss(0xdead_beefL)));

    assertThat(stack.writable()).isNull();
    assertThat(stack.room()).isZero();
  }

  @Test
  void stacksInOneStaticEndWhereTheNextBegins() throws GdbException {
    List<InterruptStack> stacks =
        survey("0000000000012000 000000000000a000 b STACKS", tss(0x17000, 0x1c000));

    assertThat(stacks).extracting(InterruptStack::room).containsExactly(0x5000L, 0x5000L);
    assertThat(stacks).allMatch(s -> s.overlaps().isEmpty());
  }

  @Test
  void twoSlotsWithOneTopOverlap() throws GdbException {
    List<InterruptStack> stacks =
        survey("0000000000012000 0000000000005000 b STACK", tss(0x17000, 0x17000));

    assertThat(stacks.get(0).overlaps())
        .extracting(InterruptStack.Overlap::kind)
        .containsExactly(Kind.UNUSED_INTERRUPT_STACK);
    assertThat(stacks.get(1).overlaps())
        .extracting(InterruptStack.Overlap::kind)
        .containsExactly(Kind.INTERRUPT_STACK);
  }

  @Test
  void theRunningStackIsNoInterruptStack() throws GdbException {
    InterruptStack stack =
        survey("0000000000012000 0000000000005000 b STACK", tss(0x17000), 0x16ff0).get(0);

    assertThat(stack.overlaps())
        .extracting(InterruptStack.Overlap::kind)
        .containsExactly(Kind.RUNNING_STACK);
  }

  @Test
  void theBeginningOfTheRunningStackIsNoInterruptStack() throws GdbException {
    byte[] memory = new byte[0x10000];
    // A return address, below 512 bytes of locals that are zero.
    memory[0x1c000 - PAGES - 520] = 0x42;

    InterruptStack stack = survey("", tss(0x1c000), 0x1b000, memory).get(0);

    assertThat(stack.overlaps())
        .extracting(InterruptStack.Overlap::detail)
        .singleElement()
        .asString()
        .startsWith("its top lies in the stack that the kernel was running on, 4096 bytes above");
  }

  @Test
  void aLocalArrayOfAFunctionThatNeverReturnsIsAnInterruptStack() throws GdbException {
    for (byte filled : new byte[] {0, (byte) 0xaa}) {
      byte[] memory = new byte[0x10000];
      Arrays.fill(memory, (byte) 0x42);
      Arrays.fill(memory, 0x16000 - PAGES, 0x1b000 - PAGES, filled);

      InterruptStack stack = survey("", tss(0x1b000), 0x15f00, memory).get(0);

      assertThat(stack.overlaps()).isEmpty();
      assertThat(stack.room()).isEqualTo(0x5000);
    }
  }

  @Test
  void anArrayEndsWhereTheStackPointerIs() throws GdbException {
    InterruptStack stack = survey("", tss(0x1b000), 0x1a000).get(0);

    assertThat(stack.overlaps()).isEmpty();
    assertThat(stack.room()).isEqualTo(0x1000);
  }

  @Test
  void aRunningStackAboveItInTheSameStaticCanGrowIntoIt() throws GdbException {
    String symbol = "0000000000012000 0000000000005000 b STACK";

    assertThat(survey(symbol, tss(0x15000), 0x16ff0).get(0).overlaps())
        .extracting(InterruptStack.Overlap::kind)
        .containsExactly(Kind.RUNNING_STACK);
    assertThat(survey(symbol, tss(0x15000), 0x17000).get(0).overlaps())
        .as("the running stack is another static's")
        .isEmpty();
  }

  @Test
  void theRunningStacksMemoryByOtherAddressesIsNoInterruptStack() throws GdbException {
    InterruptStack stack = survey("", tss((ALIAS + 1) << 12), 0x1b000).get(0);

    assertThat(stack.overlaps())
        .extracting(InterruptStack.Overlap::kind)
        .containsExactly(Kind.RUNNING_STACK);
  }

  @Test
  void aDeviceIsNoStackAndNeitherIsNothing() throws GdbException {
    for (long page : List.of(DEVICE, NOTHING)) {
      assertThat(only(survey("", tss((page + 1) << 12))).overlaps())
          .extracting(InterruptStack.Overlap::kind)
          .containsExactly(Kind.NO_MEMORY);
    }
  }

  @Test
  void aTopWithinATableOverlapsIt() throws GdbException {
    InterruptStack stack = only(survey("", tss(0x1e800)));

    assertThat(stack.overlaps())
        .extracting(InterruptStack.Overlap::detail)
        .containsExactly("the IDT");
  }

  @Test
  void tablesBesideAStackInOneStaticAreNotItsRoom() throws GdbException {
    assertThat(only(survey("0000000000010000 0000000000010000 b ALL", tss(0x20000))).room())
        .as("down to the IDT's end")
        .isEqualTo(0x1000);
  }

  private static InterruptStack only(List<InterruptStack> stacks) {
    assertThat(stacks).hasSize(1);
    return stacks.get(0);
  }

  private static List<InterruptStack> survey(String symbols, TaskStateSegment tss)
      throws GdbException {
    return survey(symbols, tss, ELSEWHERE);
  }

  private static List<InterruptStack> survey(String symbols, TaskStateSegment tss, long rsp)
      throws GdbException {
    return survey(symbols, tss, rsp, new byte[0x10000]);
  }

  /**
   * @param memory the contents of the pages
   */
  private static List<InterruptStack> survey(
      String symbols, TaskStateSegment tss, long rsp, byte[] memory) throws GdbException {
    List<IdtGate> gates = new ArrayList<>();
    for (int vector = 0; vector < 32; vector++) {
      gates.add(new IdtGate(0x1000, 8, vector == 8 ? 1 : 0, 0xe, 0, vector == 8));
    }
    return new StackSurvey(
            Symbols.parse(symbols),
            new PageTables(StackSurveyTest::tables, 0x1000, false, true),
            (address, length) ->
                Arrays.copyOfRange(memory, (int) address - PAGES, (int) address - PAGES + length),
            tss,
            gates,
            Map.of("the IDT", new MemoryExtent(0x1e000, 0x1f000)),
            MEMORY)
        .stacks(rsp);
  }

  private static TaskStateSegment tss(long... tops) {
    List<Long> slots = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      slots.add(i < tops.length ? tops[i] : 0);
    }
    return new TaskStateSegment(List.of(0L, 0L, 0L), slots, 0x68);
  }

  /** Three levels whose first entry leads on, and a last one with the pages. */
  private static byte[] tables(long address, int length) {
    ByteBuffer page = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (address < 0x4000) {
      page.putLong(0, address + 0x1000 | 3);
    } else {
      for (int i = 0x10; i < 0x20; i++) {
        page.putLong(8 * i, (long) i << 12 | 3);
      }
      page.putLong(8 * DEVICE, 0xb8000 | 3);
      page.putLong(8 * NOTHING, MEMORY | 3);
      page.putLong(8 * ALIAS, 0x1a000 | 3);
    }
    return page.array();
  }
}
