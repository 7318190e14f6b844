package org.bootgrade.evidence;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;

/**
 * The task state segment of long mode (Intel SDM vol. 3A, 7.7, figure 7-11).
 *
 * @param privilegeStacks RSP0 to RSP2: stacks for a switch to a more privileged level
 * @param interruptStacks IST1 to IST7: the addresses at which interrupt stacks begin, which is one
 *     past their highest byte
 * @param ioMapBase where the I/O permission map begins, as an offset in bytes
 */
public record TaskStateSegment(
    @JsonSerialize(contentUsing = Address.Writer.class)
        @JsonDeserialize(contentUsing = Address.Reader.class)
        List<Long> privilegeStacks,
    @JsonSerialize(contentUsing = Address.Writer.class)
        @JsonDeserialize(contentUsing = Address.Reader.class)
        List<Long> interruptStacks,
    int ioMapBase) {

  /** Its size in bytes without an I/O permission map. */
  public static final int SIZE = 0x68;

  public TaskStateSegment {
    privilegeStacks = List.copyOf(privilegeStacks);
    interruptStacks = List.copyOf(interruptStacks);
  }

  /**
   * The interrupt stack of a gate.
   *
   * @param ist as the gate has it, 1 to 7
   */
  public long interruptStack(int ist) {
    return interruptStacks.get(ist - 1);
  }
}
