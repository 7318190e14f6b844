package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Set-up against the engine of this machine, which it may have to install. */
class SetupIT {
  private static final Path HOME = Path.of(System.getProperty("bootgrade.home", "."));

  @BeforeAll
  static void aReadyMachine() throws InfrastructureFailure {
    assertThat(ensure(System.err::println)).isInstanceOf(Readiness.Ready.class);
  }

  @Test
  void aReadyMachineIsLeftAlone() throws Exception {
    List<String> said = new ArrayList<>();
    assertThat(ensure(said::add)).isInstanceOf(Readiness.Ready.class);
    assertThat(said).isEmpty();
  }

  @Test
  void twoAtOnceAgree() throws Exception {
    CompletableFuture<Readiness> one = CompletableFuture.supplyAsync(SetupIT::unchecked);
    CompletableFuture<Readiness> other = CompletableFuture.supplyAsync(SetupIT::unchecked);
    assertThat(one.get()).isEqualTo(other.get());
  }

  @Test
  void testcontainersUsesTheEngineThatWasFound() {
    var client = DockerClientFactory.lazyClient();
    assertThat(client.versionCmd().exec().getApiVersion()).isNotEmpty();
    assertThat(client.listNetworksCmd().exec()).extracting(Network::getName).contains("none");
  }

  @Test
  void doctorFindsTheEngineAndBothImages() {
    assertThat(new Setup(HOME).examine())
        .filteredOn(check -> check.area().equals("containers"))
        .hasSize(4)
        .allSatisfy(check -> assertThat(check.state()).isEqualTo(Check.State.OK));
  }

  private static Readiness ensure(java.util.function.Consumer<String> say)
      throws InfrastructureFailure {
    return new Setup(HOME).ensure(Boolean.getBoolean("bootgrade.install"), say);
  }

  private static Readiness unchecked() {
    try {
      return ensure(line -> {});
    } catch (InfrastructureFailure e) {
      throw new IllegalStateException(e);
    }
  }
}
