package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.setup.ReadyMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gdb client and all that stands on it, against a real QEMU. The guest is a boot sector made
 * here: it counts in CX for ever.
 */
class LiveMachineIT {

  /** Where a BIOS loads a boot sector to. */
  private static final long SECTOR = 0x7c00;

  /** In real mode: {@code cli; xor cx,cx; again: inc cx; out 0xf4,al; jmp again}. */
  private static final byte[] COUNTING = {
    (byte) 0xfa, 0x31, (byte) 0xc9, 0x41, (byte) 0xe6, (byte) 0xf4, (byte) 0xeb, (byte) 0xfb
  };

  private static final long AGAIN = SECTOR + 3;

  /** {@code cli; xor ecx,ecx; again: inc ecx; pause; jmp again}. */
  private static final byte[] SPINNING = {
    (byte) 0xfa,
    0x66,
    0x31,
    (byte) 0xc9,
    0x66,
    0x41,
    (byte) 0xf3,
    (byte) 0x90,
    (byte) 0xeb,
    (byte) 0xfa
  };

  private static final long PAUSE = SECTOR + 6;

  /** A no-operation of as many bytes as {@code pause}. */
  private static final byte[] NOTHING = {0x66, (byte) 0x90};

  /** {@code cli; xor cx,cx; again: inc cx; mov [0x6000],cx; jmp again}. */
  private static final byte[] WRITING = {
    (byte) 0xfa, 0x31, (byte) 0xc9, 0x41, (byte) 0x89, 0x0e, 0x00, 0x60, (byte) 0xeb, (byte) 0xf9
  };

  /** {@code again: mov ax,1; cmp ax,2; jne again; jmp $}. */
  private static final byte[] WAITING = {
    (byte) 0xb8,
    0x01,
    0x00,
    (byte) 0x83,
    (byte) 0xf8,
    0x02,
    0x75,
    (byte) 0xf8,
    (byte) 0xeb,
    (byte) 0xfe
  };

  /**
   * {@code cli; mov ax,0xb800; mov ds,ax; mov byte [0],'R'; mov dx,0xcf9; mov al,6; out dx,al; jmp
   * $}.
   */
  private static final byte[] RESETTING = {
    (byte) 0xfa,
    (byte) 0xb8,
    0x00,
    (byte) 0xb8,
    (byte) 0x8e,
    (byte) 0xd8,
    (byte) 0xc6,
    0x06,
    0x00,
    0x00,
    'R',
    (byte) 0xba,
    (byte) 0xf9,
    0x0c,
    (byte) 0xb0,
    0x06,
    (byte) 0xee,
    (byte) 0xeb,
    (byte) 0xfe
  };

  /** {@code cli; mov dx,0x604; mov ax,0x2000; out dx,ax; jmp $}. */
  private static final byte[] SWITCHING_OFF = {
    (byte) 0xfa,
    (byte) 0xba,
    0x04,
    0x06,
    (byte) 0xb8,
    0x00,
    0x20,
    (byte) 0xef,
    (byte) 0xeb,
    (byte) 0xfe
  };

  private static ContainerSandbox sandbox;
  private static Workspace workspace;
  private static byte[] sector;
  private static Program counting;
  private static Firmware firmware;
  private static int machines;

