package org.bootgrade.dispatch;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import org.bootgrade.ledger.Database;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same on PostgreSQL, where jobs are locked as they are fetched. */
class DispatchIT extends DispatchTest {

  private static EmbeddedPostgres server;

  @BeforeAll
  static void begin() throws Exception {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void end() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  Database database() throws Exception {
    String name = "d" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return Database.server(
        "postgresql://127.0.0.1:%d/%s".formatted(server.getPort(), name), "postgres", "");
  }
}
