package org.bootgrade.hostile;

import java.util.ArrayList;
import java.util.List;

/** All cases. */
final class HostileCases {

  private HostileCases() {}

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    all.addAll(BuildReachCases.all());
    all.addAll(BuildHarmCases.all());
    all.addAll(ManifestCases.all());
    all.addAll(BootCases.all());
    all.addAll(IntakeCases.all());
    return List.copyOf(all);
  }
}
