package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Output that is cut, streams between threads, and the limits of each role. */
@Timeout(10)
class StreamsTest {

  @Test
  void aCommandThatSaidNothingIsToldByHowItEnded() {
    byte[] nothing = new byte[0];
    Outcome killed = new Outcome(Outcome.End.EXITED, 137, nothing, " \n".getBytes(UTF_8), false);
    Outcome late = new Outcome(Outcome.End.TIME_LIMIT, -1, nothing, nothing, false);
    Outcome wordy =
        new Outcome(Outcome.End.EXITED, 1, nothing, "head: no\n".getBytes(UTF_8), false);
    assertThat(killed.why()).isEqualTo("exit code 137");
    assertThat(late.why()).contains("time limit");
    assertThat(wordy.why()).isEqualTo("head: no");
  }

  @Test
  void outputUpToItsCapIsKeptWhole() {
    Output output = new Output(5);
    output.add(false, "hello".getBytes(UTF_8));
    output.add(true, "oops!".getBytes(UTF_8));
    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.out()).isEqualTo("hello");
    assertThat(outcome.err()).isEqualTo("oops!");
    assertThat(outcome.truncated()).isFalse();
  }

  @Test
  void piecesOfAnySizeComeTogether() {
    byte[] all = new byte[1 << 20];
    new Random(1).nextBytes(all);
    Output output = new Output(all.length);
    int at = 0;
    for (int size = 1; at < all.length; size = size * 3 % 200_003) {
      int end = Math.min(all.length, at + size);
      output.add(false, Arrays.copyOfRange(all, at, end));
      at = end;
    }
    output.add(true, "words".getBytes(UTF_8));

    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.stdout()).isEqualTo(all);
    assertThat(outcome.err()).isEqualTo("words");
    assertThat(outcome.truncated()).isFalse();
  }

  @Test
  void outputBeyondItsCapIsCutAndSaysSo() {
    Output output = new Output(5);
    output.add(false, "hel".getBytes(UTF_8));
    output.add(false, "lo, world".getBytes(UTF_8));
    output.add(false, "more".getBytes(UTF_8));
    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.out()).isEqualTo("hello");
    assertThat(outcome.truncated()).isTrue();
    assertThat(output.flooded()).isFalse();
  }

  @Test
  void eachStreamHasItsOwnCap() {
    Output output = new Output(2);
    output.add(true, "abc".getBytes(UTF_8));
    output.add(false, "xy".getBytes(UTF_8));
    assertThat(output.outcome(Outcome.End.EXITED, 0).out()).isEqualTo("xy");
    assertThat(output.errors()).isEqualTo("ab");
  }

  @Test
  void onlyFarMoreThanTheCapIsAFlood() {
    Output output = new Output(1 << 20);
    byte[] chunk = new byte[1 << 20];
    for (int i = 0; i < 64; i++) {
      output.add(i % 2 == 0, chunk);
    }
    assertThat(output.flooded()).isFalse();
    output.add(false, new byte[1]);
    assertThat(output.flooded()).isTrue();
  }

  @Test
  void aSinkTakesStandardOutputWholeAndItsFailureComesBack() throws IOException {
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    Output output = new Output(2, new CappedOutput(taken, 4));
    output.add(false, "abcd".getBytes(UTF_8));
    assertThat(taken.toString(UTF_8)).isEqualTo("abcd");
    assertThatCode(output::rethrow).doesNotThrowAnyException();
    assertThat(output.flooded()).isFalse();
    output.add(false, "e".getBytes(UTF_8));
    assertThat(output.flooded()).isTrue();
    assertThatThrownBy(output::rethrow)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("4 bytes");
    assertThat(taken.toString(UTF_8)).isEqualTo("abcd");
  }

  @Test
  void aCappedStreamRefusesTheByteTooMany() throws IOException {
    try (CappedOutput capped = new CappedOutput(new ByteArrayOutputStream(), 1)) {
      capped.write('a');
      assertThatThrownBy(() -> capped.write('b')).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aQueueIsReadAcrossItsChunksToItsEnd() throws IOException {
    try (ByteQueue queue = new ByteQueue()) {
      queue.add("ab".getBytes(UTF_8));
      queue.add(new byte[0]);
      queue.add("cde".getBytes(UTF_8));
      queue.end();
      assertThat(queue.read()).isEqualTo('a');
      assertThat(queue.available()).isEqualTo(1);
      assertThat(queue.readNBytes(2)).asString(UTF_8).isEqualTo("bc");
      assertThat(queue.readAllBytes()).asString(UTF_8).isEqualTo("de");
      assertThat(queue.read()).isEqualTo(-1);
      assertThat(queue.read()).isEqualTo(-1);
      assertThat(queue.available()).isZero();
    }
  }

  @Test
  void aReadGivesWhatIsThereAndDoesNotWaitForMore() throws IOException {
    try (ByteQueue queue = new ByteQueue()) {
      queue.add("ab".getBytes(UTF_8));
      assertThat(queue.read(new byte[10], 0, 10)).isEqualTo(2);
      assertThat(queue.read(new byte[10], 0, 0)).isZero();
    }
  }

  @Test
  void everyByteValuePasses() throws IOException {
    try (ByteQueue queue = new ByteQueue()) {
      SendingStream stream = new SendingStream(queue::add);
      stream.write(0xff);
      stream.write(new byte[] {1, 0, 2}, 1, 1);
      queue.end();
      assertThat(queue.read()).isEqualTo(0xff);
      assertThat(queue.read()).isZero();
      assertThat(queue.read()).isEqualTo(-1);
    }
  }

  @Test
  void aReaderIsWokenByAnotherThread() throws Exception {
    try (ByteQueue queue = new ByteQueue()) {
      Thread writer = new Thread(() -> queue.add(new byte[] {7}));
      writer.start();
      assertThat(queue.read()).isEqualTo(7);
      writer.join();
    }
  }

  @Test
  void closingEndsTheReaderAndNeverBlocksAWriter() throws Exception {
    ByteQueue queue = new ByteQueue();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 5000; i++) {
                queue.add(new byte[] {1});
              }
            });
    writer.start();
    assertThat(queue.read()).isEqualTo(1);
    queue.close();
    writer.join();
    while (queue.read() >= 0) {
      // What was on its way.
    }
    queue.add(new byte[] {1});
    queue.end();
    assertThat(queue.read()).isEqualTo(-1);
  }

  @Test
  void theEndOfAFullQueueIsReadAfterTheRestAndNobodyWaitsForRoom() throws IOException {
    int room = 1024;
    try (ByteQueue queue = new ByteQueue()) {
      for (int i = 0; i < room; i++) {
        queue.add(new byte[] {(byte) i});
      }
      queue.end();
      assertThat(queue.readNBytes(room)).hasSize(room).endsWith((byte) (room - 1));
      assertThat(queue.read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRoleIsLimitedInEverything(Role role) {
    Limits limits = Limits.of(role);
    assertThat(limits.memoryBytes()).isBetween(256L << 20, 8L << 30);
    assertThat(limits.diskBytes()).isPositive().isLessThan(limits.memoryBytes());
    assertThat(limits.processors()).isPositive();
    assertThat(limits.processes()).isBetween(16, 1024);
    assertThat(limits.lifetime()).isBetween(Duration.ofMinutes(1), Duration.ofHours(12));
  }
}
