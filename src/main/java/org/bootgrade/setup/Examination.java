package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.setup.EngineAccess.Answer;

/** What {@code doctor} looks at. It changes nothing and installs nothing. */
final class Examination {
  private static final String MACHINE = "machine";
  private static final String CONTAINERS = "containers";
  private static final String PROCESS = "process sandbox";

  private static final long GIB = 1L << 30;
  private static final long MEMORY = 2 * GIB;
  private static final long DISK = 5 * GIB;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String INSTALL =
      "Run ./bootgrade demo --install as root: it installs and starts Docker, and tries it out.";
  private static final String RESTART =
      "Its log says why (journalctl -u docker). Start it anew as root: systemctl restart docker";
  private static final String NEXT =
      "The next demo, check or grade makes it; the first time that takes some minutes.";
  private static final String TOOLS =
      "Only for --sandbox process. On Debian 12: apt-get install rustc-web cargo-web rust-web-src"
          + " rust-web-llvm lld-22 llvm-22 qemu-system-x86";

  private final Host host;
  private final EngineAccess engine;
  private final Folders folders;
  private final Map<String, String> tags;
  private final List<Check> checks = new ArrayList<>();

  Examination(Host host, EngineAccess engine, Folders folders, Map<String, String> tags) {
    this.host = host;
    this.engine = engine;
    this.folders = folders;
    this.tags = tags;
  }

  List<Check> run() {
    java();
    memory();
    disk();
    try {
      containers();
    } catch (IOException e) {
      checks.add(
          Check.missing(
              CONTAINERS,
              "engine",
              "it failed while being asked: " + FileTrouble.reason(e, null),
              RESTART));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tool("cargo", List.of("cargo"));
    tool("rustc", List.of("rustc"));
    librarySources();
    tool("lld", List.of("rust-lld", "ld.lld", "ld.lld-22"));
    tool("llvm-objcopy", List.of("llvm-objcopy", "llvm-objcopy-22", "rust-objcopy"));
    tool("qemu-system-x86_64", List.of("qemu-system-x86_64"));
    return List.copyOf(checks);
  }

  private void java() {
    String version = System.getProperty("java.version", "?");
    if (Runtime.version().feature() < 17) {
      checks.add(
          Check.missing(MACHINE, "Java", version + " is too old", "Install a JDK 17 or newer."));
    } else if (ToolProvider.getSystemJavaCompiler() == null) {
      checks.add(
          Check.warning(
              MACHINE,
              "Java",
              version + ", without a compiler: graders given as .java files cannot be used",
              "Install the JDK: apt-get install openjdk-17-jdk-headless"));
    } else {
      checks.add(Check.ok(MACHINE, "Java", version + ", with its compiler"));
    }
  }

  private void memory() {
    try {
      long available = 0;
      for (String line : Files.readAllLines(host.root().resolve("proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          available = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      String detail = gib(available) + " available";
      checks.add(
          available >= MEMORY
              ? Check.ok(MACHINE, "memory", detail)
              : Check.warning(
                  MACHINE, "memory", detail, "Grade with --jobs 1, or free some memory."));
    } catch (IOException e) {
      checks.add(
          Check.warning(MACHINE, "memory", "unknown (" + FileTrouble.reason(e, null) + ")", ""));
    }
  }

  private void disk() {
    Path folder = folders.cache();
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    long usable = folder.toFile().getUsableSpace(); // works where a FileStore is not to be found
    String detail = gib(usable) + " free at " + folder;
    checks.add(
        usable >= DISK
            ? Check.ok(MACHINE, "disk", detail)
            : Check.warning(
                MACHINE,
                "disk",
                detail,
                "The images and caches take about 4 GB: free some, or point XDG_CACHE_HOME"
                    + " elsewhere."));
  }

  private void containers() throws IOException, InterruptedException {
    Answer answer = engine.ping();
    if (answer instanceof Answer.Silent silent) {
      boolean installed = host.find("dockerd").isPresent();
      if (silent.refused()) {
        checks.add(
            Check.missing(
                CONTAINERS,
                "engine",
                silent.address() + " refuses this user",
                "Run as root, or have root add this user to the group docker (usermod -aG docker NAME),"
                    + " and log in again."));
      } else if (silent.chosen()) {
        checks.add(
            Check.missing(
                CONTAINERS,
                "engine",
                silent.address()
                    + " (chosen by DOCKER_HOST or a docker context) does not answer: "
                    + silent.reason(),
                "Start that engine, or unset DOCKER_HOST to use a local one."));
      } else {
        checks.add(
            Check.missing(
                CONTAINERS,
                "engine",
                installed
                    ? "installed, not running (nothing answers at " + silent.address() + ")"
                    : "no Docker is installed, and nothing answers at " + silent.address(),
                installed
                    ? "Start it as root: systemctl start docker, or ./bootgrade demo --install"
                    : INSTALL));
      }
      return;
    }
    Answer.Here here = (Answer.Here) answer;
    checks.add(
        Check.ok(
            CONTAINERS,
            "engine",
            here.version() + ", interface " + here.api() + ", at " + here.address()));
    List<String> bases = new ArrayList<>();
    for (String name : List.of(BaseImage.OFFICIAL, BaseImage.HOME_MADE)) {
      if (engine.imageId(name).isPresent()) {
        bases.add(name);
      }
    }
    checks.add(
        bases.isEmpty()
            ? Check.warning(CONTAINERS, "base image", "not there yet", NEXT)
            : Check.ok(CONTAINERS, "base image", String.join(", ", bases)));
    if (tags.isEmpty()) {
      checks.add(
          Check.missing(
              CONTAINERS,
              "Dockerfile",
              "not found beside bootgrade",
              "Run bootgrade from the folder it was unpacked or cloned into."));
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      Optional<String> id = engine.imageId(tag.getValue());
      checks.add(
          id.isPresent()
              ? Check.ok(CONTAINERS, tag.getKey() + " image", tag.getValue())
              : Check.warning(
                  CONTAINERS, tag.getKey() + " image", tag.getValue() + " is not built yet", NEXT));
    }
  }

  private void tool(String name, List<String> spellings) {
    Optional<Path> found = spellings.stream().map(host::find).flatMap(Optional::stream).findFirst();
    checks.add(
        found.isPresent()
            ? Check.ok(PROCESS, name, found.get().toString())
            : Check.missing(PROCESS, name, "not on the PATH", TOOLS));
  }

  private void librarySources() {
    String name = "rust-src";
    if (host.find("rustc").isEmpty()) {
      checks.add(Check.missing(PROCESS, name, "no rustc to ask", TOOLS));
      return;
    }
    try {
      String sysroot =
          host.run(List.of("rustc", "--print", "sysroot"), Map.of(), LIMIT, null).stdout().strip();
      Path sources = Path.of("/", sysroot, "lib", "rustlib", "src", "rust", "library");
      checks.add(
          Files.isDirectory(host.root().resolve(sources.toString().substring(1)))
              ? Check.ok(PROCESS, name, sources.toString())
              : Check.missing(PROCESS, name, sources + " is not there", TOOLS));
    } catch (IOException e) {
      checks.add(
          Check.missing(PROCESS, name, "rustc failed: " + FileTrouble.reason(e, null), TOOLS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
  }
}
