package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bootgrade.machine.RegisterLayout.Register;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterLayoutTest {

  @Test
  void registersLieBesideEachOtherAndWhatIsCommentedOutIsNone() {
    RegisterLayout layout =
        RegisterLayout.parse(
            "<target><!-- <reg name=\"no\" bitsize=\"64\"/> --><reg name=\"a\" bitsize=\"64\"/>"
                + "<reg name=\"b\" bitsize=\"32\" regnum=\"7\"/><!-- no end <reg name=\"c\""
                + " bitsize=\"8\"/>");
    assertThat(layout.registers())
        .containsOnlyKeys("a", "b")
        .containsEntry("a", new Register(0, 0, 8))
        .containsEntry("b", new Register(7, 8, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<!--", "<reg ", "<reg a", "<xi:include ", "a"})
  @Timeout(20)
  void aDescriptionThatOnlyEverBeginsIsReadInTime(String beginning) {
    String many = beginning.repeat(GdbClient.LONGEST_ANSWER / beginning.length());
    assertThat(RegisterLayout.parse(many).registers()).isEmpty();
    assertThat(RegisterLayout.parse("<reg " + many + ">").registers()).isEmpty();
    assertThat(RegisterLayout.includes(many)).isEmpty();
  }
}
