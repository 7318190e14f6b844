package org.bootgrade.evidence;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code evidence/} of a submission: {@code evidence.json}, and beside it the boot
 * images, the unstripped programs and the logs that it names. It appears whole or not at all.
 */
public final class EvidenceStore {

  private static final String DOCUMENT = "evidence.json";

  /** The folder in it of what was worked out from the document. */
  private static final String KEPT = "kept";

  /** In bytes. File systems take 255, and some extensions come behind it. */
  private static final int LONGEST_NAME = 200;

  private static final int SHORTENED_NAME = 160;

  /** One for all: it learns the form of the records, which takes as long as reading them. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(new SimpleModule().addDeserializer(String.class, new WholeText()))
          .build();

  private final Path folder;

  /**
   * The store of one submission.
   *
   * @param folder {@code OUT/SUBMISSION/evidence}; need not be there yet
   */
  public EvidenceStore(Path folder) {
    this.folder = folder;
  }

  /**
   * What a file about a program or a boot is called, without its extension. Names of programs are
   * students', and may be as long as a file's name can be.
   *
   * @param id of a program or a boot
   */
  public static String fileName(String id) {
    String name = id.replace('/', '-');
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST_NAME) {
      return name;
    }
    int end = 0;
    int length = 0;
    while (length < SHORTENED_NAME) {
      int character = name.codePointAt(end);
      length += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
      end += Character.charCount(character);
    }
    return name.substring(0, end) + "-" + DigestUtils.sha256Hex(bytes).substring(0, 16);
  }

  /** The bytes of {@code evidence.json}; the same for the same evidence. */
  public byte[] document(Evidence evidence) {
    try {
      String text =
          MAPPER
              .writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultIndenter("  ", "\n")))
              .writeValueAsString(evidence);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("evidence can be written as JSON", e);
    }
  }

  /**
   * Replaces what the folder holds.
   *
   * @param evidence the evidence
   * @param files its files, by path relative to the folder
   * @throws InfrastructureFailure when the disk fails
   */
  public void write(Evidence evidence, Map<String, byte[]> files) throws InfrastructureFailure {
    try (Draft draft = begin()) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        draft.add(file.getKey(), file.getValue());
      }
      draft.finish(evidence);
    }
  }

  /**
   * Begins to gather the files of evidence that will replace what the folder holds.
   *
   * @throws InfrastructureFailure when the disk fails
   */
  public Draft begin() throws InfrastructureFailure {
    Path unfinished = unfinished();
    try {
      Folders.remove(unfinished);
      Files.createDirectories(unfinished);
    } catch (IOException e) {
      throw notWritten(e);
    }
    return new Draft(unfinished);
  }

  /** Evidence of which not all is known yet. Nothing is left of it unless it is finished. */
  public final class Draft implements AutoCloseable {
    private final Path unfinished;

    private Draft(Path unfinished) {
      this.unfinished = unfinished;
    }

    /** Where files may be put that are too large to be held, until it is finished. */
    public Path folder() {
      return unfinished;
    }

    /**
     * Adds a file.
     *
     * @param name its path relative to the folder
     * @throws InfrastructureFailure when the disk fails
     */
    public void add(String name, byte[] content) throws InfrastructureFailure {
      Path path = unfinished.resolve(name).normalize();
      if (!path.startsWith(unfinished)) {
        throw new IllegalArgumentException("not below the evidence folder: " + name);
      }
      try {
        Files.createDirectories(path.getParent());
        Files.write(path, content);
      } catch (IOException e) {
        throw notWritten(e);
      }
    }

    /**
     * Replaces what the store's folder holds.
     *
     * @throws InfrastructureFailure when the disk fails
     */
    public void finish(Evidence evidence) throws InfrastructureFailure {
      try {
        Files.write(unfinished.resolve(DOCUMENT), document(evidence));
        Folders.remove(folder);
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw notWritten(e);
      }
    }

    @Override
    public void close() throws InfrastructureFailure {
      try {
        Folders.remove(unfinished);
      } catch (IOException e) {
        throw notWritten(e);
      }
    }
  }

  /**
   * Replaces what the folder holds by what another one holds, but for what was worked out from it.
   *
   * @throws InfrastructureFailure when the disk fails
   */
  public void copy(EvidenceStore other) throws InfrastructureFailure {
    Path unfinished = unfinished();
    try {
      Folders.remove(unfinished);
      Files.walkFileTree(
          other.folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              if (path.equals(other.folder.resolve(KEPT))) {
                // Whoever judges that one may be writing there.
                return FileVisitResult.SKIP_SUBTREE;
              }
              Files.createDirectories(copied(path));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
              if (attributes.isRegularFile()) {
                Files.copy(path, copied(path));
              }
              return FileVisitResult.CONTINUE;
            }

            private Path copied(Path path) {
              return unfinished.resolve(other.folder.relativize(path).toString());
            }
          });
      Folders.remove(folder);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private Path unfinished() {
    return folder.resolveSibling(folder.getFileName() + ".new");
  }

  private InfrastructureFailure notWritten(IOException e) {
    return new InfrastructureFailure(
        "the evidence could not be written to %s (%s)"
            .formatted(folder, FileTrouble.reason(e, folder)),
        "See that the folder can be written and the disk is not full, then run the command again.",
        e);
  }

  /** Whether the folder holds a document at all. */
  public boolean exists() {
    return Files.isRegularFile(folder.resolve(DOCUMENT));
  }

  /**
   * Reads the evidence back.
   *
   * @throws InfrastructureFailure when there is none, it was written in the form of another
   *     version, or it is damaged; the message says which
   */
  public Evidence read() throws InfrastructureFailure {
    return read(bytes());
  }

  private byte[] bytes() throws InfrastructureFailure {
    Path file = folder.resolve(DOCUMENT);
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw unreadable("there is no evidence in %s".formatted(folder), e);
    } catch (IOException e) {
      throw unread(file, e);
    }
  }

  private Evidence read(byte[] document) throws InfrastructureFailure {
    Path file = folder.resolve(DOCUMENT);
    try {
      String schema = schema(document);
      if (!schema.equals(Evidence.SCHEMA)) {
        throw unreadable(
            schema.matches("[a-z0-9/.-]{1,60}")
                ? "%s has the form %s, and this version of bootgrade reads %s"
                    .formatted(file, schema, Evidence.SCHEMA)
                : "%s is no evidence of bootgrade: it names no form".formatted(file),
            null);
      }
      Evidence evidence = MAPPER.readValue(document, Evidence.class);
      Optional<String> missing = Complete.firstMissing(evidence);
      if (missing.isPresent()) {
        throw unreadable("%s is damaged: it has no %s".formatted(file, missing.get()), null);
      }
      return evidence;
    } catch (JsonParseException e) {
      // The parser's own words quote the file, which may hold anything.
      throw unreadable(
          "%s is damaged: it is no JSON from line %d, column %d on"
              .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()),
          e);
    } catch (JsonProcessingException e) {
      throw unreadable(
          "%s is damaged: it does not have the form %s".formatted(file, Evidence.SCHEMA), e);
    } catch (IOException e) {
      throw unread(file, e);
    }
  }

  /**
   * Reads the evidence of a submission back.
   *
   * @param digest the digest of the submission's files; null for none, which fits no evidence
   * @throws InfrastructureFailure as for {@link #read()}, and when it is of another submission
   */
  public Evidence read(@Nullable String digest) throws InfrastructureFailure {
    return read(bytes(), digest);
  }

  /**
   * The evidence of a submission, to be read where it is asked for.
   *
   * @param digest as for {@link #read(String)}
   * @throws InfrastructureFailure when there is none
   */
  public StoredEvidence stored(@Nullable String digest) throws InfrastructureFailure {
    return new StoredEvidence(this, bytes(), digest, true, null);
  }

  /**
   * The same, where what it says is known, because it was written a moment ago.
   *
   * @param evidence what it says
   * @param digest as above
   */
  public StoredEvidence stored(Evidence evidence, String digest) throws InfrastructureFailure {
    return new StoredEvidence(this, bytes(), digest, true, evidence);
  }

  /** Where something is kept that was worked out from the document. */
  KeptFile kept(String what) {
    return new KeptFile(folder.resolve(KEPT).resolve(what + ".json"), MAPPER);
  }

  /**
   * Tells apart what was made of documents with the help of more.
   *
   * @param digest of the document
   */
  static String key(String digest, Object... more) {
    try {
      return DigestUtils.sha256Hex(MAPPER.writeValueAsBytes(List.of(digest, more)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("what something rests on has to be JSON", e);
    }
  }

  /** What a document says of a submission. */
  Evidence read(byte[] document, @Nullable String digest) throws InfrastructureFailure {
    Evidence evidence = read(document);
    if (!evidence.submissionDigest().equals(digest)) {
      throw unreadable(
          "%s is of another submission than its result".formatted(folder.resolve(DOCUMENT)), null);
    }
    return evidence;
  }

  /** What a document says of its form, wherever it says so; empty where it does not. */
  private static String schema(byte[] document) throws IOException {
    try (JsonParser parser = MAPPER.createParser(document)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
          JsonToken value = parser.nextToken();
          if (field.equals("schema")) {
            return value == JsonToken.VALUE_STRING ? parser.getText() : "";
          }
          parser.skipChildren();
        }
      }
      return "";
    }
  }

  private static InfrastructureFailure unread(Path file, IOException e) {
    return unreadable("%s cannot be read (%s)".formatted(file, FileTrouble.reason(e, file)), e);
  }

  private static InfrastructureFailure unreadable(String what, @Nullable Throwable cause) {
    String mend = "Grade the submission again with --force.";
    return cause == null
        ? new InfrastructureFailure(what, mend)
        : new InfrastructureFailure(what, mend, cause);
  }
}
