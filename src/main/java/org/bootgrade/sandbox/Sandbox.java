package org.bootgrade.sandbox;

import org.bootgrade.evidence.InfrastructureFailure;

/** Opens workspaces. Implementations: {@link ContainerSandbox}, and plain processes. */
public interface Sandbox extends AutoCloseable {

  /**
   * Opens an empty workspace.
   *
   * @throws InfrastructureFailure when the engine cannot give one
   */
  Workspace open(Role role, Limits limits) throws InfrastructureFailure;

  /** A workspace with the role's default limits. */
  default Workspace open(Role role) throws InfrastructureFailure {
    return open(role, Limits.of(role));
  }

  /** Whether a command is kept from harming the host. */
  boolean isolates();

  /**
   * What identifies the software of a role: the image's id, or {@code host}. Caches are keyed by
   * it.
   *
   * @throws InfrastructureFailure when the engine cannot tell
   */
  String identity(Role role) throws InfrastructureFailure;

  /** Ends all that is still open. */
  @Override
  void close();
}
