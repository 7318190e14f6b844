package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.setup.ReadyMachine;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our boot images are those that students make themselves. */
class BootimageIT {

  private static final Path SAMPLE = Path.of("src/samples/double-faults/modern-blog-os");
  private static final String BOOTIMAGE = "0.10.3";
  private static final long MIB = 1L << 20;

  /** Compiling bootimage and the bootloader takes more than fetching crates. */
  private static final Limits LIMITS =
      new Limits(4096 * MIB, 2048 * MIB, 2, 512, Duration.ofMinutes(20));

  @TempDir Path folder;

  @Test
  void imagesAreThoseOfBootimageByteForByte() throws Exception {
    try (ContainerSandbox sandbox = ReadyMachine.sandbox()) {
      SourceTree tree =
          ((Accepted) new Intake(IntakeLimits.defaults()).take(SAMPLE, folder.resolve("taken")))
              .tree();
      Builder.Built ours;
      try (Workspace bench = sandbox.open(Role.BOOT)) {
        ours =
            new Builder(sandbox, BuildSettings.defaults(), folder)
                .build(
                    tree,
                    folder.resolve("ours"),
                    new OnBench(bench),
                    step -> {},
                    (program, files, sources) -> {});
      }
      assertThat(ours.files()).containsKeys("kernel", "test/stack_overflow");

      try (Workspace workspace = sandbox.open(Role.FETCH, LIMITS)) {
        workspace.put(crate());
        String own = workspace.root() + "/cargo-home";
        run(
            workspace,
            own,
            "cargo",
            "install",
            "bootimage",
            "--version",
            BOOTIMAGE,
            "--root",
            "tools");
        for (Map.Entry<String, Builder.ProgramFiles> program : ours.files().entrySet()) {
          // A name of its own for each: cargo does not look into a program that it has seen.
          String name = program.getKey().replace('/', '-');
          workspace.put(
              List.of(Upload.script("out/" + name, Files.readAllBytes(program.getValue().elf()))));
          // With "true" in place of QEMU it makes the image and runs nothing.
          // The bootloader's own messages name the folder that its sources lie in.
          String shared = workspace.cache() + "/crates";
          run(
              workspace,
              shared,
              "tools/bin/bootimage",
              "runner",
              workspace.root() + "/out/" + name);
          byte[] theirs = workspace.read("out/bootimage-" + name + ".bin", 64 << 20);
          byte[] image = Files.readAllBytes(program.getValue().image());
          assertThat(Arrays.mismatch(image, theirs))
              .as("the first byte of %s (%d, %d) that differs", name, image.length, theirs.length)
              .isEqualTo(-1);
        }
      }
    }
  }

  private record OnBench(Workspace workspace) implements Builder.Bench {
    @Override
    public <T> T use(Work<T> work) throws InfrastructureFailure {
      return work.in(workspace);
    }
  }

  private static List<Upload> crate() throws IOException {
    String manifest = Files.readString(SAMPLE.resolve("Cargo.toml"));
    List<Upload> crate = new ArrayList<>();
    crate.add(
        Upload.file(
            "crate/Cargo.toml",
            manifest
                .replace(
                    "[package.metadata.bootimage]\n",
                    "[package.metadata.bootimage]\nrun-command = [\"true\"]\n")
                .getBytes(StandardCharsets.UTF_8)));
    for (String file : List.of("Cargo.lock", "src/main.rs", "src/lib.rs")) {
      crate.add(Upload.file("crate/" + file, Files.readAllBytes(SAMPLE.resolve(file))));
    }
    return crate;
  }

  private static void run(Workspace workspace, String cargoHome, String... command)
      throws Exception {
    Map<String, String> environment = new HashMap<>(Cargo.environment(workspace));
    environment.put("CARGO_HOME", cargoHome);
    environment.remove("CARGO_TARGET_DIR");
    environment.put("CARGO_MANIFEST_DIR", workspace.root() + "/crate");
    Outcome outcome = workspace.run(Command.of(Duration.ofMinutes(10), command).with(environment));
    assertThat(outcome.succeeded())
        .as(() -> String.join(" ", command) + "\n" + outcome.out() + outcome.err())
        .isTrue();
  }
}
