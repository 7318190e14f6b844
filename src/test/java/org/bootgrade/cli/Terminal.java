package org.bootgrade.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs commands as a terminal would and keeps what they print. */
public final class Terminal {

  public static final Path HOME =
      Path.of(System.getProperty("bootgrade.home", ".")).toAbsolutePath().normalize();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** {@code --install} where this run may install, else nothing. */
  public static String install() {
    return Boolean.getBoolean("bootgrade.install") ? "--install" : "";
  }

  public int run(String... arguments) {
    Surroundings here =
        new Surroundings(
            HOME,
            System.getenv(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(
        here, Arrays.stream(arguments).filter(a -> !a.isEmpty()).toArray(String[]::new));
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
