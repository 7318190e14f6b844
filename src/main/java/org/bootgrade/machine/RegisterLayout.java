package org.bootgrade.machine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which registers the stub has, in which order and size, from its target description (GDB manual,
 * appendix "Target Descriptions"). QEMU's for x86-64 is gdb-xml/i386-64bit.xml; it adds the control
 * registers, EFER and the segment bases to what gdb knows.
 *
 * @param registers by name, in the order of their numbers
 */
record RegisterLayout(Map<String, Register> registers) {

  /** QEMU's file has registers that it does not give, commented out. */
  private static final Pattern COMMENT = Pattern.compile("<!--.*?(?:-->|\\z)", Pattern.DOTALL);

  // Bounded, so that text of nothing but beginnings takes no time to speak of.
  private static final Pattern REGISTER = Pattern.compile("<reg\\s([^<>]{0,1000})>");
  private static final Pattern INCLUDE = Pattern.compile("<xi:include\\s+href=\"([^\"]{1,100})\"");
  private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+)\\s*=\\s*\"([^\"]*)\"");
  private static final int MOST_REGISTERS = 1000;
  private static final int WIDEST = 4096;

  RegisterLayout {
    registers = Map.copyOf(registers);
  }

  /**
   * One register.
   *
   * @param number its number in the protocol
   * @param offset where it begins in the answer to {@code g}, in bytes
   * @param size in bytes
   */
  record Register(int number, int offset, int size) {}

  /** The files that a target description includes. */
  static Iterable<String> includes(String xml) {
    return INCLUDE.matcher(xml).results().map(found -> found.group(1)).limit(16).toList();
  }

  /**
   * Reads descriptions, in the order in which the main one includes them. What is not a well-formed
   * register is left out.
   */
  static RegisterLayout parse(String xml) {
    Map<String, Register> registers = new LinkedHashMap<>();
    int number = 0;
    int offset = 0;
    Matcher element = REGISTER.matcher(COMMENT.matcher(xml).replaceAll(" "));
    while (element.find() && registers.size() < MOST_REGISTERS) {
      String name = "";
      int bits = 0;
      Matcher attribute = ATTRIBUTE.matcher(element.group(1));
      while (attribute.find()) {
        String value = attribute.group(2);
        switch (attribute.group(1)) {
          case "name" -> name = value;
          case "bitsize" -> bits = number(value, bits);
          case "regnum" -> number = number(value, number);
          default -> {
            // type, group and the like are for people.
          }
        }
      }
      if (name.isEmpty() || bits <= 0 || bits > WIDEST || bits % 8 != 0) {
        continue;
      }
      registers.put(name, new Register(number, offset, bits / 8));
      number++;
      offset += bits / 8;
    }
    return new RegisterLayout(registers);
  }

  private static int number(String text, int otherwise) {
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
  }
}
