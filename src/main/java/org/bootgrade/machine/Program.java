package org.bootgrade.machine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A program to boot.
 *
 * @param id its id in the build record
 * @param image the boot image
 * @param elf the unstripped program, for source lines
 * @param sources the folder that the submission lay in when it was compiled, as the debug
 *     information names it
 * @param folder where the emulator's {@linkplain Emulator#workspace() workspace} has both already,
 *     as {@code program.img} and {@code program.elf}; null where it has not
 */
public record Program(String id, Path image, Path elf, String sources, @Nullable String folder) {}
