package org.bootgrade.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Tells apart this build of bootgrade from all others: what one has worked out, another may see
 * differently, also where both have the same version.
 */
final class ThisBuild {

  private ThisBuild() {}

  /**
   * The same for the same classes and resources; empty where they do not come from one archive, as
   * in a development environment.
   */
  static String digest() {
    CodeSource source = ThisBuild.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? "" : digest(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException noFile) {
      return "";
    }
  }

  /** As above, of an archive. Its directory has a check sum of everything in it. */
  static String digest(Path archive) {
    if (!Files.isRegularFile(archive)) {
      return "";
    }
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      MessageDigest digest = DigestUtils.getSha256Digest();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        digest.update(
            "%s %d %x\n"
                .formatted(entry.getName(), entry.getSize(), entry.getCrc())
                .getBytes(StandardCharsets.UTF_8));
      }
      return Hex.encodeHexString(digest.digest());
    } catch (IOException notAnArchive) {
      return "";
    }
  }
}
