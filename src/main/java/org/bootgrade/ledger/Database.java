package org.bootgrade.ledger;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which database.
 *
 * @param url as JDBC has it
 * @param user empty where the URL names one, or none is wanted
 * @param password empty as above
 */
public record Database(String url, String user, String password) {

  private static final String POSTGRESQL = "postgresql:";

  /**
   * A file that one process at a time may use.
   *
   * @param folder where it lies; made where it is not there
   */
  public static Database file(Path folder) {
    // A semicolon would begin an option.
    String path = folder.toAbsolutePath().resolve("bootgrade").toString();
    if (path.indexOf(';') >= 0) {
      throw new IllegalArgumentException("a database cannot be in a folder with a semicolon");
    }
    // "async": a thread that is interrupted while it reads or writes would otherwise close the
    // file.
    return new Database(
        "jdbc:h2:async:" + path + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0", "", "");
  }

  /**
   * A PostgreSQL server.
   *
   * @param url {@code postgresql://[USER[:PASSWORD]@]HOST[:PORT]/NAME[?OPTIONS]}, also with {@code
   *     jdbc:} before it
   * @param user of the server, in place of the URL's; null for that
   * @param password as above
   * @throws IllegalArgumentException with a sentence for whoever wrote it
   */
  public static Database server(String url, @Nullable String user, @Nullable String password) {
    String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
    if (plain.startsWith("postgres://")) {
      plain = POSTGRESQL + plain.substring("postgres:".length());
    }
    try {
      URI uri = new URI(plain);
      if (!plain.startsWith(POSTGRESQL + "//") || uri.getHost() == null) {
        throw new IllegalArgumentException(
            "no address of a PostgreSQL database; write postgresql://HOST/NAME");
      }
      String info = uri.getUserInfo() == null ? "" : uri.getUserInfo();
      int colon = info.indexOf(':');
      String named = colon < 0 ? info : info.substring(0, colon);
      String secret = colon < 0 ? "" : info.substring(colon + 1);
      String address =
          new URI(
                  uri.getScheme(),
                  null,
                  uri.getHost(),
                  uri.getPort(),
                  uri.getPath(),
                  uri.getQuery(),
                  null)
              .toString();
      return new Database(
          "jdbc:" + address, user == null ? named : user, password == null ? secret : password);
    } catch (URISyntaxException e) {
      // Its message quotes the URL, which may hold a password.
      throw new IllegalArgumentException(
          "no address of a PostgreSQL database: it is wrong at character %d; write postgresql://HOST/NAME"
              .formatted(e.getIndex() + 1),
          e);
    }
  }

  /** Whether several processes may use it. */
  public boolean shared() {
    return !url.startsWith("jdbc:h2:");
  }

  /** Where it is, without what nobody should read. */
  public String place() {
    int options = Math.max(url.indexOf(';'), url.indexOf('?'));
    String shown = options < 0 ? url : url.substring(0, options);
    return shown.substring("jdbc:".length());
  }

  @Override
  public String toString() {
    return place();
  }
}
