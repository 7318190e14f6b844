package org.bootgrade.setup;

/** A step met something that is not ours to mend; becomes {@link Readiness.Missing}. */
final class Obstacle extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String mend;

  Obstacle(String what, String mend) {
    super(what);
    this.what = what;
    this.mend = mend;
  }

  Readiness.Missing asMissing() {
    return new Readiness.Missing(what, mend);
  }
}
