package org.bootgrade.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs an interactive program of the user's own, such as a debugger, on the user's terminal. */
public final class TerminalCommand {

  private TerminalCommand() {}

  /**
   * Finds a program as a shell would.
   *
   * @param path the variable {@code PATH}
   */
  public static Optional<Path> find(String name, String path) {
    for (String folder : path.split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  /**
   * Runs a program to its end, with our standard streams. Ctrl-C is meant for the program alone
   * meanwhile: a debugger stops its guest by it.
   *
   * @param argv the program and its words
   * @return its exit status
   * @throws IOException it could not be started
   * @throws InterruptedException the calling thread was interrupted; the program was ended
   */
  public static int run(List<String> argv) throws IOException, InterruptedException {
    Object before = interruptSignal(ignoring());
    try {
      Process process = new ProcessBuilder(argv).inheritIO().start();
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        process.destroy();
        throw e;
      }
    } finally {
      interruptSignal(before);
    }
  }

  private static Object ignoring() {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      return handler.getField("SIG_IGN").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every JDK has the module jdk.unsupported", e);
    }
  }

  /**
   * Sets what happens at SIGINT. By reflection, because the compiler warns of this class whatever
   * one says, and there is no other in the JDK.
   *
   * @return what happened before
   */
  private static Object interruptSignal(Object handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      return signal
          .getMethod("handle", signal, type)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every JDK has the module jdk.unsupported", e);
    }
  }
}
