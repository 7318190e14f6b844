package org.bootgrade.server;

import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.rubric.Rubric;

/**
 * What a worker grades an assignment with.
 *
 * @param pipeline that goes through all stages
 * @param rubric what it grades by
 */
public record Bench(Pipeline pipeline, Rubric rubric) {

  /** Where a worker gets them: each is made ready when it is first asked for. */
  public interface Shelf extends AutoCloseable {

    /**
     * The bench of an assignment.
     *
     * @throws InfrastructureFailure when engine or graders are not ready
     */
    Bench of(ServiceSettings.Assignment assignment) throws InfrastructureFailure;

    /** Ends all that is being graded, and removes what they have left. */
    @Override
    void close();
  }
}