  @BeforeAll
  static void aBootSector(@TempDir Path folder) throws Exception {
    sandbox = ReadyMachine.sandbox();
    workspace = sandbox.open(Role.BOOT);
    sector = Arrays.copyOf(COUNTING, 512);
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    counting =
        new Program(
            "counting",
            Files.write(folder.resolve("image"), sector),
            Files.createFile(folder.resolve("elf")),
            "",
            null);
    firmware = Firmware.run(workspace, MachineSettings.defaults());
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static LiveMachine atSector(BootCommand.OnExit onExit) throws Exception {
    Drive drive = drive();
    LiveMachine machine = start(drive, onExit);
    Pause pause = machine.boot(sector, SECTOR);
    assertThat(pause.usable()).isTrue();
    assertThat(pause.registers().rip()).isEqualTo(SECTOR);
    return machine;
  }

  private static Drive drive() throws InfrastructureFailure {
    String folder = "m" + machines++;
    workspace.put(List.of(Upload.file(folder + "/" + Firmware.IMAGE, counting.image())));
    return firmware.drive(folder, counting);
  }

  private static LiveMachine start(Drive drive, BootCommand.OnExit onExit)
      throws InfrastructureFailure {
    String name = drive.disk();
    return LiveMachine.start(
        workspace,
        MachineSettings.defaults(),
        new BootCommand.Options(
            drive.disk(),
            drive.state(),
            name + ".serial",
            name + ".log",
            128,
            MachineSettings.defaults().exitPorts(),
            onExit,
            true,
            BootCommand.OnReset.RESTART));
  }

  @Test
  void memoryAndRegistersAreReadAndWritten() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      assertThat(machine.read(SECTOR, COUNTING.length)).isEqualTo(COUNTING);

      machine.write(0x6000, new byte[] {1, 2, 3});
      machine.setRegisters(Map.of("rcx", 0x1234L));

      assertThat(machine.read(0x6000, 3)).containsExactly(1, 2, 3);
      assertThat(machine.registers().get("rcx")).isEqualTo(0x1234L);
    }
  }

  @Test
  void aPointStopsTheGuestEachTimeItComesThere() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.addPoint(AGAIN);
      for (int round = 0; round < 3; round++) {
        Pause pause = machine.run(Duration.ofMillis(1));
        // The guest's clock runs ahead in a page that a point is in: its time may be over first.
        for (int i = 0; i < 20 && pause.reason() == Reason.TIME; i++) {
          pause = machine.run(Duration.ofMillis(1));
        }
        assertThat(pause.reason()).isEqualTo(Reason.POINT);
        assertThat(pause.registers().rip()).isEqualTo(AGAIN);
        assertThat(pause.registers().get("rcx") & 0xffff).isEqualTo(round);
      }
    }
  }

  @Test
  void theAlarmStopsTheGuestAtTheSameInstructionInEveryMachine() throws Exception {
    long[] counts = new long[2];
    for (int i = 0; i < counts.length; i++) {
      try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
        Pause pause = machine.run(Duration.ofMillis(2));
        assertThat(pause.reason()).isEqualTo(Reason.TIME);
        counts[i] = pause.registers().get("rcx");
      }
    }
    assertThat(counts[0]).isEqualTo(counts[1]).isNotZero();
  }

  @Test
  void aGuestThatSpinsCountsToTheSameAsOneThatDoesNot() throws Exception {
    Duration time = Duration.ofMillis(60);
    long[] counts = new long[3];
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.write(SECTOR, SPINNING);
      machine.save("here");
      counts[0] = machine.run(time).registers().get("rcx");
      assertThat(machine.read(PAUSE, 2)).as("it took long").isEqualTo(NOTHING);

      machine.load("here");
      assertThat(machine.read(PAUSE, 2)).as("once is enough").isEqualTo(NOTHING);
      counts[1] = machine.run(time).registers().get("rcx");
    }
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.write(SECTOR, SPINNING);
      machine.write(PAUSE, NOTHING);
      counts[2] = machine.run(time).registers().get("rcx");
    }
    assertThat(counts[0]).isEqualTo(counts[1]).isEqualTo(counts[2]).isNotZero();
  }

  @Test
  void aMachineGoesBackToWhatWasSavedAsOftenAsOneLikes() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.write(0x6000, new byte[] {7});
      machine.save("here");
      for (int round = 0; round < 3; round++) {
        machine.write(0x6000, new byte[] {0});
        Pause pause = machine.run(Duration.ofMillis(1));
        assertThat(pause.reason()).isEqualTo(Reason.TIME);

        machine.load("here");

        assertThat(machine.registers().rip()).isEqualTo(SECTOR);
        assertThat(machine.read(0x6000, 1)).containsExactly(7);
      }
    }
  }

  @Test
  void watchedBytesStopTheGuestAfterEachWrite() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.write(SECTOR, WRITING);
      machine.watch(0x6001, 1);

      Pause first = machine.run(Duration.ofMillis(1));
      byte[] after = machine.read(0x6000, 2);
      Pause second = machine.run(Duration.ofMillis(1));
      machine.unwatch(0x6001, 1);
      Pause third = machine.run(Duration.ofMillis(1));

      assertThat(first.reason()).isEqualTo(Reason.WRITTEN);
      assertThat(after).as("two bytes at once, the watched one among them").containsExactly(1, 0);
      assertThat(second.reason()).isEqualTo(Reason.WRITTEN);
      assertThat(third.reason()).isEqualTo(Reason.TIME);
    }
  }

  @Test
  void aGuestThatGoesRoundWithoutAChangeIsTold() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      LiveMachine.Round counting = machine.round(machine.run(Duration.ofMillis(1)));
      assertThat(counting.loops()).as("it counts").isFalse();
      assertThat(counting.pause().reason()).isEqualTo(Reason.TIME);

      machine.write(SECTOR, WAITING);
      machine.setRegisters(Map.of("rip", SECTOR));
      LiveMachine.Round waiting = machine.round(machine.run(Duration.ofMillis(1)));

      assertThat(waiting.loops()).isTrue();
      assertThat(waiting.pause().reason()).isEqualTo(Reason.TIME);
    }
  }

  @Test
  void theScreenShowsTheSameWhereItIsPlainMemory() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      List<String> before = machine.screen();

      machine.screenAsMemory();

      assertThat(machine.screen()).isEqualTo(before);
      assertThat(before.get(0)).startsWith("SeaBIOS");
      machine.write(0xb8000, new byte[] {'s', 15});
      machine.save("screen");
      machine.write(0xb8000, new byte[] {'?', 15});
      machine.load("screen");
      assertThat(machine.screen().get(0)).startsWith("seaBIOS");
    }
  }

  @Test
  void theScreenIsStillThereAfterAReset() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.screenAsMemory();
      machine.save("here");
      machine.write(SECTOR, RESETTING);

      assertThat(machine.run(Duration.ofMillis(1)).reason()).isEqualTo(Reason.RESET);

      assertThat(machine.screen().get(0)).startsWith("ReaBIOS");
      machine.load("here");
      assertThat(machine.screen().get(0)).startsWith("SeaBIOS");
    }
  }

  @Test
  void aMachineThatWasSwitchedOffGoesBackAndRunsAgain() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      machine.write(SECTOR, SWITCHING_OFF);
      machine.save("here");
      for (int round = 0; round < 20; round++) {
        // QEMU notices in a thread of its own, while the guest goes on.
        assertThat(machine.run(Duration.ofMillis(500)).reason())
            .as("round " + round)
            .isEqualTo(Reason.OFF);

        machine.load("here");

        assertThat(machine.registers().rip()).isEqualTo(SECTOR);
      }
    }
  }

  @Test
  void theExitPortEndsOneMachineAndDoesNothingToTheOther() throws Exception {
    try (LiveMachine machine = atSector(BootCommand.OnExit.END)) {
      assertThat(machine.run(Duration.ofMillis(1)).reason()).isEqualTo(Reason.GONE);
    }
    try (LiveMachine machine = atSector(BootCommand.OnExit.NOTHING)) {
      assertThat(machine.run(Duration.ofMillis(1)).reason()).isEqualTo(Reason.TIME);
    }
  }

  @Test
  void theExitPortReadsTheSameInBothMachines() throws Exception {
    for (BootCommand.OnExit onExit : BootCommand.OnExit.values()) {
      try (LiveMachine machine = atSector(onExit)) {
        for (int base : MachineSettings.defaults().exitPorts()) {
          assertThat(machine.monitor("i /b 0x%x".formatted(base))).contains("= 0x00");
          assertThat(machine.monitor("i /b 0x%x".formatted(base + 3))).contains("= 0x00");
          assertThat(machine.monitor("i /w 0x%x".formatted(base))).contains("= 0x00000000");
        }
      }
    }
  }

  @Test
  void anImageThatIsNotThereIsAFailureOfOurs() {
    String name = workspace.root() + "/none";
    assertThatThrownBy(
            () ->
                LiveMachine.start(
                    workspace,
                    MachineSettings.defaults(),
                    new BootCommand.Options(
                        name,
                        "",
                        name + ".serial",
                        name + ".log",
                        64,
                        MachineSettings.defaults().exitPorts(),
                        BootCommand.OnExit.NOTHING,
                        true,
                        BootCommand.OnReset.RESTART)))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("No such file");
  }
}
