package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.bootgrade.machine.FakeStub.packet;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DebugRelayTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String RESET = "fffffff0";

  private final PipedOutputStream fromDebugger = new PipedOutputStream();
  private final PipedInputStream toDebugger = new PipedInputStream(1 << 16);

  private final CompletableFuture<@Nullable GdbException> end = new CompletableFuture<>();

  /** Runs a relay between a debugger that is this test and a stub. */
  private void relay(GdbClient gdb) throws IOException {
    PipedInputStream in = new PipedInputStream(fromDebugger, 1 << 16);
    PipedOutputStream out = new PipedOutputStream(toDebugger);
    Thread thread =
        new Thread(
            () -> {
              try {
                new DebugRelay(gdb, in, out).run();
                end.complete(null);
              } catch (GdbException e) {
                end.complete(e);
              } catch (RuntimeException e) {
                end.completeExceptionally(e);
              }
            },
            "relay-under-test");
    thread.setDaemon(true);
    thread.start();
  }

  private void say(String bytes) throws IOException {
    fromDebugger.write(bytes.getBytes(ISO_8859_1));
    fromDebugger.flush();
  }

  private void hear(String bytes) throws IOException {
    assertThat(new String(toDebugger.readNBytes(bytes.length()), ISO_8859_1)).isEqualTo(bytes);
  }

  private static GdbClient open(FakeStub stub) throws GdbException {
    return GdbClient.open(stub.in(), stub.out(), SOON);
  }

  /** How the relay ended: null where the debugger left. */
  private @Nullable GdbException end() throws Exception {
    return end.get(15, TimeUnit.SECONDS);
  }

  @Test
  void questionsAndAnswersGoThroughUnchanged() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("qSupported:multiprocess+;x"),
                "< +" + packet("PacketSize=1000"),
                "> " + packet("m8000,4"),
                "< +" + packet("00112233"),
                "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say("+" + packet("qSupported:multiprocess+;x"));
      hear("+" + packet("PacketSize=1000"));
      say("+" + packet("m8000,4"));
      hear("+" + packet("00112233"));
      say("+" + packet("D;1"));
      hear("+" + packet("OK"));
      assertThat(end()).isNull();
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void acknowledgmentsEndOnTheDebuggersLineAlone() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("g"), "< +" + packet("00"), "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("QStartNoAckMode"));
      hear("+" + packet("OK"));
      say("+" + packet("g"));
      hear(packet("00"));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aDebuggerBeginsWithAcknowledgmentsWhateverOurClientAgreedOn() throws Exception {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.set(1, "< +" + packet("PacketSize=1000;qXfer:features:read+;QStartNoAckMode+"));
    script.addAll(2, List.of("> " + packet("QStartNoAckMode"), "< +" + packet("OK")));
    script.replaceAll(l -> l.startsWith("< +$l<target>") ? "< " + l.substring(3) : l);
    script.addAll(List.of("> " + packet("g"), "< " + packet("00"), "hang"));
    try (FakeStub stub = new FakeStub(script);
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("g"));
      hear("+" + packet("00"));
      say("-");
      hear(packet("00"));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void theResetVectorIsWatchedAgainAfterTheQuestionThatRemovesAllBreakpoints() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("?"),
                "< +" + packet("T05thread:01;"),
                "> " + packet("Z1," + RESET + ",1"),
                "< +" + packet("OK"),
                "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("?"));
      hear("+" + packet("T05thread:01;"));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aRunningGuestIsInterruptedByTheDebugger() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("vCont;c:p1.-1"),
                "< +",
                "> \u0003",
                "< " + packet("T02thread:01;"),
                "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("vCont;c:p1.-1"));
      hear("+");
      while (!gdb.running()) {
        Thread.sleep(5);
      }
      say("\u0003");
      hear(packet("T02thread:01;"));
      assertThat(gdb.running()).isFalse();
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void textForTheConsoleComesBeforeTheAnswer() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("qRcmd,68"),
                "< +" + packet("O6869") + packet("OK"),
                "> " + packet("g"),
                "< +" + packet("00"),
                "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("qRcmd,68"));
      hear("+" + packet("O6869") + packet("OK"));
      say(packet("g"));
      hear("+" + packet("00"));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aDamagedPacketIsAskedForAgainAndNotPassedOn() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("g"), "< +" + packet("00"), "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say("$g#00");
      hear("-");
      say(packet("g"));
      hear("+" + packet("00"));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void charactersWithAMeaningAreEscapedForTheDebugger() throws Exception {
    // The stub sends the byte '#' as '}' and '#' xor 0x20.
    try (FakeStub stub =
            FakeStub.afterOpening("> " + packet("qX"), "< +" + packet("l}\u0003}\u0004"), "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("qX"));
      hear("+" + packet("l}\u0003}\u0004"));
    }
  }

  @Test
  void aDebuggerThatKillsLeavesTheMachineForTheNextOne() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening("> " + packet("g"), "< +" + packet("00000000"), "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("k"));
      assertThat(end()).isNull();
      assertThat(gdb.registers(SOON).values()).isEmpty();
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aDebuggerThatBreaksOffWithinAQuestionDoesNotLeaveItsAnswerForUs() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("m0,1"),
                "< +" + packet("ee"),
                "> " + packet("m1,1"),
                "< +" + packet("aa"),
                "hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("m0,1"));
      fromDebugger.close();
      assertThat(end()).isNull();
      assertThat(gdb.read(1, 1, SOON)).containsExactly(0xaa);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void theEndOfTheMachineIsToldByItsKind() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("qRcmd,71"), "< +");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      say(packet("qRcmd,71"));
      assertThat(end())
          .isInstanceOfSatisfying(
              GdbException.class, e -> assertThat(e.kind()).isEqualTo(GdbException.Kind.CLOSED));
      assertThat(catchThrowableOfType(GdbException.class, () -> gdb.registers(SOON))).isNotNull();
    }
  }

  @Test
  void aPacketWithoutAnEndEndsTheVisit() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("hang");
        GdbClient gdb = open(stub)) {
      relay(gdb);
      CompletableFuture<Void> flood =
          CompletableFuture.runAsync(
              () -> {
                try {
                  say("$");
                  for (int i = 0; i < 40; i++) {
                    say("a".repeat(8192));
                  }
                } catch (IOException refused) {
                  // The relay may have closed its end by now.
                  assertThat(refused).isNotNull();
                }
              });
      assertThat(end()).isNull();
      flood.cancel(true);
    }
  }
}
