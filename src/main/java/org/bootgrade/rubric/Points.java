package org.bootgrade.rubric;

import java.math.BigDecimal;

/** Points are exact decimals in one form, so that equal amounts are equal objects. */
final class Points {

  private Points() {}

  /** The same amount without trailing zeros and without an exponent: 10, 2.5. */
  static BigDecimal plain(BigDecimal points) {
    BigDecimal stripped = points.stripTrailingZeros();
    // 100 strips to 1E+2, which prints as such.
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
