package org.bootgrade.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A ledger on PostgreSQL. */
class LedgerIT extends LedgerContract {

  private static EmbeddedPostgres server;
  private static Ledger ledger;

  @BeforeAll
  static void open() throws Exception {
    server = EmbeddedPostgres.start();
    ledger =
        Ledger.open(
            Database.server(
                "postgresql://127.0.0.1:%d/postgres".formatted(server.getPort()), "postgres", ""),
            InstantSource.fixed(NOW));
  }

  @AfterAll
  static void close() throws Exception {
    if (ledger != null) {
      ledger.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Override
  Ledger ledger() {
    return ledger;
  }
}
