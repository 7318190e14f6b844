package org.bootgrade.hostile;

import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;

/**
 * The real sandbox, with smaller limits for builds, so that reaching them takes seconds. Nothing
 * else differs.
 */
record SmallSandbox(Sandbox real) implements Sandbox {

  private static final long MIB = 1L << 20;

  @Override
  public Workspace open(Role role, Limits limits) throws InfrastructureFailure {
    if (role != Role.BUILD) {
      return real.open(role, limits);
    }
    return real.open(
        role, new Limits(1536 * MIB, 700 * MIB, limits.processors(), 100, limits.lifetime()));
  }

  @Override
  public boolean isolates() {
    return real.isolates();
  }

  @Override
  public String identity(Role role) throws InfrastructureFailure {
    return real.identity(role);
  }

  @Override
  public void close() {
    real.close();
  }
}
