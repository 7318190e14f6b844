package org.bootgrade.evidence;

import java.util.List;

/**
 * What a kernel makes of an exception that comes while another is being delivered. Which pairs make
 * a double fault is in the Intel SDM vol. 3A, table 6-5.
 *
 * @param first the vector of the first exception
 * @param second the vector of the one that was to come on the way to its handler
 * @param outcome what became of them
 * @param seen the vectors that the processor began to deliver, in order
 * @param note why it was not tried, or what is odd about it; may be empty
 */
public record FaultPair(int first, int second, Outcome outcome, List<Integer> seen, String note) {

  public FaultPair {
    seen = List.copyOf(seen);
  }

  /** What became of a pair. */
  public enum Outcome {
    /** The double fault handler was entered. */
    DOUBLE_FAULT,
    /** No handler could be entered, and the processor gave up. */
    TRIPLE_FAULT,
    /** The handler of the second exception was entered, as if there had been no first. */
    SECOND_HANDLED,
    /** The handler of the first exception was entered: the second did not come about. */
    FIRST_HANDLED,
    /** Another handler was entered, or none within the limit. */
    OTHER,
    /** It could not be tried on this kernel; the note says why. */
    NOT_TRIED
  }
}
