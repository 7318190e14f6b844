package org.bootgrade.cli;

import picocli.CommandLine.Mixin;

/** Options of every command that builds, boots and judges. */
final class GradingOptions extends JudgingOptions {

  @Mixin SandboxOptions sandbox = new SandboxOptions();
}
