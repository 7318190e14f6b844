package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.math.MathContext;

/** Points are exact decimals in one form, so that equal amounts are equal objects. */
public final class Points {

  /** Nobody gives more digits; without a bound, 1e999999999 would be written out in full. */
  private static final int MOST_DIGITS = 18;

  private Points() {}

  /**
   * The same amount without trailing zeros and without an exponent: 10, 2.5.
   *
   * @throws IllegalArgumentException if it has more digits than anybody gives
   */
  public static BigDecimal plain(BigDecimal points) {
    BigDecimal stripped = points.stripTrailingZeros();
    if (Math.abs((long) stripped.precision() - stripped.scale()) > MOST_DIGITS
        || stripped.scale() > MOST_DIGITS) {
      throw new IllegalArgumentException(
          "an amount of points has too many digits: " + stripped.round(new MathContext(3)));
    }
    // 100 strips to 1E+2, which prints as such.
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
