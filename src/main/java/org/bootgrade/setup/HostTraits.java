package org.bootgrade.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What an image takes from this machine so that commands in it reach the world as the machine does:
 * Debian's package sources, CA certificates, proxies. As files of a build context, under {@code
 * host/}.
 *
 * <p>Never taken: sources of other vendors (their keys and packages have no business in an image),
 * and anything that holds a password (an image is easily given away).
 */
final class HostTraits {
  private static final Set<String> SUITES =
      Set.of("bookworm", "bookworm-updates", "bookworm-security");
  private static final List<String> BUNDLES =
      List.of(
          "etc/ssl/certs/ca-certificates.crt",
          "etc/pki/tls/certs/ca-bundle.crt",
          "etc/ssl/ca-bundle.pem",
          "etc/ssl/cert.pem");
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final Pattern ONE_LINE =
      Pattern.compile("^deb\\s+(?:\\[([^\\]]*)\\]\\s+)?(\\S+)\\s+(\\S+)\\s+(.+)$");
  private static final Pattern APT_SETTING =
      Pattern.compile(
          "^Acquire::(?:Check-Valid-Until|Check-Date|https?::Proxy(?:::[^ ]+)?) \"[^\"@]*\";$");
  private static final List<String> PROXIES =
      List.of(
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY");

  private final Host host;

  HostTraits(Host host) {
    this.host = host;
  }

  /**
   * What shapes an image: the package sources, and the CA certificates that this machine has beyond
   * those of its distribution. (The distribution's change every few months and are in the image
   * anyway; rebuilding for them would be a minute for nothing.)
   */
  Map<String, byte[]> shaping() {
    Map<String, byte[]> files = new TreeMap<>();
    sources().forEach((name, text) -> files.put("host/apt/" + name, bytes(text)));
    for (String certificate : ownCertificates()) {
      String digest = sha256(bytes(certificate)).substring(0, 12);
      files.put("host/ca/machine-" + digest + ".crt", bytes(certificate));
    }
    return files;
  }

  /** What a build needs besides, to get as far as installing a package. */
  Map<String, byte[]> helping() throws InterruptedException {
    Map<String, byte[]> files = new TreeMap<>();
    String bundle = bundle();
    if (!bundle.isEmpty()) {
      files.put("host/ca-bundle.crt", bytes(bundle));
    }
    String settings = aptSettings();
    if (!settings.isEmpty()) {
      files.put("host/apt.conf", bytes(settings));
    }
    return files;
  }

  /** Proxies of the environment; a builder passes these on without keeping them in the image. */
  Map<String, String> proxies() {
    Map<String, String> args = new TreeMap<>();
    for (String name : PROXIES) {
      String value = host.environment().getOrDefault(name, "");
      if (!value.isEmpty()) {
        args.put(name, value);
      }
    }
    return args;
  }

  /** Debian bookworm's package sources of this machine, by file name. */
  Map<String, String> sources() {
    Map<String, String> found = new TreeMap<>();
    Path apt = host.root().resolve("etc/apt");
    List<Path> files = new ArrayList<>(List.of(apt.resolve("sources.list")));
    files.addAll(list(apt.resolve("sources.list.d")));
    for (Path file : files) {
      String name = file.getFileName().toString();
      String kept = "";
      if (name.endsWith(".list")) {
        kept = oneLineSources(read(file));
      } else if (name.endsWith(".sources")) {
        kept = stanzas(read(file));
      }
      if (!kept.isEmpty()) {
        found.put(name, kept);
      }
    }
    return found;
  }

  private static String oneLineSources(String text) {
    StringBuilder kept = new StringBuilder();
    for (String line : text.lines().map(String::strip).toList()) {
      Matcher source = ONE_LINE.matcher(line);
      if (source.matches()) {
        String options = source.group(1) == null ? "" : source.group(1);
        String signedBy = "";
        for (String option : options.trim().split("\\s+", -1)) {
          if (option.startsWith("signed-by=")) {
            signedBy = option.substring("signed-by=".length());
          }
        }
        if (isDebian(source.group(2), words(source.group(3)), words(source.group(4)), signedBy)) {
          kept.append(line).append('\n');
        }
      }
    }
    return kept.toString();
  }

  private static String stanzas(String text) {
    StringBuilder kept = new StringBuilder();
    for (String stanza : text.split("\\n[ \\t]*\\n", -1)) {
      Map<String, String> fields = new TreeMap<>();
      StringBuilder clean = new StringBuilder();
      String key = "";
      for (String line : stanza.lines().filter(l -> !l.startsWith("#")).toList()) {
        if (line.isBlank()) {
          continue;
        }
        clean.append(line).append('\n');
        int colon = line.indexOf(':');
        if (Character.isWhitespace(line.charAt(0))) {
          fields.merge(key, line.strip(), (a, b) -> a + " " + b);
        } else if (colon > 0) {
          key = line.substring(0, colon).toLowerCase(Locale.ROOT);
          fields.put(key, line.substring(colon + 1).strip());
        }
      }
      if (words(fields.getOrDefault("types", "")).contains("deb")
          && !fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no")
          && isDebian(
              fields.getOrDefault("uris", ""),
              words(fields.getOrDefault("suites", "")),
              words(fields.getOrDefault("components", "")),
              fields.getOrDefault("signed-by", ""))) {
        kept.append(clean).append('\n');
      }
    }
    return kept.toString();
  }

  /** Whether a source is Debian's own: its suites, its components, its key. */
  private static boolean isDebian(
      String uris, List<String> suites, List<String> components, String signedBy) {
    boolean secret = uris.contains("@");
    boolean local = !uris.startsWith("http");
    boolean theirKey =
        signedBy.isEmpty()
            || (signedBy.startsWith("/usr/share/keyrings/debian-archive-")
                && !signedBy.contains(" "));
    return !secret
        && !local
        && theirKey
        && !suites.isEmpty()
        && SUITES.containsAll(suites)
        && components.contains("main");
  }

  private List<String> ownCertificates() {
    Set<String> distribution = new HashSet<>();
    Path shipped = host.root().resolve("usr/share/ca-certificates");
    if (Files.isDirectory(shipped)) {
      try (Stream<Path> files = Files.walk(shipped)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> distribution.addAll(certificates(read(file))));
      } catch (IOException e) {
        distribution.clear(); // then all are passed on: more than needed, never less
      }
    }
    return certificates(bundle()).stream().filter(c -> !distribution.contains(c)).toList();
  }

