package org.bootgrade.setup;

/** Whether this machine can build and boot submissions in containers. */
public sealed interface Readiness {

  /**
   * It can.
   *
   * @param toolchain the image that compiles
   * @param machine the image that boots
   * @param engineVersion version of the container engine
   */
  record Ready(Image toolchain, Image machine, String engineVersion) implements Readiness {}

  /**
   * It cannot, and mending that is not ours to do: it was not allowed, or needs rights we lack.
   *
   * @param what what is missing, in one sentence
   * @param mend what to do next, in one sentence
   */
  record Missing(String what, String mend) implements Readiness {}

  /**
   * An image of the engine.
   *
   * @param tag its name, {@code bootgrade/toolchain:…}
   * @param id its identity, {@code sha256:…}
   */
  record Image(String tag, String id) {}
}
