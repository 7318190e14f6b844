package org.bootgrade.evidence;

/**
 * An entry of a program's symbol table.
 *
 * @param name demangled
 * @param extent the bytes it covers; empty where the table gives no size
 */
public record Symbol(String name, MemoryExtent extent) {}
