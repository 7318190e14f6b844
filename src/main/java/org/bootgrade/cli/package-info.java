/** The command line. The only package that prints; it wires the others together. */
@NullMarked
package org.bootgrade.cli;

import org.jspecify.annotations.NullMarked;
