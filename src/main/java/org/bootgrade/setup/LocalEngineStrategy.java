package org.bootgrade.setup;

import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Tells Testcontainers which engine we use; it finds this class through {@code META-INF/services}.
 *
 * <p>Its own strategies would find the same socket, but then write a file into the user's home
 * folder to remember it, and, when this program itself runs in a container, ask the engine for a
 * bridge network that need not exist. Ports of containers are not used here, so the host's name is
 * of no consequence.
 */
public final class LocalEngineStrategy extends DockerClientProviderStrategy {
  /** For the service loader. */
  public LocalEngineStrategy() {}

  @Override
  public TransportConfig getTransportConfig() {
    return DockerEngine.firstThatAnswers(new EngineLocator(System.getenv())).transport();
  }

  @Override
  public synchronized String getDockerHostIpAddress() {
    return "localhost";
  }

  @Override
  public String getDescription() {
    return "the engine bootgrade set up or found";
  }

  @Override
  protected boolean isPersistable() {
    return false;
  }

  @Override
  protected int getPriority() {
    return 1000; // before every one of Testcontainers'
  }
}
