package org.bootgrade.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What the suite made for attacks to aim at, and nothing else: two listeners on loopback and some
 * files. A submission names them by place holders.
 */
final class Grounds implements AutoCloseable {

  /** What can be reached. */
  static final String TCP = "the TCP listener";

  static final String UDP = "the UDP listener";
  static final String FILE = "the planted file";
  static final String SECRET = "the secret";

  private final Path folder;
  private final String secret = "secret-" + UUID.randomUUID();
  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final Set<String> reached = ConcurrentHashMap.newKeySet();

  /**
   * @param folder to plant files in
   */
  Grounds(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    plant();
    InetAddress here = InetAddress.getLoopbackAddress();
    this.tcp = new ServerSocket(0, 50, here);
    this.udp = new DatagramSocket(new InetSocketAddress(here, 0));
    daemon("accepting", this::accept);
    daemon("receiving", this::receive);
  }

  private void plant() throws IOException {
    Files.writeString(folder.resolve("secret.txt"), secret + "\n");
    Files.writeString(folder.resolve("outside.txt"), "nobody may change this\n");
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!tcp.isClosed()) {
      try {
        tcp.accept().close();
        reached.add(TCP);
      } catch (SocketException closed) {
        return;
      } catch (IOException e) {
        throw new IllegalStateException("the listener broke", e);
      }
    }
  }

  private void receive() {
    while (!udp.isClosed()) {
      try {
        udp.receive(new DatagramPacket(new byte[512], 512));
        reached.add(UDP);
      } catch (SocketException closed) {
        return;
      } catch (IOException e) {
        throw new IllegalStateException("the listener broke", e);
      }
    }
  }

  /** The folder of what is planted. */
  Path folder() {
    return folder;
  }

  /** What nobody may come to know. */
  String secret() {
    return secret;
  }

  /** A text with its place holders filled in. */
  String fill(String text) {
    return text.replace("@TCP@", Integer.toString(tcp.getLocalPort()))
        .replace("@UDP@", Integer.toString(udp.getLocalPort()))
        .replace("@OUTSIDE@", folder.resolve("outside.txt").toString())
        .replace("@SECRET@", folder.resolve("secret.txt").toString())
        .replace("@PLANTED@", folder.toString());
  }

  byte[] fill(byte[] content) {
    return fill(new String(content, UTF_8)).getBytes(UTF_8);
  }

  /**
   * What was reached since it was last asked.
   *
   * @param output what the attacker has told
   */
  Set<String> reached(String output) throws IOException, InterruptedException {
    // A datagram is there a moment after it was sent.
    Thread.sleep(200);
    Set<String> all = new java.util.TreeSet<>(reached);
    reached.clear();
    if (!Files.readString(folder.resolve("outside.txt")).equals("nobody may change this\n")) {
      all.add(FILE);
    }
    if (output.contains(secret)) {
      all.add(SECRET);
    }
    plant();
    return all;
  }

  /** Every file below a folder, with its time and the digest of its content. */
  static SortedMap<String, String> listing(Path of) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(of)) {
      for (Path file : files.toList()) {
        String name = of.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          found.put(name, "a link to " + Files.readSymbolicLink(file));
        } else if (Files.isRegularFile(file)) {
          found.put(name, Files.getLastModifiedTime(file) + " " + digest(file));
        } else {
          found.put(name, Files.isDirectory(file) ? "a folder" : "something else");
        }
      }
    }
    return found;
  }

  private static String digest(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    tcp.close();
    udp.close();
  }
}
