package org.bootgrade.grading;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * The graders of one assignment, loaded from a jar, a folder of classes, or Java sources that are
 * compiled on the spot.
 *
 * @param classLoader where they were loaded from
 * @param classes the grader classes, by name
 * @param criteria the criteria that they decide
 * @param digest {@code sha256:} and 64 hexadecimal digits over the names and the contents of the
 *     files they were loaded from; the same wherever these lie
 */
public record GraderSet(
    ClassLoader classLoader, List<Class<?>> classes, Set<String> criteria, String digest) {

  public GraderSet {
    classes = List.copyOf(classes);
    criteria = Set.copyOf(criteria);
  }

  /**
   * Graders that cannot be used: the path is wrong, or they do not compile. The instructor's to
   * mend.
   */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf gives a serializable list.
    private final List<String> otherAssignments;

    Unusable(String message) {
      this(message, Set.of());
    }

    private Unusable(String message, Set<String> otherAssignments) {
      super(message);
      this.otherAssignments = otherAssignments.stream().sorted().toList();
    }

    /** The assignments that they are for, where they are sound but for others than wanted. */
    public List<String> otherAssignments() {
      return otherAssignments;
    }

    @Override
    public String getMessage() {
      String message = super.getMessage();
      return message == null ? "" : message;
    }
  }

  /**
   * Loads graders.
   *
   * @param path a jar, a folder of class files, a .java file or a folder of .java files
   * @param assignment the assignment whose graders are wanted
   * @param scratch a folder for compiled classes
   * @throws Unusable when there are none, or they do not compile
   * @throws InfrastructureFailure when this Java cannot compile, or the disk fails
   */
  public static GraderSet load(Path path, String assignment, Path scratch)
      throws Unusable, InfrastructureFailure {
    if (!Files.exists(path)) {
      throw new Unusable("no graders at %s: there is no such file or folder.".formatted(path));
    }
    try {
      List<Path> sources = sources(path);
      String digest = sources.isEmpty() ? digestOfClasses(path) : digest(path, sources);
      Path classes = sources.isEmpty() ? path : compile(sources, scratch);
      URLClassLoader loader =
          new URLClassLoader("graders", new URL[] {url(classes)}, GraderSet.class.getClassLoader());
      List<Class<?>> graders = new ArrayList<>();
      Set<String> assignments = new TreeSet<>();
      for (String name : classNames(classes)) {
        Class<?> type = Class.forName(name, false, loader);
        Assignment declared = type.getAnnotation(Assignment.class);
        if (declared != null) {
          assignments.add(declared.value());
          if (declared.value().equals(assignment)) {
            graders.add(type);
          }
        }
      }
      if (graders.isEmpty()) {
        throw new Unusable(
            assignments.isEmpty()
                ? "%s holds no class with @Assignment.".formatted(path)
                : "%s grades %s, not '%s'."
                    .formatted(path, String.join(", ", assignments), assignment),
            assignments);
      }
      Set<String> criteria = new TreeSet<>();
      for (Class<?> grader : graders) {
        for (Method method : grader.getDeclaredMethods()) {
          Criterion criterion = method.getAnnotation(Criterion.class);
          if (criterion != null) {
            criteria.add(criterion.value());
          }
        }
      }
      return new GraderSet(loader, graders, criteria, digest);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new Unusable(
          "the graders of %s cannot be loaded: %s. They may use JUnit, AssertJ and org.bootgrade.grading."
              .formatted(path, e));
    } catch (IOException | UncheckedIOException e) {
      throw new InfrastructureFailure(
          "the graders of %s cannot be read (%s)".formatted(path, FileTrouble.reason(e, path)),
          "See that the file can be read and the disk is not full.",
          e);
    }
  }

  private static List<Path> sources(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return path.toString().endsWith(".java") ? List.of(path) : List.of();
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static Path compile(List<Path> sources, Path scratch)
      throws IOException, Unusable, InfrastructureFailure {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new InfrastructureFailure(
          "this Java has no compiler, so graders cannot be compiled",
          "Run bootgrade with a JDK, or give --graders a jar.");
    }
    Path classes = Files.createDirectories(scratch.resolve("graders"));
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    StringWriter other = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  other,
                  files,
                  diagnostics,
                  List.of(
                      "--release",
                      "17",
                      "-proc:none",
                      "-parameters",
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!compiled) {
        StringBuilder message = new StringBuilder("the graders do not compile:");
        for (Diagnostic<? extends JavaFileObject> d : diagnostics.getDiagnostics()) {
          if (d.getKind() == Diagnostic.Kind.ERROR) {
            message.append("\n  ").append(d.toString());
          }
        }
        throw new Unusable(message.toString());
      }
    }
    return classes;
  }

  /** Files besides classes count as well: a grader may read them. */
  private static String digestOfClasses(Path classes) throws IOException {
    if (Files.isDirectory(classes)) {
      try (Stream<Path> files = Files.walk(classes)) {
        return digest(classes, files.filter(Files::isRegularFile).toList());
      }
    }
    return digest(classes, List.of(classes));
  }

  /** Only names below the root count, so that moving or renaming it changes nothing. */
  private static String digest(Path root, List<Path> files) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : files) {
      contents.put(root.relativize(file).toString(), DigestUtils.sha256(Files.readAllBytes(file)));
    }
    MessageDigest all = DigestUtils.getSha256Digest();
    contents.forEach(
        (name, content) -> {
          all.update(name.getBytes(StandardCharsets.UTF_8));
          all.update((byte) 0);
          all.update(content);
        });
    return "sha256:" + Hex.encodeHexString(all.digest());
  }

  private static List<String> classNames(Path classes) throws IOException {
    if (Files.isDirectory(classes)) {
      return classNames(classes, classes);
    }
    try (FileSystem jar = FileSystems.newFileSystem(classes)) {
      Path root = jar.getPath("/");
      return classNames(root, root);
    } catch (ProviderNotFoundException | ZipException notAJar) {
      return List.of();
    }
  }

  private static List<String> classNames(Path root, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(f -> root.relativize(f).toString())
          .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
          .map(f -> f.substring(0, f.length() - ".class".length()).replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a path has a URL", e);
    }
  }
}
