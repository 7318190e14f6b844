package org.bootgrade.contents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * The files of a folder, each kept by its content; the list of them is kept in the same way, so one
 * digest stands for the whole folder.
 *
 * @param files by their paths in the folder, with {@code /}, in the order of these
 */
public record FileList(Map<String, Content> files) {

  /** A list has a hundred bytes for each file, and none of our folders has ten thousand. */
  private static final int LONGEST = 1 << 20;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  public FileList {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /**
   * Keeps all regular files of a folder.
   *
   * @return the digest of their list
   * @throws InfrastructureFailure when they cannot be read or kept
   */
  public static String keep(Path folder, Contents contents) throws InfrastructureFailure {
    Map<String, Content> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(path)) {
          files.put(
              folder.relativize(path).toString().replace('\\', '/'),
              contents.put(in, Long.MAX_VALUE));
        }
      }
      byte[] list = MAPPER.writeValueAsBytes(new FileList(files));
      return contents.put(new ByteArrayInputStream(list), LONGEST).digest();
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be read (%s)".formatted(folder, FileTrouble.reason(e, folder)),
          "See that the folder can be read and the disk is not full.",
          e);
    }
  }

  /**
   * Reads a list.
   *
   * @param digest of the list
   * @throws InfrastructureFailure when it is not there, or is none
   */
  public static FileList read(String digest, Contents contents) throws InfrastructureFailure {
    try (InputStream in = contents.open(digest)) {
      return MAPPER.readValue(in.readNBytes(LONGEST), FileList.class);
    } catch (JsonProcessingException e) {
      throw new InfrastructureFailure(
          "%s is no list of files".formatted(digest), "Restore the store from a back-up.", e);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be read (%s)".formatted(digest, FileTrouble.reason(e, null)),
          "See that the store can be read.",
          e);
    }
  }

  /** A file, where there is one of that path. */
  public Optional<Content> file(String path) {
    return Optional.ofNullable(files.get(path));
  }
}
