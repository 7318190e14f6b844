package org.bootgrade.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.DebugSession;
import org.jspecify.annotations.Nullable;

/** A port of this machine alone, at which one debugger after the other can attach. */
final class DebugPort implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket server;
  private final AtomicReference<@Nullable Socket> visitor = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DebugPort(ServerSocket server) {
    this.server = server;
  }

  /**
   * Binds the port on the loopback address.
   *
   * @param port 0 for any that is free
   */
  static DebugPort open(int port) throws UsageError {
    try {
      ServerSocket server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 1);
        return new DebugPort(server);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UsageError(
          "port %d of 127.0.0.1 cannot be had (%s). Name another with --port, or leave it out."
              .formatted(port, e.getMessage()));
    }
  }

  int number() {
    return server.getLocalPort();
  }

  /**
   * Serves debuggers until the port is closed or the machine is gone.
   *
   * @return whether the machine is gone
   */
  boolean serve(DebugSession session) throws InfrastructureFailure {
    while (!closed.get()) {
      try (Socket socket = server.accept()) {
        visitor.set(socket);
        socket.setTcpNoDelay(true);
        DebugSession.Visit visit = session.serve(socket.getInputStream(), socket.getOutputStream());
        if (visit == DebugSession.Visit.MACHINE_GONE) {
          return true;
        }
      } catch (IOException e) {
        if (!closed.get() && server.isClosed()) {
          return false;
        }
        // Else it is the visitor who broke off; another one may come.
      } finally {
        visitor.set(null);
      }
    }
    return false;
  }

  /** Lets nobody in any more and shows the one inside out. Safe from any thread. */
  @Override
  public void close() {
    closed.set(true);
    try {
      server.close();
      Socket inside = visitor.get();
      if (inside != null) {
        inside.close();
      }
    } catch (IOException alreadyClosed) {
      closed.set(true);
    }
  }
}
