package org.bootgrade.faults;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between bootgrade and the engine, and can be stopped as an engine can, without touching
 * the engine itself.
 */
final class EngineProxy implements AutoCloseable {

  /** What becomes of calls. */
  enum Mode {
    /** They are passed on. */
    PASS,
    /** The socket is there and answers nothing, as of a process that was stopped by a signal. */
    STALL,
    /** Connections end, and new ones do at once, as of a service that is down. */
    CUT
  }

  private final ServerSocketChannel server;
  private final Path engine;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Object changed = new Object();
  private Mode mode = Mode.PASS;

  /**
   * @param socket where it listens
   * @param engine the engine's own socket
   */
  EngineProxy(Path socket, Path engine) throws IOException {
    this.engine = engine;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    daemon(this::accept);
  }

  void set(Mode next) throws IOException {
    synchronized (changed) {
      mode = next;
      changed.notifyAll();
    }
    if (next == Mode.CUT) {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        if (mode() == Mode.CUT) {
          client.close();
          continue;
        }
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        open.add(client);
        open.add(upstream);
        daemon(() -> pump(client, upstream));
        daemon(() -> pump(upstream, client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private Mode mode() {
    synchronized (changed) {
      return mode;
    }
  }

  private void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (from.read(buffer) >= 0) {
        synchronized (changed) {
          while (mode == Mode.STALL) {
            changed.wait();
          }
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException ended) {
      closeBoth(from, to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeBoth(SocketChannel... channels) {
    for (SocketChannel channel : channels) {
      open.remove(channel);
      try {
        channel.close();
      } catch (IOException alreadyClosed) {
        // Nothing is left to close.
      }
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "engine-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    set(Mode.CUT);
  }
}
