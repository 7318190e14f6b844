package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bootgrade.setup.EngineAccess.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerEngineTest {

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "unix:///a b", "unix://", "npipe://x", "tcp://", ":"})
  void whatIsNoAddressIsToldWithWhatOneLooksLike(String address) {
    EngineLocator locator = new EngineLocator(Map.of("DOCKER_HOST", address));
    assertThat(new DockerEngine(locator).ping())
        .isInstanceOfSatisfying(
            Answer.Silent.class,
            silent -> {
              assertThat(silent.address()).isEqualTo(address);
              assertThat(silent.chosen()).isTrue();
              assertThat(silent.reason()).contains("unix:///var/run/docker.sock");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///no/such/socket"})
  void anAddressIsAsked(String address) {
    EngineLocator locator = new EngineLocator(Map.of("DOCKER_HOST", address));
    assertThat(new DockerEngine(locator).ping())
        .isEqualTo(new Answer.Silent(address, true, false, "No such file or directory"));
  }
}
