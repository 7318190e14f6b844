package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.grading.Recorded;
import org.junit.jupiter.api.Test;

class StackUseTest {

  private static final long RSP = Recorded.GUARD;

  @Test
  void theFirstDoubleFaultNearTheStackCounts() {
    ExceptionEvent wild = Recorded.pageFault(1, 0xdeadbeefL, RSP + 0x9000, 0);
    ExceptionEvent doubleFault = Recorded.doubleFault(2, RSP + 0x9000, 0);
    ExceptionEvent overflow = Recorded.pageFault(3, RSP - 8, RSP, 0);
    ExceptionEvent second = Recorded.doubleFault(4, RSP, 0);

    assertThat(StackUse.before(List.of(overflow, second))).isZero();
    assertThat(StackUse.before(List.of(wild, doubleFault, overflow, second))).isEqualTo(1);
    assertThat(StackUse.before(List.of(overflow, second, wild, doubleFault))).isZero();
  }

  @Test
  void whereNoneIsNearTheStackTheFirstOneIsAsGoodAsAny() {
    ExceptionEvent wild = Recorded.pageFault(1, 0xdeadbeefL, RSP, 0);
    ExceptionEvent doubleFault = Recorded.doubleFault(2, RSP, 0);

    assertThat(StackUse.before(List.of(wild, doubleFault, wild, doubleFault))).isZero();
    assertThat(StackUse.before(List.of())).isZero();
  }
}
