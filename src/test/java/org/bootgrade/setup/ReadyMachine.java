package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.ContainerSandbox;

/** What tests in real containers begin with. */
public final class ReadyMachine {

  private static final Path HOME = Path.of(System.getProperty("bootgrade.home", "."));

  private ReadyMachine() {}

  /** The engine and the images; installed where this run may install. */
  public static Readiness.Ready ready() throws InfrastructureFailure {
    Readiness readiness =
        new Setup(HOME).ensure(Boolean.getBoolean("bootgrade.install"), System.err::println);
    assertThat(readiness).isInstanceOf(Readiness.Ready.class);
    return (Readiness.Ready) readiness;
  }

  /** A sandbox that can fetch crates as the product does. */
  public static ContainerSandbox sandbox() throws InfrastructureFailure {
    Readiness.Ready ready = ready();
    return new ContainerSandbox(
        new ContainerSandbox.Settings(
            ready.toolchain().tag(), ready.machine().tag(), certificates(), proxies()));
  }

  private static byte[] certificates() {
    Path bundle = Path.of("/etc/ssl/certs/ca-certificates.crt");
    try {
      return Files.isRegularFile(bundle) ? Files.readAllBytes(bundle) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> proxies() {
    Map<String, String> proxies = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.toLowerCase(Locale.ROOT).matches("(https?|no|all)_proxy")) {
                proxies.put(name, value);
              }
            });
    return proxies;
  }
}
