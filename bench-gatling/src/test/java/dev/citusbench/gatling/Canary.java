package dev.citusbench.gatling;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * What the machine itself adds, measured beside a test: every 20 ms {@code select 1} on a
 * connection of its own that no stall touches, timed from when it was due.
 */
final class Canary implements AutoCloseable {
  private static final long PERIOD_NANOS = 20_000_000;

  private final Connection connection;
  private final Thread thread = new Thread(this::run, "canary");
  private long[] seen = new long[1024];
  private int count;
  private volatile boolean closed;

  Canary(Connection connection) {
    this.connection = connection;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (Connection mine = connection;
        var statement = mine.prepareStatement("select 1")) {
      for (long due = System.nanoTime(); !closed; due += PERIOD_NANOS) {
        long left = due - System.nanoTime();
        if (left > 0) {
          Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
        }
        statement.executeQuery().close();
        record(System.nanoTime() - due);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void record(long nanos) {
    if (count == seen.length) {
      seen = Arrays.copyOf(seen, 2 * count);
    }
    seen[count++] = nanos;
  }

  /** Forgets what was seen so far. */
  synchronized void reset() {
    count = 0;
  }

  synchronized Figures figures() {
    return Figures.of(Arrays.copyOf(seen, count));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
