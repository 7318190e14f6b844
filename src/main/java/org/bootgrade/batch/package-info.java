/** Grades a class: many submissions, several at once, each kept as soon as it is done. */
@NullMarked
package org.bootgrade.batch;

import org.jspecify.annotations.NullMarked;
