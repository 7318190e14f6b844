package org.bootgrade.machine;

/**
 * A program to boot.
 *
 * @param id its id in the build record
 * @param image the boot image
 * @param elf the unstripped program, for source lines
 * @param sources the folder that the submission lay in when it was compiled, as the debug
 *     information names it
 */
public record Program(String id, byte[] image, byte[] elf, String sources) {}
