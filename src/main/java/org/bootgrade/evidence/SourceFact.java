package org.bootgrade.evidence;

/**
 * Something that stands in the text of the submission's Rust sources. It is a hint for a person and
 * decides nothing: text that stands there may never be compiled or run.
 *
 * @param kind what it is
 * @param at where; the function is the one around it, empty outside of any; of {@link
 *     Kind#NOT_READ} and {@link Kind#ABSENT} the line is 0, and the file may be empty
 * @param subject what it is about, as {@link Kind} says; empty where the text does not tell
 * @param detail the source's own words, shortened, on one line
 * @param test whether it belongs to tests alone: below {@code tests/}, {@code benches/} or {@code
 *     examples/}, or in what {@code #[cfg(test)]} or a test attribute marks
 */
public record SourceFact(
    Kind kind, SourceLocation at, String subject, String detail, boolean test) {

  /** What a fact can be. */
  public enum Kind {
    /** A handler is registered for the double fault. Subject: the call; detail: the handler. */
    HANDLER_REGISTERED,
    /**
     * {@code set_stack_index} is called. Subject: the gate's field, such as {@code double_fault};
     * detail: the index as written.
     */
    STACK_INDEX_SET,
    /** A slot of {@code interrupt_stack_table} is assigned to. Detail: the index as written. */
    STACK_TABLE_ASSIGNED,
    /** A constant that such an index is written with. Subject: its name; detail: its value. */
    INDEX_CONSTANT,
    /** TR is loaded. Subject: the function called; detail: its arguments. */
    TASK_REGISTER_LOADED,
    /**
     * Possibly a descriptor table is loaded. Subject: {@code idt} or {@code gdt} if a name says so;
     * detail: what is loaded, as written.
     */
    TABLE_LOADED,
    /** CS is set. Subject: the function called; detail: its arguments. */
    CODE_SEGMENT_SET,
    /** An interrupt descriptor table is made. Detail: the type's name. */
    IDT_MADE,
    /** A function with the ABI {@code x86-interrupt}. Subject: its name; detail: its signature. */
    INTERRUPT_FUNCTION,
    /**
     * A function with that ABI takes its frame by reference, which compilers of today do not pass.
     * Subject: its name; detail: the parameter.
     */
    FRAME_BY_REFERENCE,
    /** Inline assembly. Subject: the instruction, such as {@code lidt}; detail: the macro. */
    ASSEMBLY,
    /** Code that stands in a comment. Subject: the name; detail: the comment's line. */
    IN_COMMENT,
    /**
     * A function's name occurs nowhere but at its definition. Subject: its name; detail: the calls
     * in it that matter.
     */
    NEVER_CALLED,
    /** Names that occur nowhere outside of comments and tests. Subject: the names. */
    ABSENT,
    /** A file, or all, that was not read. Detail: why, as the end of a sentence. */
    NOT_READ
  }
}
