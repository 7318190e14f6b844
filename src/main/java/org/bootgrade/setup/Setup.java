package org.bootgrade.setup;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.setup.EngineAccess.Answer;
import org.bootgrade.setup.Readiness.Image;

/** Makes this machine ready, and tells what is there. See the package's description. */
public final class Setup {
  private static final Duration BUILD = Duration.ofMinutes(30);
  private static final Duration OTHERS_SETUP = Duration.ofMinutes(45);
  private static final int TAIL = 20;
  private static final Pattern STEP = Pattern.compile("^Step (\\d+)/(\\d+) : (\\S+).*");

  private final Path home;
  private final Host host;
  private final EngineAccess engine;
  private final Folders folders;

  /**
   * Set-up of the machine we run on.
   *
   * @param home bootgrade's own folder, the one with the Dockerfile
   */
  public Setup(Path home) {
    this(home, new LocalHost(), new DockerEngine(new EngineLocator(System.getenv())));
  }

  Setup(Path home, Host host, EngineAccess engine) {
    this.home = home;
    this.host = host;
    this.engine = engine;
    this.folders = Folders.of(host.environment());
  }

  /**
   * An image we build.
   *
   * @param target its stage of the Dockerfile
   * @param tag its name
   * @param key digest of what shapes it
   * @param files what it is built from, the Dockerfile included
   * @param purpose what it is, for people
   */
  private record Plan(
      String target, String tag, String key, Map<String, byte[]> files, String purpose) {}

  /**
   * Sees to it that the engine runs and has the images, doing only what is not done yet.
   *
   * @param mayInstall whether packages may be installed and services started
   * @param say told in one line, before it happens, what is being done; and how far it is
   * @return ready, or what is missing and not ours to mend
   * @throws InfrastructureFailure something that was allowed and tried went wrong
   */
  @SuppressWarnings("try") // a lock is held, not used
  public Readiness ensure(boolean mayInstall, Consumer<String> say) throws InfrastructureFailure {
    try {
      List<Plan> plans = plans();
      Optional<Readiness> ready = lookOnly(plans);
      if (ready.isPresent()) {
        return ready.get();
      }
      folders.make();
      try (SetupLock lock =
          SetupLock.take(folders.state().resolve("setup.lock"), OTHERS_SETUP, host, say)) {
        return act(plans, mayInstall, say);
      }
    } catch (Obstacle e) {
      return e.asMissing();
    } catch (FileSystemException | UncheckedIOException e) {
      throw new InfrastructureFailure(
          "A file that setting up needs could not be used (%s)."
              .formatted(FileTrouble.reason(e, null)),
          "See that this user may write it and its disk is not full, and run this again; what was done"
              + " stays done.",
          e);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "The container engine (Docker) failed while this machine was being set up: %s."
              .formatted(FileTrouble.reason(e, null)),
          "Its log says why (%s, or journalctl -u docker); often its disk is full. Mend that and run"
                  .formatted(folders.log("dockerd"))
              + " this again; what was done stays done.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "Setting up was interrupted.", "Run this again; what was done stays done.", e);
    }
  }

  /** Looks at everything grading needs and changes nothing. */
  public List<Check> examine() {
    Map<String, String> tags = new LinkedHashMap<>();
    try {
      plans().forEach(plan -> tags.put(plan.target(), plan.tag()));
    } catch (InfrastructureFailure e) {
      tags.clear(); // the examination says that the Dockerfile is not there
    }
    return new Examination(host, engine, folders, tags).run();
  }

  private Optional<Readiness> lookOnly(List<Plan> plans) throws IOException, InterruptedException {
    if (!(engine.ping() instanceof Answer.Here here)) {
      return Optional.empty();
    }
    List<Image> images = new ArrayList<>();
    for (Plan plan : plans) {
      Optional<String> id = engine.imageId(plan.tag());
      if (id.isEmpty()) {
        return Optional.empty();
      }
      images.add(new Image(plan.tag(), id.get()));
    }
    return Optional.of(new Readiness.Ready(images.get(0), images.get(1), here.version()));
  }

