package org.bootgrade.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

/**
 * A machine whose firmware has just loaded the boot sector, kept for all programs: the firmware
 * takes longer than boot loader and kernel together, and does the same for each. A program's {@link
 * Drive} begins as a copy of it. Nothing of a submission is booted here.
 */
final class Firmware {

  /** Where a BIOS loads the boot sector to and begins to execute it. */
  static final long BOOT_SECTOR = 0x7c00;

  static final int SECTOR = 512;

  /** The raw image beside a disk. */
  static final String IMAGE = "program.img";

  static final String DISK = "disk.qcow2";

  /** The state on the disk. */
  static final String STATE = "firmware";

  /** Every disk has the same size, because firmware asks for it. A sparse file. */
  private static final long DISK_BYTES = 1L << 30;

  /** Where all of it lies, at the workspace's top. */
  static final String FOLDER = "firmware";

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Workspace workspace;
  private final RegisterLayout registers;
  private final String digests;

  private Firmware(Workspace workspace, RegisterLayout registers) throws InfrastructureFailure {
    this.workspace = workspace;
    this.registers = registers;
    this.digests = digests();
  }

  /**
   * Runs the firmware.
   *
   * @throws InfrastructureFailure when the emulator or the sandbox fails
   */
  static Firmware run(Workspace workspace, MachineSettings settings) throws InfrastructureFailure {
    byte[] sector = new byte[SECTOR];
    sector[SECTOR - 2] = 0x55;
    sector[SECTOR - 1] = (byte) 0xaa;
    workspace.put(
        List.of(
            Upload.file(FOLDER + "/" + IMAGE, sector),
            Upload.file(FOLDER + "/" + DISK, Qcow2.over(IMAGE, DISK_BYTES))));
    String folder = workspace.root() + "/" + FOLDER;
    BootCommand.Options options =
        new BootCommand.Options(
            folder + "/" + DISK,
            "",
            folder + "/serial",
            folder + "/log",
            settings.memoryMib(),
            settings.exitPorts(),
            BootCommand.OnExit.NOTHING,
            true,
            BootCommand.OnReset.RESTART);
    RegisterLayout registers;
    try (LiveMachine machine = LiveMachine.start(workspace, settings, options)) {
      registers = machine.layout();
      try {
        LiveMachine.Pause pause = machine.throughFirmware();
        if (!pause.usable() || pause.registers().rip() != BOOT_SECTOR) {
          throw new InfrastructureFailure(
              "the emulator's firmware did not load a boot sector",
              "Run ./bootgrade doctor to see whether the emulator is complete.");
        }
        machine.save(STATE);
      } catch (GdbException e) {
        throw new InfrastructureFailure(
            "the emulator did not do as it was told (%s; %s)"
                .formatted(e.getMessage(), machine.errors().strip()),
            "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.",
            e);
      }
    }
    return new Firmware(workspace, registers);
  }

  /** Whether its files hold what they held when it had just run. */
  boolean untouched() throws InfrastructureFailure {
    return digests().equals(digests);
  }

  private String digests() throws InfrastructureFailure {
    Outcome outcome =
        workspace.runTrusted(
            Command.of(LIMIT, "sha256sum", "--", FOLDER + "/" + DISK, FOLDER + "/" + IMAGE));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "the emulator's firmware cannot be read (%s)".formatted(outcome.why()),
          "Run ./bootgrade doctor to see whether disk and memory suffice.");
    }
    return outcome.out();
  }

  /**
   * Gives a program a drive.
   *
   * @param folder where its files are, relative to the workspace; {@link #IMAGE} is there already
   * @param program the program
   * @throws InfrastructureFailure when the sandbox fails
   */
  Drive drive(String folder, Program program) throws InfrastructureFailure {
    byte[] sector;
    long entry;
    try {
      if (Files.size(program.image()) > DISK_BYTES) {
        throw new IllegalArgumentException("a boot image larger than its disk");
      }
      try (InputStream image = Files.newInputStream(program.image())) {
        sector = Arrays.copyOf(image.readNBytes(SECTOR), SECTOR);
      }
      entry = Elf.entry(program.elf());
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "the files of %s cannot be read (%s)"
              .formatted(program.id(), FileTrouble.reason(e, program.image())),
          "See that the disk is well, then run the command again.",
          e);
    }
    Outcome copied =
        workspace.run(Command.of(LIMIT, "cp", FOLDER + "/" + DISK, folder + "/" + DISK));
    if (!copied.succeeded()) {
      throw new InfrastructureFailure(
          "a disk could not be made for the emulator (%s)".formatted(copied.why()),
          "Run ./bootgrade doctor to see whether disk and memory suffice.");
    }
    return new Drive(workspace.root() + "/" + folder + "/" + DISK, sector, entry, registers);
  }
}
