package org.bootgrade.ledger;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a pool, and within a transaction the transaction's own: so a library that opens
 * its own connections takes part in it.
 */
final class Connections implements DataSource {

  private final DataSource pool;

  @SuppressWarnings("ThreadLocalUsage") // each database has its own, and nothing is static here
  private final ThreadLocal<@Nullable Connection> open = new ThreadLocal<>();

  Connections(DataSource pool) {
    this.pool = pool;
  }

  /** Lets this thread share a connection until the transaction on it ends. */
  void share(Connection connection) {
    if (open.get() != null) {
      throw new IllegalStateException("a transaction is open");
    }
    open.set(connection);
  }

  void shareNoMore() {
    open.remove();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection shared = open.get();
    return shared == null ? pool.getConnection() : lasting(shared);
  }

  /** The same connection, which who borrows it cannot close. */
  private static Connection lasting(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connections.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLException("connections are opened by the pool's user");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return pool.isWrapperFor(type);
  }
}
