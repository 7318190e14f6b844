package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** Workspaces that are containers of a Docker engine, started through Testcontainers. */
public final class ContainerSandbox implements Sandbox {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerSandbox.class);

  static final String ROOT = "/work";
  static final String CACHE = "/cache";

  /** Whose processes all commands are. */
  static final String USER = "1000:1000";

  /**
   * Whose process it is that keeps a container: no command can end it, or look into it. Like every
   * other it has no capability, so it may do nothing that they may not.
   */
  private static final String KEEPER = "0:0";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long TMP_BYTES = 64L << 20;

  /**
   * What a container is made of.
   *
   * @param toolchainImage image for fetching, building and storing
   * @param machineImage image for booting
   * @param certificates the host's CA certificates (PEM), for containers with a network; empty for
   *     none
   * @param proxies proxy variables for containers with a network
   */
  public record Settings(
      String toolchainImage,
      String machineImage,
      byte[] certificates,
      Map<String, String> proxies) {
    public Settings {
      proxies = Map.copyOf(proxies);
    }
  }

  private final Settings settings;
  private final DockerClient docker;
  private final EngineCalls engine;
  private final Owner owner = Owner.self();
  private final Deque<ContainerWorkspace> open = new ArrayDeque<>();
  private final Map<String, String> identities = new ConcurrentHashMap<>();
  private @Nullable String network;

  /** Whether no more containers are started, and how many are being started; guarded by open. */
  private boolean closed;

  private int starting;

  /**
   * Takes the engine that Testcontainers finds, and removes what an earlier bootgrade left there.
   *
   * @throws InfrastructureFailure when no engine answers
   */
  public ContainerSandbox(Settings settings) throws InfrastructureFailure {
    this.settings = settings;
    this.engine = new EngineCalls(EngineCalls.ANSWER);
    try {
      this.docker = DockerClientFactory.lazyClient();
      removeLeftovers();
    } catch (IllegalStateException | DockerException noEngine) {
      throw failure("no container engine answers", noEngine);
    }
  }

  @Override
  public Workspace open(Role role, Limits limits) throws InfrastructureFailure {
    String image = image(role);
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", ROOT);
    environment.put("TMPDIR", ROOT + "/tmp");
    environment.put("LC_ALL", "C.UTF-8");
    if (role == Role.FETCH) {
      environment.putAll(settings.proxies());
    }
    String cache = cacheVolume();
    boolean writes = role == Role.FETCH || role == Role.STORE;
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            // Ours are made here. Whoever has a registry's account of that name is nobody we know.
            .withImagePullPolicy(name -> false)
            .withCommand("sleep", Long.toString(limits.lifetime().toSeconds()))
            .withNetworkMode(role == Role.FETCH ? network() : "none")
            .withLabels(owner.labels())
            .withEnv(environment)
            .withTmpFs(Map.of(ROOT, tmpfs(limits.diskBytes()), "/tmp", tmpfs(TMP_BYTES)))
            .withStartupCheckStrategy(new IsRunningStartupCheckStrategy().withTimeout(START_LIMIT))
            .withCreateContainerCmdModifier(
                command -> {
                  HostConfig host = command.getHostConfig();
                  if (host == null) {
                    throw new IllegalStateException(
                        "a container command without host configuration");
                  }
                  host.withReadonlyRootfs(true)
                      .withCapDrop(Capability.ALL)
                      .withSecurityOpts(List.of("no-new-privileges"))
                      // An engine may be set up to let other containers join.
                      .withIpcMode("private")
                      .withMemory(limits.memoryBytes())
                      .withMemorySwap(limits.memoryBytes())
                      .withNanoCPUs((long) (limits.processors() * 1e9))
                      .withPidsLimit((long) limits.processes())
                      .withInit(true);
                  host.withBinds(
                      new Bind(cache, new Volume(CACHE), writes ? AccessMode.rw : AccessMode.ro));
                  command.withUser(KEEPER);
                });
    ContainerWorkspace workspace;
    begin();
    try {
      start(container, image);
      workspace =
          new ContainerWorkspace(docker, engine, container.getContainerId(), role, this::forget);
      synchronized (open) {
        open.add(workspace);
      }
    } finally {
      end();
    }
    boolean ready = false;
    try {
      workspace.mustSucceed(Command.of(Duration.ofSeconds(30), "mkdir", "-p", ROOT + "/tmp"));
      if (role == Role.FETCH && settings.certificates().length > 0) {
        workspace.put(List.of(Upload.file(CERTIFICATES, settings.certificates())));
      }
      ready = true;
      return workspace;
    } finally {
      if (!ready) {
        workspace.close();
      }
    }
  }

  /** A container is about to be started; none is, once the sandbox is closed. */
  private void begin() throws InfrastructureFailure {
    synchronized (open) {
      if (closed) {
        throw new InfrastructureFailure(
            "bootgrade was ended", "Run the same command again: what was graded is kept.");
      }
      starting++;
    }
  }

  private void end() {
    synchronized (open) {
      starting--;
      open.notifyAll();
    }
  }

  /**
   * Starts a container, or removes what there is of it. An engine may be so slow that nobody waits
   * any more when the container is there at last.
   */
  private void start(GenericContainer<?> container, String image) throws InfrastructureFailure {
    AtomicBoolean decided = new AtomicBoolean();
    try {
      engine.askInAnyCase(
          "start a container of image " + image,
          START_LIMIT.multipliedBy(2),
          () -> {
            boolean wanted = false;
            try {
              container.start();
              wanted = decided.compareAndSet(false, true);
            } finally {
              if (!wanted) {
                container.stop();
              }
            }
            return container;
          });
    } catch (ContainerLaunchException | IllegalStateException | DockerException e) {
      // Says so where somebody has deleted it meanwhile.
      described(image);
      throw failure("the container engine did not start a container of image " + image, e);
    } catch (InfrastructureFailure tooSlow) {
      if (!decided.compareAndSet(false, true)) {
        engine.askInAnyCase(
            "remove a container",
            EngineCalls.ANSWER,
            () -> {
              container.stop();
              return container;
            });
      }
      throw tooSlow;
    }
  }

  /** Where a workspace with a network finds the host's CA certificates, relative to its top. */
  static final String CERTIFICATES = "ca-certificates.crt";

  @Override
  public boolean isolates() {
    return true;
  }

  @Override
  public String identity(Role role) throws InfrastructureFailure {
    String image = image(role);
    String known = identities.get(image);
    if (known != null) {
      return known;
    }
    String id = described(image);
    identities.put(image, id);
    return id;
  }

  /** The id of an image that is there. */
  private String described(String image) throws InfrastructureFailure {
    try {
      String id = engine.ask("describe an image", docker.inspectImageCmd(image)::exec).getId();
      if (id == null) {
        throw new InfrastructureFailure(
            "the engine knows image " + image + " but gives it no id", "Run ./bootgrade doctor.");
      }
      return id;
    } catch (NotFoundException e) {
      throw new InfrastructureFailure(
          "the engine has no image " + image,
          "Run the same command with --install once, or ./bootgrade doctor to see what is missing.",
          e);
    } catch (DockerException e) {
      throw failure("the engine did not describe image " + image, e);
    }
  }

  @Override
  public void close() {
    List<ContainerWorkspace> left;
    synchronized (open) {
      closed = true;
      // One that is just being started would be left behind.
      long deadline = System.nanoTime() + START_LIMIT.toNanos();
      while (starting > 0 && System.nanoTime() - deadline < 0) {
        try {
          open.wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
      left = List.copyOf(open);
    }
    left.forEach(ContainerWorkspace::close);
  }

  private void forget(ContainerWorkspace workspace) {
    synchronized (open) {
      open.remove(workspace);
    }
  }

  private String image(Role role) {
    return role == Role.BOOT ? settings.machineImage() : settings.toolchainImage();
  }

  /**
   * The engine's volume that holds the cache. It is named after the toolchain's image, so that
   * nothing built by one toolchain is ever offered to another.
   */
  private String cacheVolume() throws InfrastructureFailure {
    String id = identity(Role.BUILD);
    return "bootgrade-cache-" + id.substring(id.indexOf(':') + 1).substring(0, 16);
  }

  private static String tmpfs(long bytes) {
    return "rw,exec,nosuid,nodev,mode=0755,uid=1000,gid=1000,size=" + bytes;
  }

  /** The engine's own bridge, or the host's network where the engine runs without one. */
  private String network() throws InfrastructureFailure {
    String known = network;
    if (known == null) {
      try {
        known =
            engine.ask("list its networks", docker.listNetworksCmd()::exec).stream()
                    .anyMatch(n -> "bridge".equals(n.getName()))
                ? "bridge"
                : "host";
      } catch (DockerException e) {
        throw failure("the engine did not list its networks", e);
      }
      network = known;
    }
    return known;
  }

  /** Removes containers whose bootgrade is gone, for example after {@code kill -9}. */
  private void removeLeftovers() throws InfrastructureFailure {
    for (Container container :
        engine.ask(
            "list its containers",
            docker.listContainersCmd().withShowAll(true).withLabelFilter(List.of(Owner.PID_LABEL))
                ::exec)) {
      boolean gone = Owner.from(container.getLabels()).filter(o -> o.goneFor(owner)).isPresent();
      if (gone) {
        try {
          engine.ask(
              "remove a container",
              docker.removeContainerCmd(container.getId()).withForce(true)::exec);
        } catch (ConflictException | NotFoundException alreadyGoing) {
          // The engine removes it itself (auto-remove), or another start of bootgrade was faster.
          // That may take it a while, and is no business of this start's.
          LOG.info("container {} is being removed already", container.getId());
        } catch (DockerException e) {
          if (exists(container.getId())) {
            throw e;
          }
        }
      }
    }
  }

  private boolean exists(String container) throws InfrastructureFailure {
    return !engine
        .ask(
            "list its containers",
            docker.listContainersCmd().withIdFilter(List.of(container))::exec)
        .isEmpty();
  }

  static InfrastructureFailure failure(String what, Throwable cause) {
    return new InfrastructureFailure(
        "%s (%s)".formatted(what, FileTrouble.reason(cause, null)),
        "Run ./bootgrade doctor to see whether the container engine is well.",
        cause);
  }
}
