package org.bootgrade.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.HostCommand;
import org.bootgrade.sandbox.OwnedFolder;

/**
 * What the images stand on: Debian, from a registry where one answers, else made from the packages
 * themselves.
 */
final class BaseImage {
  static final String OFFICIAL = "debian:bookworm-slim";
  static final String HOME_MADE = "bootgrade/base:bookworm";

  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final Duration PULL = Duration.ofMinutes(5);
  private static final Duration MAKE = Duration.ofMinutes(15);
  private static final int TAIL = 15;

  private final Host host;
  private final EngineAccess engine;
  private final Apt apt;
  private final Folders folders;

  BaseImage(Host host, EngineAccess engine, Apt apt, Folders folders) {
    this.host = host;
    this.engine = engine;
    this.apt = apt;
    this.folders = folders;
  }

  /** The name of a base image that the engine has. */
  String ensure(boolean mayInstall, Consumer<String> say)
      throws Obstacle, InfrastructureFailure, IOException, InterruptedException {
    for (String name : List.of(OFFICIAL, HOME_MADE)) {
      if (engine.imageId(name).isPresent()) {
        return name;
      }
    }
    say.accept("Fetching the base image " + OFFICIAL);
    Optional<String> failure = engine.pull(OFFICIAL, SILENCE, PULL);
    if (failure.isEmpty()) {
      return OFFICIAL;
    }
    String why = failure.get().lines().findFirst().orElse("no reason given");
    say.accept("No image registry gives it (" + why + "); making one from Debian's packages.");
    make(mayInstall, say);
    return HOME_MADE;
  }

  private void make(boolean mayInstall, Consumer<String> say)
      throws Obstacle, InfrastructureFailure, IOException, InterruptedException {
    List<String> packages = new ArrayList<>();
    if (host.find("mmdebstrap").isEmpty()) {
      packages.add("mmdebstrap");
    }
    if (!Files.exists(host.root().resolve("usr/share/keyrings/debian-archive-keyring.gpg"))) {
      packages.add("debian-archive-keyring");
    }
    if (!packages.isEmpty()) {
      apt.require(
          "bootgrade's images stand on one of Debian. No image registry gives it, and the program"
              + " that could make it (mmdebstrap) is not complete on this machine",
          packages,
          mayInstall);
      apt.install(packages, say);
    }
    Path log = folders.log("base-image");
    try (OwnedFolder owned = OwnedFolder.make(folders.cache().resolve("scratch"))) {
      Path work = owned.path();
      Path tar = work.resolve("base.tar");
      say.accept("Making the base image: mmdebstrap bookworm, under a minute (log: " + log + ")");
      List<String> argv =
          new ArrayList<>(
              List.of(
                  "mmdebstrap",
                  "--variant=minbase",
                  "--include=ca-certificates",
                  // What the official slim image leaves out.
                  "--dpkgopt=path-exclude=/usr/share/doc/*",
                  "--dpkgopt=path-exclude=/usr/share/man/*",
                  "--dpkgopt=path-exclude=/usr/share/info/*",
                  "--dpkgopt=path-exclude=/usr/share/locale/*",
                  "bookworm",
                  tar.toString()));
      // Without mirrors of its own mmdebstrap takes Debian's, the security suite included.
      for (Map.Entry<String, String> source : new HostTraits(host).sources().entrySet()) {
        Path file = work.resolve(source.getKey());
        Files.writeString(file, source.getValue(), StandardCharsets.ISO_8859_1);
        argv.add(file.toString());
      }
      HostCommand.Result result = host.run(argv, Map.of("LC_ALL", "C.UTF-8"), MAKE, log);
      if (!result.succeeded()) {
        throw new InfrastructureFailure(
            "mmdebstrap could not make a base image"
                + (result.timedOut() ? " in " + MAKE.toMinutes() + " minutes" : "")
                + ". The end of "
                + log
                + ":\n"
                + Folders.tail(log, TAIL),
            "The lines above say why; often it is the network, a proxy or a package source. Mend that"
                + " and run this again; or give the engine an image named "
                + OFFICIAL
                + " yourself.");
      }
      engine.importImage(tar, HOME_MADE);
    }
  }
}
