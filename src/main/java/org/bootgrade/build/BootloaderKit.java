package org.bootgrade.build;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

/**
 * A boot loader, compiled once and kept as the objects of its last link. The build of bootloader
 * 0.9 wraps the kernel into an object, links it with its own and copies the result out as a flat
 * image; only that last step depends on the kernel, so it alone is done for each program.
 */
record BootloaderKit(CargoMetadata.Bootloader bootloader) {

  private static final String FORM = "kit/v2";
  private static final String FOLDER = "kit";

  /** Its entry in the cache. */
  String entry() {
    return "bootloaders/"
        + Cargo.key(
            FORM,
            bootloader.version(),
            String.join(",", bootloader.features()),
            bootloader.settings().toString());
  }

  /** Compiles it in a workspace. */
  String make(Workspace workspace, BuildSettings settings)
      throws BuildRefused, InfrastructureFailure {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    if (bootloader.settings().isObject()) {
      manifest.putObject("package").putObject("metadata").set("bootloader", bootloader.settings());
    }
    workspace.put(
        List.of(
            Cargo.script("kit.sh"),
            Upload.file(
                "manifest.toml", CargoConfig.write(manifest).getBytes(StandardCharsets.UTF_8))));
    String features =
        Stream.concat(Stream.of("binary"), bootloader.features().stream())
            .collect(Collectors.joining(","));
    Store.compile(
        workspace,
        new Command(
            Store.shell(
                workspace, "kit.sh", bootloader.directory(), features, "manifest.toml", FOLDER),
            "",
            Cargo.environment(workspace),
            settings.seed(),
            Command.DEFAULT_OUTPUT_BYTES),
        "compiling bootloader " + bootloader.version());
    return FOLDER;
  }
}
