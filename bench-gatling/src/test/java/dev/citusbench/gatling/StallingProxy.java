package dev.citusbench.gatling;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP proxy that stands still at stated times. One thread moves all bytes in both directions, so
 * that nothing at all passes while it sleeps. Where it fell asleep later than planned, it tells so:
 * {@link #stalls()} are the times at which nothing passed.
 */
final class StallingProxy implements AutoCloseable {
  private final InetSocketAddress to;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
  private final List<Span> planned = new CopyOnWriteArrayList<>();
  private final List<Span> stalls = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "stalling-proxy");
  private volatile boolean closed;

  /** A stretch of time on the clock of {@link System#nanoTime()}. */
  record Span(long fromNanos, long toNanos) {}

  StallingProxy(int toPort) throws IOException {
    this.to = new InetSocketAddress(InetAddress.getLoopbackAddress(), toPort);
    this.selector = Selector.open();
    this.server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    thread.setDaemon(true);
    thread.start();
  }

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** Plans to let nothing pass in a stretch of time, after those planned before. */
  void stall(Span span) {
    planned.add(span);
    selector.wakeup();
  }

  /** The stalls so far, as they were. */
  List<Span> stalls() {
    return List.copyOf(stalls);
  }

  private void run() {
    try {
      while (!closed) {
        long wait = 0;
        if (!planned.isEmpty()) {
          Span next = planned.get(0);
          long left = next.fromNanos() - System.nanoTime();
          if (left <= 0) {
            sleep(next);
            continue;
          }
          wait = Math.max(1, left / 1_000_000);
        }
        selector.select(wait);
        // Keys that became ready just before a stall wait for its end.
        if (!planned.isEmpty() && planned.get(0).fromNanos() - System.nanoTime() <= 0) {
          continue;
        }
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          serve(key);
        }
      }
    } catch (ClosedSelectorException e) {
      return; // closed: the test is over
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sleep(Span span) throws InterruptedException {
    long from = System.nanoTime();
    for (long left = span.toNanos() - from; left > 0; left = span.toNanos() - System.nanoTime()) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
    stalls.add(new Span(from, System.nanoTime()));
    planned.remove(0);
  }

  private void serve(SelectionKey key) throws IOException {
    if (key.isValid() && key.isAcceptable()) {
      SocketChannel client = server.accept();
      SocketChannel backend = SocketChannel.open(to);
      for (SocketChannel channel : List.of(client, backend)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
      }
      client.register(selector, SelectionKey.OP_READ, backend);
      backend.register(selector, SelectionKey.OP_READ, client);
    } else if (key.isValid()) {
      forward((SocketChannel) key.channel(), (SocketChannel) key.attachment());
    }
  }

  private void forward(SocketChannel from, SocketChannel into) throws IOException {
    try {
      buffer.clear();
      if (from.read(buffer) < 0) {
        throw new IOException("the end");
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        if (into.write(buffer) == 0) {
          Thread.onSpinWait();
        }
      }
    } catch (IOException e) {
      // One side went away, and so does the other.
      from.close();
      into.close();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    List<SelectionKey> keys = new ArrayList<>(selector.keys());
    for (SelectionKey key : keys) {
      key.channel().close();
    }
    selector.close();
  }
}
