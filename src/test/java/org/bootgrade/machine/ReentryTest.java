package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.junit.jupiter.api.Test;

class ReentryTest {

  private static final long INTERRUPTED = 0x10_0001_f000L;
  private static final long IST_TOP = 0x22_1000L;

  @Test
  void aHandlerThatIsNotEnteredAgainSaysNothing() {
    assertThat(Reentry.of(onItsStack(), List.of())).isEmpty();
    assertThat(Reentry.of(onItsStack(), List.of(event(14, false, 0x22_0f00L)))).isEmpty();
  }

  @Test
  void anInterruptByInstructionIsNoSecondDoubleFault() {
    List<ExceptionEvent> events = List.of(event(8, true, INTERRUPTED));

    assertThat(Reentry.of(onItsStack(), events)).isEmpty();
    assertThat(Reentry.count(events)).isZero();
  }

  @Test
  void theSameStackPointerMeansThatTheHandlerReturnedToTheFault() {
    assertThat(Reentry.of(onItsStack(), List.of(event(8, false, INTERRUPTED))))
        .contains(Aftermath.RETURNED);
  }

  @Test
  void aFaultNearTheInterruptedStackPointerMeansThatTheCodeWentOn() {
    assertThat(Reentry.of(onItsStack(), List.of(event(8, false, INTERRUPTED - 0x40))))
        .contains(Aftermath.RETURNED);
  }

  @Test
  void aFaultOnTheHandlersStackIsTheHandlersOwn() {
    assertThat(Reentry.of(onItsStack(), List.of(event(8, false, IST_TOP - 0x800))))
        .contains(Aftermath.ENTERED_AGAIN);
  }

  @Test
  void withoutAStackOfItsOwnAFaultBelowTheFrameIsTheHandlersOwn() {
    Delivery.Entry entry = entry(INTERRUPTED - 56, 0);

    assertThat(Reentry.of(entry, List.of(event(8, false, INTERRUPTED - 0x200))))
        .contains(Aftermath.ENTERED_AGAIN);
    assertThat(Reentry.of(entry, List.of(event(8, false, INTERRUPTED))))
        .contains(Aftermath.RETURNED);
    assertThat(Reentry.of(entry, List.of(event(8, false, INTERRUPTED + 0x100))))
        .contains(Aftermath.RETURNED);
  }

  @Test
  void aStackPointerFarFromBothIsNoReturn() {
    assertThat(Reentry.of(onItsStack(), List.of(event(8, false, 0x4444_0000_0000L))))
        .contains(Aftermath.ENTERED_AGAIN);
  }

  private static Delivery.Entry onItsStack() {
    return entry(IST_TOP - 48, 1);
  }

  private static Delivery.Entry entry(long rsp, int slot) {
    return new Delivery.Entry(
        0x20_7cd0L, rsp, slot, 0, 0x20_4421L, null, 8, 0x86, INTERRUPTED, 0, 0, false, null);
  }

  private static ExceptionEvent event(int vector, boolean software, long rsp) {
    return new ExceptionEvent(
        1,
        vector,
        0,
        software,
        null,
        0,
        8,
        0x20_4421L,
        0,
        rsp,
        0,
        0x1000,
        new SegmentRegister(0x10, 0, 0x67, 0xb, true),
        new TableRegister(0, 0x1f),
        new TableRegister(0, 0xfff),
        0,
        null);
  }
}
