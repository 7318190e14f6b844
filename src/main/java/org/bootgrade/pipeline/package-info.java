/**
 * The only place that knows the order of the stages: intake, build, boot, graders, score.
 *
 * <p>Whose fault something is decides what it becomes. A rejected submission, a build that fails
 * and a kernel that triple faults are results; an {@link
 * org.bootgrade.evidence.InfrastructureFailure} is tried again a bounded number of times and then
 * becomes a result without a score.
 */
@NullMarked
package org.bootgrade.pipeline;

import org.jspecify.annotations.NullMarked;
