package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Where calls may have come from: the near call with a displacement has five bytes and begins with
 * E8 (Intel SDM vol. 2A).
 */
final class CallSites {

  static final int BYTES = 5;

  private static final int CALL = 0xe8;

  private CallSites() {}

  /** Where calls would begin that return to some addresses; a kernel's are often the highest. */
  static List<Long> before(Collection<Long> addresses) {
    return addresses.stream()
        .filter(a -> Long.compareUnsigned(a, BYTES) >= 0)
        .map(a -> a - BYTES)
        .toList();
  }

  /**
   * Where the calls among them return to.
   *
   * @param calls as {@link #before} gives them
   * @param code what is at each; shorter where not all of it is mapped
   */
  static List<Long> returns(List<Long> calls, List<byte[]> code) {
    List<Long> returns = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      byte[] bytes = code.get(i);
      if (bytes.length == BYTES && (bytes[0] & 0xff) == CALL) {
        returns.add(calls.get(i) + BYTES);
      }
    }
    return returns;
  }
}
