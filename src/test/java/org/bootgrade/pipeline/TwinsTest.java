package org.bootgrade.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TwinsTest {

  private static final Path EVIDENCE = Path.of("out/a/evidence");

  private final Twins twins = new Twins();

  private CompletableFuture<Twins.Turn> enters(String digest) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return twins.enter(digest);
          } catch (InfrastructureFailure e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void theSecondWaitsForTheFirstAndGetsItsEvidence() throws Exception {
    Twins.Turn first = twins.enter("x");
    CompletableFuture<Twins.Turn> second = enters("x");
    assertThat(first.first()).isEmpty();
    assertThat(waits(second)).isTrue();

    first.done(EVIDENCE);
    first.close();

    assertThat(second.get(10, TimeUnit.SECONDS).first()).contains(EVIDENCE);
    second.get().close();
    assertThat(twins.enter("x").first()).contains(EVIDENCE);
  }

  @Test
  void whereTheFirstFailsTheNextOneIsTheFirst() throws Exception {
    CompletableFuture<Twins.Turn> second;
    try (Twins.Turn first = twins.enter("x")) {
      assertThat(first.first()).isEmpty();
      second = enters("x");
      assertThat(waits(second)).isTrue();
    }

    assertThat(second.get(10, TimeUnit.SECONDS).first()).isEmpty();
    assertThat(waits(enters("x"))).as("it is its turn now").isTrue();
  }

  @Test
  void othersDoNotWait() throws Exception {
    twins.enter("x");

    assertThat(enters("y").get(10, TimeUnit.SECONDS).first()).isEmpty();
  }

  private static boolean waits(CompletableFuture<Twins.Turn> turn) throws Exception {
    try {
      turn.get(100, TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException itDoes) {
      return true;
    }
  }

  @Test
  void whereEvidenceDoesNotStayEachIsTheFirst() throws Exception {
    Twins unknown = Twins.unknown();
    try (Twins.Turn first = unknown.enter("x")) {
      first.done(EVIDENCE);
      assertThat(unknown.enter("x").first()).isEmpty();
    }
    assertThat(unknown.enter("x").first()).isEmpty();
  }
}
