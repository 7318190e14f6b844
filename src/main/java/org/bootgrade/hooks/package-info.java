/** How calls between services are signed, and how it is seen that a call is what it says. */
@NullMarked
package org.bootgrade.hooks;

import org.jspecify.annotations.NullMarked;
