package org.bootgrade.evidence;

/**
 * Versions of everything that shaped the evidence, so that a disputed grade can be derived again
 * with the same tools.
 *
 * @param bootgrade this product's version
 * @param rustc first line of {@code rustc --version}
 * @param cargo first line of {@code cargo --version}
 * @param qemu first line of {@code qemu-system-x86_64 --version}
 * @param toolchainImage identity of the image that built ({@code sha256:…}), or {@code host} for
 *     the process sandbox
 * @param machineImage identity of the image that booted, or {@code host}
 */
public record Tools(
    String bootgrade,
    String rustc,
    String cargo,
    String qemu,
    String toolchainImage,
    String machineImage) {}
