package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.bootgrade.machine.FakeStub.packet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class GdbClientTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(150);

  @Test
  void aSessionWithQemuIsFollowedToTheExitOfTheGuest() throws Exception {
    try (FakeStub stub = new FakeStub(recorded());
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
      assertThat(gdb.monitor("info status", SOON)).isEqualTo("VM status: paused (prelaunch)\r\n");
      gdb.insert(GdbClient.Point.EXECUTE, 0x204061, 1, SOON);
      gdb.resume(SOON);
      assertThat(gdb.await(SOON)).contains(new Stop.Trapped(null));
      Registers registers = gdb.registers(SOON);
      assertThat(registers.rip()).isEqualTo(0x204061);
      assertThat(registers.rsp()).isEqualTo(0x100_0020_1fe0L);
      assertThat(registers.cr3()).isEqualTo(0x1000);
      assertThat(registers.get("efer")).isEqualTo(0xd00);
      assertThat(registers.interruptsEnabled()).isFalse();
      assertThat(gdb.read(0x21bb10 + 128, 16, SOON))
          .isEqualTo(HexFormat.of().parseHex("603f0800018e20000000000000000000"));
      assertThat(refusal(() -> gdb.read(0xdeadbeefL, 4, SOON)).kind())
          .isEqualTo(GdbException.Kind.REFUSED);
      gdb.writeRegister("rax", 0xdeadbeefL, SOON);
      gdb.write(0x21bb94, new byte[] {0}, SOON);
      gdb.write(0x21bb94, new byte[] {1}, SOON);
      assertThat(gdb.readPhysical(0xb8000, 8, SOON)).hasSize(8);
      gdb.remove(GdbClient.Point.EXECUTE, 0x204061, 1, SOON);
      gdb.insert(GdbClient.Point.WRITE, 0x100_0000_2000L, 8, SOON);
      gdb.resume(SOON);
      assertThat(gdb.await(SOON))
          .contains(new Stop.Trapped(new Stop.Watchpoint("watch", 0x100_0000_2000L)));
      gdb.remove(GdbClient.Point.WRITE, 0x100_0000_2000L, 8, SOON);
      assertThat(gdb.step(SOON)).isEqualTo(new Stop.Trapped(null));
      gdb.resume(SOON);
      assertThat(gdb.await(SOON)).contains(new Stop.TargetGone());
      assertThat(refusal(() -> gdb.registers(SOON)).kind()).isEqualTo(GdbException.Kind.CLOSED);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void acknowledgmentsStopWhereTheStubCanDoWithout() throws Exception {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.set(1, "< +" + packet("QStartNoAckMode+;qXfer:features:read+"));
    script.addAll(2, List.of("> " + packet("QStartNoAckMode"), "< +" + packet("OK")));
    script.addAll(List.of("> " + packet("?"), "< " + packet("S02"), "hang"));
    try (FakeStub stub = new FakeStub(script);
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Interrupted());
      // One for qSupported and one for QStartNoAckMode itself.
      assertThat(stub.acknowledged()).isEqualTo("++");
    }
  }

  @Test
  void escapesAndRunLengthsAreUndone() throws Exception {
    // 0*" is 0 and five more; }] is an escaped }; the bytes as sent are what the checksum covers.
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("m10,4"),
                "< +" + packet("410*\""),
                "> " + packet("qRcmd,78"),
                "< +" + packet("O7d0a"),
                "< " + packet("OK"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.read(0x10, 4, SOON)).containsExactly(0x41, 0, 0, 0);
      assertThat(gdb.monitor("x", SOON)).isEqualTo("}\n");
    }
  }

  @Test
  void aDamagedPacketOfTheOpeningIsAskedForAgain() throws Exception {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.addAll(1, List.of("< +$PacketSize=1000#00", "> -"));
    script.addAll(List.of("> " + packet("?"), "< +" + packet("T05"), "hang"));
    try (FakeStub stub = new FakeStub(script);
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aPacketThatIsDamagedLaterEndsTheConversation() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening("> " + packet("?"), "< +$T05#00", "> never", "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(refusal(() -> gdb.whyStopped(SOON)).kind()).isEqualTo(GdbException.Kind.PROTOCOL);
    }
  }

  @Test
  void noAcknowledgmentCanStopAGuestThatRuns() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("Z1,1000,1"),
                "> " + packet("c"),
                "< +" + packet("OK") + "+",
                "< " + packet("T05"),
                "> " + packet("?"),
                "< +" + packet("T05"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.insert(GdbClient.Point.EXECUTE, 0x1000, 1, SOON);
      gdb.resume(SOON);
      assertThat(gdb.await(SOON)).contains(new Stop.Trapped(null));
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
      // One for each of the two answers of the opening.
      assertThat(stub.acknowledged()).isEqualTo("++");
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void changesAreSentWithoutWaitingAndTheirAnswersReadWithTheNext() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("M1000,1:07"),
                "> " + packet("P1=efbeadde00000000"),
                "> " + packet("qRcmd,78"),
                "> " + packet("m1000,1"),
                "< +" + packet("OK") + "+" + packet("OK") + "+" + packet("OK"),
                "< +" + packet("07"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.write(0x1000, new byte[] {7}, SOON);
      gdb.writeRegister("rsp", 0xdeadbeefL, SOON);
      gdb.order("x", SOON);
      assertThat(gdb.read(0x1000, 1, SOON)).containsExactly(7);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aChangeThatWasRefusedIsToldByTheNextAnswerAndTheClientGoesOn() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("M1000,1:07"),
                "> " + packet("M2000,1:08"),
                "> " + packet("c"),
                "< +" + packet("E22") + "+" + packet("OK") + "+",
                "< " + packet("T05"),
                "> " + packet("m1000,1"),
                "< +" + packet("00"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.write(0x1000, new byte[] {7}, SOON);
      gdb.write(0x2000, new byte[] {8}, SOON);
      gdb.resume(SOON);
      GdbException refused = refusal(() -> gdb.await(SOON));
      assertThat(refused.kind()).isEqualTo(GdbException.Kind.REFUSED);
      assertThat(refused).hasMessageContaining("write memory at 0x1000");
      assertThat(gdb.read(0x1000, 1, SOON)).containsExactly(0);
    }
  }

  @Test
  void anOrderThatIsAnsweredWithWordsHasFailed() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("qRcmd,78"),
                "< +" + packet("O4572726f72") + packet("O0a") + packet("OK"),
                "> " + packet("?"),
                "< +" + packet("T05"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.order("x", SOON);
      GdbException failed =
          refusal(
              () -> {
                gdb.settle(SOON);
                return "nothing was said";
              });
      assertThat(failed.kind()).isEqualTo(GdbException.Kind.PROTOCOL);
      assertThat(failed).hasMessageContaining("QEMU said: Error");
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
    }
  }

  @Test
  void aPacketOfTheOpeningThatTheStubDidNotGetIsSentAgain() throws Exception {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.addAll(1, List.of("< -", script.get(0)));
    script.addAll(List.of("> " + packet("?"), "< +" + packet("T03"), "hang"));
    try (FakeStub stub = new FakeStub(script);
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.ShutDown());
    }
  }

  @Test
  void memoryIsReadInPiecesThatTheStubTakes() throws Exception {
    String first = "00".repeat(2048);
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("mffffffff80000000,800"),
                "< +" + packet(first),
                "> " + packet("mffffffff80000800,2"),
                "< +" + packet("0102"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.read(0xffff_ffff_8000_0000L, 2050, SOON)).endsWith(1, 2).hasSize(2050);
    }
  }

  /** How a stub opens that needs no acknowledgments, as QEMU does, and then follows the lines. */
  private static FakeStub withoutAcknowledgments(String... lines) throws IOException {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.set(1, "< +" + packet("QStartNoAckMode+;qXfer:features:read+"));
    script.addAll(2, List.of("> " + packet("QStartNoAckMode"), "< +" + packet("OK")));
    script.set(script.size() - 1, script.get(script.size() - 1).replace("< +", "< "));
    script.addAll(List.of(lines));
    return new FakeStub(script);
  }

  @Test
  void severalReadsAreAskedForAtOnceAndAnsweredInOrder() throws Exception {
    try (FakeStub stub =
            withoutAcknowledgments(
                "> " + packet("m1000,2") + packet("m2000,2") + packet("m3000,2"),
                "< " + packet("0102") + packet("E14") + packet("0506"),
                "> " + packet("m0,800") + packet("m800,1"),
                "< " + packet("00".repeat(2048)) + packet("07"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.readEach(List.of(0x1000L, 0x2000L, 0x3000L), 2, SOON))
          .containsExactly(new byte[] {1, 2}, new byte[0], new byte[] {5, 6});
      assertThat(gdb.readEach(List.of(), 2, SOON)).isEmpty();
      assertThat(gdb.read(0, 2049, SOON)).endsWith(7).hasSize(2049);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void afterAReadOfWhichAPartIsRefusedTheNextAnswerIsThatOfTheNextQuestion() throws Exception {
    try (FakeStub stub =
            withoutAcknowledgments(
                "> " + packet("m0,800") + packet("m800,800") + packet("m1000,1"),
                "< " + packet("E14") + packet("00".repeat(2048)) + packet("07"),
                "> " + packet("m10,1"),
                "< " + packet("09"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(refusal(() -> gdb.read(0, 4097, SOON)).kind())
          .isEqualTo(GdbException.Kind.REFUSED);
      assertThat(gdb.read(0x10, 1, SOON)).containsExactly(9);
    }
  }

  @Test
  void aLookAtRegistersAndMemoryIsOneQuestion() throws Exception {
    try (FakeStub stub =
            withoutAcknowledgments(
                "> " + packet("Qqemu.PhyMemMode:1") + packet("g") + packet("m1000,2"),
                "< "
                    + packet("OK")
                    + packet("0100000000000000" + "02000000" + "00000000" + "08000000")
                    + packet("0304"),
                "> " + packet("g") + packet("m1000,2"),
                "< "
                    + packet("0100000000000000" + "02000000" + "00000000" + "08000000")
                    + packet("E14"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      GdbClient.Look look = gdb.look(0x1000, 2, SOON);

      assertThat(look.registers().rip()).isEqualTo(1);
      assertThat(look.registers().rsp()).isEqualTo(2);
      assertThat(look.memory()).containsExactly(3, 4);
      assertThat(refusal(() -> gdb.look(0x1000, 2, SOON)).kind())
          .isEqualTo(GdbException.Kind.REFUSED);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void ofAStubWhoseRegistersAreKnownOnlyTheBeginningOfItsDescriptionIsRead() throws Exception {
    RegisterLayout known =
        RegisterLayout.parse(
            "<reg name=\"rsp\" bitsize=\"64\"/><reg name=\"rip\" bitsize=\"64\"/>");
    try (FakeStub stub =
            new FakeStub(
                List.of(
                    "> " + packet("qSupported:xmlRegisters=i386;QStartNoAckMode+"),
                    "< +" + packet("PacketSize=1000;qXfer:features:read+"),
                    "> " + packet("qXfer:features:read:target.xml:0,7f0"),
                    "< +" + packet("l<target><xi:include href=\"more.xml\"/></target>"),
                    "> " + packet("g"),
                    "< " + packet("0100000000000000" + "0200000000000000"),
                    "hang"));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), known, SOON)) {
      assertThat(gdb.registers(SOON).rip()).isEqualTo(2);
      assertThat(gdb.layout()).isEqualTo(known);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void registersAreReadAndWrittenByTheirNumbers() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("P1=efbeadde00000000"),
                "< +" + packet("OK"),
                "> " + packet("p2"),
                "< +" + packet("08000000"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.writeRegisters(Map.of("rsp", 0xdeadbeefL), SOON);
      assertThat(gdb.readRegister("cs", SOON)).isEqualTo(8);
      assertThat(refusal(() -> gdb.readRegister("no", SOON)).kind())
          .isEqualTo(GdbException.Kind.UNSUPPORTED);
      assertThat(stub.surprises()).isEmpty();
    }
  }

  @Test
  void aGuestThatRunsOnIsInterrupted() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("c"), "< +", "> \u0003", "< " + packet("T02thread:01;"), "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.resume(SOON);
      assertThat(gdb.await(SHORT)).isEqualTo(Optional.empty());
      assertThatThrownBy(() -> gdb.registers(SOON)).isInstanceOf(IllegalStateException.class);
      assertThat(gdb.interrupt(SOON)).isEqualTo(new Stop.Interrupted());
    }
  }

  @Test
  void aMachineAsleepIsToldFromAStubThatIsGone() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("c"),
                "< +",
                "> \u0003",
                "> " + packet("qAttached"),
                "< +" + packet("1"),
                "> " + packet("?"),
                "< +" + packet("T05"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.resume(SOON);
      assertThat(gdb.interrupt(Duration.ofSeconds(1))).isEqualTo(new Stop.Suspended());
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
    }
  }

  @Test
  void aStopThatComesLateIsStillThatStop() throws Exception {
    try (FakeStub stub =
            FakeStub.afterOpening(
                "> " + packet("c"),
                "< +",
                "> \u0003",
                "> " + packet("qAttached"),
                "< " + packet("T02thread:01;") + "+" + packet("1"),
                "> " + packet("?"),
                "< +" + packet("T05"),
                "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.resume(SOON);
      assertThat(gdb.interrupt(Duration.ofSeconds(1))).isEqualTo(new Stop.Interrupted());
      assertThat(gdb.whyStopped(SOON)).isEqualTo(new Stop.Trapped(null));
    }
  }

  @Test
  void theStubMaySayThatItsProcessEnds() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("c"), "< +" + packet("W21"));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(gdb.runFor(SOON, SOON)).isEqualTo(new Stop.Exited(0x21));
    }
  }

  @Test
  void killingWaitsForTheEndOfTheChannel() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("k"), "< +");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.kill(SOON);
    }
  }

  @Test
  void aSilentStubEndsInATimeoutAndTheClientIsOfNoUseAfterwards() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("g"), "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(refusal(() -> gdb.registers(SHORT)).kind()).isEqualTo(GdbException.Kind.TIMEOUT);
      assertThat(refusal(() -> gdb.registers(SOON)).kind()).isEqualTo(GdbException.Kind.TIMEOUT);
    }
  }

  @Test
  void aStubThatDoesNotReadEndsInATimeout() throws Exception {
    // A pipe of 64 bytes that nobody empties: the write itself blocks.
    PipedOutputStream out = new PipedOutputStream();
    try (PipedInputStream stuck = new PipedInputStream(out, 16);
        PipedOutputStream never = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(never)) {
      assertThat(stuck.available()).isZero();
      assertThat(refusal(() -> GdbClient.open(in, out, SHORT)).kind())
          .isEqualTo(GdbException.Kind.TIMEOUT);
    }
  }

  @Test
  void aStubThatIsGoneAtOnceIsAClosedChannel() {
    assertThat(
            refusal(
                    () ->
                        GdbClient.open(
                            InputStream.nullInputStream(), OutputStream.nullOutputStream(), SOON))
                .kind())
        .isEqualTo(GdbException.Kind.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T",
        "Txx",
        "Q05",
        "O4",
        "E01",
        "T0",
        "",
        "OK",
        "\u0000\u00ff",
      })
  void whatIsNoStopReplyIsAProtocolError(String answer) throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("?"), "< +" + packet(answer));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(refusal(() -> gdb.whyStopped(SOON)).kind()).isEqualTo(GdbException.Kind.PROTOCOL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "zz", "010203", "O", "q"})
  void memoryThatIsNotWhatWasAskedForIsAProtocolError(String answer) throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("m0,2"), "< +" + packet(answer));
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      assertThat(refusal(() -> gdb.read(0, 2, SOON)).kind())
          .isIn(GdbException.Kind.PROTOCOL, GdbException.Kind.CLOSED);
    }
  }

  @Test
  void endlessNoiseIsAProtocolError() throws Exception {
    try (FakeStub stub = new FakeStub(List.of("< " + "x".repeat(10_000), "hang"))) {
      assertThat(refusal(() -> GdbClient.open(stub.in(), stub.out(), SOON)).kind())
          .isEqualTo(GdbException.Kind.PROTOCOL);
    }
  }

  @Test
  void aPacketWithoutBoundsTakesNoMemoryAndEndsInAnError() {
    InputStream endless =
        new InputStream() {
          private boolean begun;

          @Override
          public int read() {
            int next = begun ? 'a' : '$';
            begun = true;
            return next;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            buffer[offset] = (byte) read();
            return 1;
          }
        };
    assertThat(
            refusal(() -> GdbClient.open(endless, OutputStream.nullOutputStream(), SHORT)).kind())
        .isEqualTo(GdbException.Kind.TIMEOUT);
  }

  @Test
  void moreAnswersThanQuestionsAreAProtocolError() throws Exception {
    String flood = packet("O41").repeat(2000);
    try (FakeStub stub = FakeStub.afterOpening("> " + packet("c"), "< " + flood, "hang");
        GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON)) {
      gdb.resume(SOON);
      Thread.sleep(300);
      assertThat(refusal(() -> gdb.await(SOON)).kind()).isEqualTo(GdbException.Kind.PROTOCOL);
    }
  }

  @Test
  void anUnknownTargetIsRefused() throws Exception {
    List<String> script = new ArrayList<>(FakeStub.OPENING);
    script.set(3, "< +" + packet("l<target><reg name=\"r0\" bitsize=\"32\"/></target>"));
    try (FakeStub stub = new FakeStub(script)) {
      assertThat(refusal(() -> GdbClient.open(stub.in(), stub.out(), SOON)).kind())
          .isEqualTo(GdbException.Kind.UNSUPPORTED);
    }
  }

  @Test
  void closingEndsBothThreads() throws Exception {
    try (FakeStub stub = FakeStub.afterOpening("hang")) {
      GdbClient gdb = GdbClient.open(stub.in(), stub.out(), SOON);
      gdb.close();
      gdb.close();
      assertThat(gdb.threadsEnded(SOON)).isTrue();
      assertThat(refusal(() -> gdb.registers(SOON)).kind()).isEqualTo(GdbException.Kind.CLOSED);
    }
  }

  private static List<String> recorded() throws IOException {
    try (InputStream in = GdbClientTest.class.getResourceAsStream("/machine/session.gdb")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), ISO_8859_1).lines().toList();
    }
  }

  private interface Call {
    Object run() throws GdbException;
  }

  private static GdbException refusal(Call call) {
    GdbException thrown = catchThrowableOfType(GdbException.class, call::run);
    assertThat(thrown).as("a GdbException").isNotNull();
    return thrown;
  }
}
