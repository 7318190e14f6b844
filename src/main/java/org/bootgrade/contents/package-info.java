/**
 * What the service keeps by its content: archives as they came, evidence, pages. A file's name is
 * the digest of its bytes, so none is ever changed, the same one is kept once, and damage shows.
 */
@NullMarked
package org.bootgrade.contents;

import org.jspecify.annotations.NullMarked;
