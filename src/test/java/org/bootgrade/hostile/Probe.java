package org.bootgrade.hostile;

/** Rust programs that try what they must not be able to do. They use the standard library alone. */
final class Probe {

  /** What every probe says at its end, so that a case can tell that it was not left out. */
  static final String RAN = "the probe ran to its end";

  /** What probes share. */
  private static final String HELPERS =
      """
      #[allow(dead_code)]
      fn say(what: &str) {
          for line in what.lines() {
              println!("cargo:warning=probe: {line}");
          }
      }

      #[allow(dead_code)]
      fn show(path: &str) {
          match std::fs::read(path) {
              Ok(bytes) => say(&format!("{path} holds {}", String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]))),
              Err(e) => say(&format!("{path}: {e}")),
          }
      }

      /// Starts a shell that outlives this build, in a session of its own.
      #[allow(dead_code)]
      fn leave_behind(script: &str) {
          use std::process::{Command, Stdio};
          Command::new("setsid")
              .args(["-f", "sh", "-c", script])
              .stdin(Stdio::null())
              .stdout(Stdio::null())
              .stderr(Stdio::null())
              .status()
              .expect("setsid starts");
      }
      """;

  private Probe() {}

  /**
   * A whole program.
   *
   * @param body its main function's statements
   */
  static String program(String body) {
    return "fn main() {\n" + main(body) + "}\n\n" + HELPERS;
  }

  /** The statements, and the words that say they were executed. */
  static String main(String body) {
    return body.indent(4) + "    say(\"" + RAN + "\");\n";
  }

  /** The same for a procedural macro: what it writes to standard error, cargo passes on. */
  static String helpersOfAMacro() {
    return HELPERS.replace("println!(\"cargo:warning=", "eprintln!(\"");
  }
}
