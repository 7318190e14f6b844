package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.FaultPair.Outcome;
import org.junit.jupiter.api.Test;

class FaultPairsTest {

  private static final FaultPairs.Try PAIR = new FaultPairs.Try(13, 11, "log", "");

  @Test
  void theLastVectorTellsWhatBecameOfThem() {
    assertThat(PAIR.seen(log(false, 13, 8)).outcome()).isEqualTo(Outcome.DOUBLE_FAULT);
    assertThat(PAIR.seen(log(false, 13, 11)).outcome()).isEqualTo(Outcome.SECOND_HANDLED);
    assertThat(PAIR.seen(log(false, 13)).outcome()).isEqualTo(Outcome.FIRST_HANDLED);
    assertThat(PAIR.seen(log(false, 13, 6)).outcome()).isEqualTo(Outcome.OTHER);
    assertThat(PAIR.seen(log(false)).outcome()).isEqualTo(Outcome.OTHER);
  }

  @Test
  void aTripleFaultIsOneWhateverCameBefore() {
    assertThat(PAIR.seen(log(true, 13, 8)).outcome()).isEqualTo(Outcome.TRIPLE_FAULT);
  }

  @Test
  void theSameExceptionTwiceIsTheSecondOne() {
    FaultPairs.Try twice = new FaultPairs.Try(14, 14, "log", "");

    assertThat(twice.seen(log(false, 14)).outcome()).isEqualTo(Outcome.FIRST_HANDLED);
    assertThat(twice.seen(log(false, 14, 14)).outcome()).isEqualTo(Outcome.SECOND_HANDLED);
  }

  @Test
  void whatCouldNotBeTriedSaysWhy() {
    FaultPair pair = new FaultPairs.Try(10, 11, "", "there is no TSS").seen(log(false));

    assertThat(pair.outcome()).isEqualTo(Outcome.NOT_TRIED);
    assertThat(pair.note()).isEqualTo("there is no TSS");
  }

  private static ParsedLog log(boolean tripleFault, int... vectors) {
    List<ExceptionEvent> events = new ArrayList<>();
    for (int vector : vectors) {
      events.add(
          new ExceptionEvent(
              events.size() + 1,
              vector,
              0,
              false,
              null,
              0,
              8,
              0x20_0000,
              0,
              0x1000,
              0,
              0x1000,
              new SegmentRegister(0x10, 0, 0x67, 0xb, true),
              new TableRegister(0, 0x1f),
              new TableRegister(0, 0xfff),
              0,
              null));
    }
    return new ParsedLog(events, false, tripleFault, false, 0, 0, 0);
  }
}