  private Readiness act(List<Plan> before, boolean mayInstall, Consumer<String> say)
      throws Obstacle, InfrastructureFailure, IOException, InterruptedException {
    Apt apt = new Apt(host, folders);
    Answer.Here here = new EngineStep(host, engine, apt, folders).ensure(mayInstall, say);
    Optional<Readiness> ready = lookOnly(before); // the holder of the lock before us may have built
    if (ready.isPresent()) {
      return ready.get();
    }
    BaseImage baseImage = new BaseImage(host, engine, apt, folders);
    String base = null;
    List<Image> images = new ArrayList<>();
    for (Plan plan : plans()) { // anew: installing packages may have changed what shapes an image
      Optional<String> id = engine.imageId(plan.tag());
      if (id.isEmpty()) {
        base = base == null ? baseImage.ensure(mayInstall, say) : base;
        id = Optional.of(build(plan, base, say));
      }
      images.add(new Image(plan.tag(), id.get()));
    }
    return new Readiness.Ready(images.get(0), images.get(1), here.version());
  }

  private List<Plan> plans() throws InfrastructureFailure {
    Path file = home.resolve("Dockerfile");
    Recipe recipe;
    try {
      recipe = Recipe.parse(Files.readString(file));
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "The images cannot be built: %s cannot be read (%s)."
              .formatted(file, FileTrouble.reason(e, file)),
          "Run bootgrade from the folder it was unpacked or cloned into.",
          e);
    }
    Map<String, byte[]> shaping = new HostTraits(host).shaping();
    return List.of(
        plan(recipe, "toolchain", "Rust compiler and linker", shaping),
        plan(recipe, "machine", "QEMU and object-file tools", shaping));
  }

  private static Plan plan(
      Recipe recipe, String target, String purpose, Map<String, byte[]> shaping) {
    Map<String, byte[]> files = new TreeMap<>(shaping);
    files.put("Dockerfile", recipe.file(target));
    List<byte[]> parts = new ArrayList<>();
    files.forEach(
        (name, content) -> {
          parts.add(name.getBytes(StandardCharsets.UTF_8));
          parts.add(content);
        });
    String key = HostTraits.sha256(parts.toArray(byte[][]::new)).substring(0, 12);
    return new Plan(target, "bootgrade/" + target + ":" + key, key, files, purpose);
  }

  private String build(Plan plan, String base, Consumer<String> say)
      throws InfrastructureFailure, IOException, InterruptedException {
    Path log = folders.log("build-" + plan.target());
    say.accept(
        "Building the image "
            + plan.tag()
            + " ("
            + plan.purpose()
            + "; a minute or two, once; log: "
            + log
            + ")");
    HostTraits traits = new HostTraits(host);
    Map<String, byte[]> context = new TreeMap<>(plan.files());
    context.putAll(traits.helping());
    context.put(".dockerignore", new byte[0]);
    Map<String, String> args = new TreeMap<>(traits.proxies());
    args.put("BASE", base);
    EngineAccess.Build build =
        new EngineAccess.Build(
            context,
            plan.target(),
            plan.tag(),
            args,
            Map.of("org.bootgrade.image", plan.target(), "org.bootgrade.key", plan.key()),
            !engine.hasBridgeNetwork());
    try (BufferedWriter out = Files.newBufferedWriter(log)) {
      return engine.build(build, progress(plan, out, say), BUILD);
    } catch (EngineAccess.BuildFailed e) {
      throw new InfrastructureFailure(
          "The image "
              + plan.tag()
              + " could not be built: "
              + e.getMessage()
              + ". The end of "
              + log
              + ":\n"
              + Folders.tail(log, TAIL),
          "The lines above say why; often it is the network, a proxy or a package source. Mend that"
              + " and run this again; what was done stays done.",
          e);
    }
  }

  private static Consumer<String> progress(Plan plan, BufferedWriter out, Consumer<String> say) {
    return line -> {
      try {
        out.write(line);
        out.newLine();
        out.flush(); // someone may be watching it grow
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Matcher step = STEP.matcher(line);
      if (step.matches() && step.group(3).equals("RUN")) { // the others take no time
        say.accept("  " + plan.target() + ": step " + step.group(1) + " of " + step.group(2));
      }
    };
  }
}
