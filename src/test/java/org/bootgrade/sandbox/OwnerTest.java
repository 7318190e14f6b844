package org.bootgrade.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerTest {

  private static final long NOBODY = 999_999_999L;

  private final Owner self = Owner.self();

  @Test
  void whatALivingProcessOwnsIsLeftAlone() {
    assertThat(self.goneFor(self)).isFalse();
  }

  @Test
  void whatADeadProcessOwnedCanBeRemoved() {
    assertThat(new Owner(self.boot(), NOBODY, self.started()).goneFor(self)).isTrue();
  }

  @Test
  void aProcessNumberThatIsUsedAgainIsAnotherProcess() {
    assertThat(new Owner(self.boot(), self.pid(), self.started() - 1).goneFor(self)).isTrue();
  }

  @Test
  void whatWasOwnedBeforeTheMachineBootedCanBeRemoved() {
    Owner earlier = new Owner("machine/boot-1", self.pid(), self.started());
    assertThat(earlier.goneFor(new Owner("machine/boot-2", 1, 1))).isTrue();
  }

  @Test
  void whatAnotherMachineOwnsIsLeftAlone() {
    assertThat(new Owner("other/boot", NOBODY, 1).goneFor(self)).isFalse();
    assertThat(new Owner("other", NOBODY, 1).goneFor(self)).isFalse();
  }

  @Test
  void anOwnerIsReadBackFromItsLabels() {
    assertThat(Owner.from(self.labels())).contains(self);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "12.5", "99999999999999999999"})
  void labelsThatAreNotOursNameNobody(String pid) {
    assertThat(
            Owner.from(
                Map.of(Owner.BOOT_LABEL, "m/b", Owner.PID_LABEL, pid, Owner.STARTED_LABEL, "1")))
        .isEmpty();
    assertThat(Owner.from(Map.of(Owner.PID_LABEL, "1"))).isEmpty();
    assertThat(Owner.from(Map.of())).isEmpty();
  }
}
