package org.bootgrade.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bootgrade.cli.Terminal;

/**
 * The files of a submission. It begins with a right sample, so that the right verdict is clear: all
 * that an edit does not spoil must still hold. Every method returns another tree.
 *
 * @param files path to content
 */
record Tree(SortedMap<String, byte[]> files) {

  private static final Path SAMPLE =
      Terminal.HOME.resolve("src/samples/double-faults/modern-blog-os");

  /** Where statements for the kernel are put. */
  private static final String END = "    println!(\"It did not crash!\");\n";

  private static final String BEGINNING = "    println!(\"Hello World{}\", \"!\");\n";
  private static final String END_OF_MAIN = END + "    blog_os::hlt_loop()\n";

  /** The sample, with its kernel and the one test that overflows the stack. */
  static Tree right() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(SAMPLE)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(SAMPLE.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.remove("expected.json");
    return new Tree(files)
        .without("tests/basic_boot.rs")
        .without("tests/should_panic.rs")
        .replace("Cargo.toml", "[[test]]\nname = \"should_panic\"\nharness = false\n\n", "");
  }

  Tree with(String path, byte[] content) {
    return changed(
        all -> {
          all.put(path, content.clone());
          return all;
        });
  }

  Tree with(String path, String text) {
    return with(path, text.getBytes(UTF_8));
  }

  Tree without(String path) {
    return changed(
        all -> {
          if (all.remove(path) == null) {
            throw new IllegalArgumentException("there is no " + path);
          }
          return all;
        });
  }

  /** Replaces a text that occurs once. */
  Tree replace(String path, String find, String replacement) {
    String text = text(path);
    int at = text.indexOf(find);
    if (at < 0 || text.indexOf(find, at + 1) >= 0) {
      throw new IllegalArgumentException(path + " does not hold once: " + find);
    }
    return with(path, text.replace(find, replacement));
  }

  /** Puts a text before all else of a file. */
  Tree before(String path, String text) {
    return with(path, text + text(path));
  }

  /** Adds a text to the end of a file. */
  Tree after(String path, String text) {
    return with(path, text(path) + text);
  }

  /** A build script with this main function; it says that it has run. */
  Tree buildScript(String body) {
    return with("build.rs", Probe.program(body));
  }

  /** Statements for the kernel, after its initialisation and its breakpoint. */
  Tree inKernel(String statements) {
    return replace("src/main.rs", END, "    unsafe {\n" + statements + "    }\n" + END)
        .before("src/main.rs", "#![allow(unused, static_mut_refs)]\n");
  }

  /** Statements that the kernel begins with, before it has initialised anything. */
  Tree kernelBeginsWith(String statements) {
    return replace("src/main.rs", BEGINNING, "    unsafe {\n" + statements + "    }\n" + BEGINNING)
        .before("src/main.rs", "#![allow(unused, static_mut_refs, unreachable_code)]\n");
  }

  /** Statements in place of the kernel's last words and its endless loop of hlt. */
  Tree kernelEndsWith(String statements) {
    return replace("src/main.rs", END_OF_MAIN, "    unsafe {\n" + statements + "    }\n")
        .before("src/main.rs", "#![allow(unused, static_mut_refs, unreachable_code)]\n");
  }

  /**
   * A procedural macro of the submission's own, called by its library. Its manifest is always the
   * same, because the crates of each other set have to be compiled once.
   *
   * @param body what it does before it expands to nothing
   */
  Tree macro(String body) {
    return with(
            "spell/Cargo.toml",
            """
            [package]
            name = "spell"
            version = "0.1.0"
            edition = "2021"

            [lib]
            proc-macro = true
            """)
        .with(
            "spell/src/lib.rs",
            """
            #![allow(unused)]
            use proc_macro::TokenStream;

            #[proc_macro]
            pub fn cast(_input: TokenStream) -> TokenStream {
            %s
                TokenStream::new()
            }

            %s
            """
                .formatted(Probe.main(body), Probe.helpersOfAMacro()))
        .replace("Cargo.toml", "spin = \"0.9\"\n", "spin = \"0.9\"\nspell = { path = \"spell\" }\n")
        .replace("src/lib.rs", "pub mod gdt;\n", "spell::cast!();\n\npub mod gdt;\n")
        .replace("Cargo.lock", " \"lazy_static\",\n", " \"lazy_static\",\n \"spell\",\n")
        .replace(
            "Cargo.lock",
            "[[package]]\nname = \"spin\"\nversion = \"0.9",
            "[[package]]\nname = \"spell\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"spin\"\nversion = \"0.9");
  }

  void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  String text(String path) {
    byte[] content = files.get(path);
    if (content == null) {
      throw new IllegalArgumentException("there is no " + path);
    }
    return new String(content, UTF_8);
  }

  private Tree changed(UnaryOperator<SortedMap<String, byte[]>> change) {
    return new Tree(change.apply(new TreeMap<>(files)));
  }
}
