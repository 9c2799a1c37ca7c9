package dev.citusbench.jmh;

import dev.citusbench.sql.ServerUse;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks at what sessions wait for, ten times a second, until it is stopped. */
final class WaitSampler implements Runnable {
  private static final long PERIOD_MILLIS = 100;

  /** Fewer sessions seen in a statement say nothing of what they wait for. */
  private static final int FEWEST = 10;

  private final ServerUse servers;
  private final Map<String, Integer> seen = new TreeMap<>();
  private final Thread thread = new Thread(this, "wait-sampler");
  private @Nullable SQLException failure;

  private WaitSampler(ServerUse servers) {
    this.servers = servers;
    thread.setDaemon(true);
  }

  static WaitSampler start(ServerUse servers) {
    WaitSampler sampler = new WaitSampler(servers);
    sampler.thread.start();
    return sampler;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PERIOD_MILLIS);
        servers.waits().forEach((wait, sessions) -> seen.merge(wait, sessions, Integer::sum));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to stop
    } catch (SQLException e) {
      failure = e;
    }
  }

  /**
   * Ends the sampling.
   *
   * @return share of all sessions seen in a statement that waited for this; empty where too few
   *     were seen
   */
  Map<String, Double> stop() throws SQLException {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
    int all = seen.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Double> shares = new TreeMap<>();
    if (all < FEWEST) {
      return shares;
    }
    seen.forEach(
        (wait, sessions) -> {
          if (!wait.isEmpty()) {
            shares.put(wait, sessions / (double) all);
          }
        });
    return shares;
  }
}