  private String bundle() {
    List<Path> candidates = new ArrayList<>();
    String named = host.environment().getOrDefault("SSL_CERT_FILE", "");
    if (named.startsWith("/")) {
      candidates.add(host.root().resolve(named.substring(1)));
    }
    BUNDLES.forEach(name -> candidates.add(host.root().resolve(name)));
    return candidates.stream()
        .map(HostTraits::read)
        .filter(text -> text.contains("BEGIN CERTIFICATE"))
        .findFirst()
        .orElse("");
  }

  /**
   * Every certificate of a text. A bundle is made by putting files one after the other, so equal
   * certificates are equal as text. (And no regular expression: this is on the way of every
   * command, over 150 certificates.)
   */
  private static List<String> certificates(String text) {
    List<String> found = new ArrayList<>();
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      int end = text.indexOf(END, begin);
      if (end < 0) {
        break;
      }
      found.add(text.substring(begin, end) + END + "\n");
      begin = text.indexOf(BEGIN, end);
    }
    return found;
  }

  private String aptSettings() throws InterruptedException {
    if (host.find("apt-config").isEmpty()) {
      return "";
    }
    try {
      StringBuilder kept = new StringBuilder();
      host.run(List.of("apt-config", "dump"), Map.of(), Duration.ofSeconds(10), null)
          .stdout()
          .lines()
          .filter(line -> APT_SETTING.matcher(line).matches())
          .forEach(line -> kept.append(line).append('\n'));
      return kept.toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> words(String text) {
    return Stream.of(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String read(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String sha256(byte[]... parts) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    for (byte[] part : parts) {
      digest.update(part);
      digest.update((byte) 0);
    }
    return Hex.encodeHexString(digest.digest());
  }
}
