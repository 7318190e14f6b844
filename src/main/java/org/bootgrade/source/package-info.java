/**
 * Reads the text of a submission's Rust sources for hints: where a stack index is set, that a call
 * stands in a comment, that a function is called nowhere.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>The text proves nothing, so nothing here decides a criterion: the facts only help to say where
 * to look. A fact claims no more than what the text says; what a text does not tell is left empty.
 *
 * <p>tree-sitter splits a file into a syntax tree. The facts are read from its leaves and not from
 * its shape. The body of a macro such as {@code lazy_static!} is a raw token tree, in which no call
 * is a call and no function a function, but its leaves are the same as anywhere else; the same
 * holds for a file with an error in it. So one set of patterns over leaves and matching brackets
 * sees all of them, and comments and strings are leaves of their own that cannot be taken for code.
 *
 * <p>The sources are hostile and the parser is native. What it is given is valid UTF-8 of at most a
 * megabyte; it is stopped after a time, because its recovery from errors is quadratic; trees are
 * walked with a cursor and no recursion, and have bounds on nodes and depth. A file beyond a bound
 * is not read, which is a fact like others, and so is a machine that cannot load the parser.
 */
@NullMarked
package org.bootgrade.source;

import org.jspecify.annotations.NullMarked;
