package dev.citusbench.gatling.probe;

import dev.citusbench.gatling.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fires one kind of probe at a fixed period, whatever the earlier shots do: shots overlap, so that
 * one that hangs never hides the success of a later one. At most {@code atOnce} are under way: half
 * of them at the full rate, the others spread over the time after which one that hangs is given up,
 * so that there is always a next one soon. What is left out is seen in the time between two starts
 * ({@link Outages}). Shots that were missed while this process stood still are not made up for.
 */
public final class ProbeStream implements AutoCloseable {
  /** Two periods, and one for a shot to take. */
  private static final int RECENT_PERIODS = 3;

  /** What a new connection and its answer may take on a machine that is busy recovering. */
  private static final Duration ANSWER = Duration.ofMillis(500);

  private final String client;
  private final String name;
  private final int group;
  private final Duration period;
  private final Probe probe;
  private final ScheduledExecutorService timer;
  private final ThreadPoolExecutor threads;
  private final List<Shot> shots = new ArrayList<>();

  /** Starts of the shots under way, by number; guarded by {@code shots}. */
  private final Map<Long, Long> underWay = new HashMap<>();

  private final AtomicLong number = new AtomicLong();
  private final int atOnce;
  private final int thinned;
  private int sinceFired;
  private long lastTick = System.nanoTime() - Duration.ofDays(1).toNanos();

  /**
   * A stream that does not fire yet.
   *
   * @param client how it connects, as {@link dev.citusbench.results.Manifest.Outage} names it
   * @param name {@code write}, {@code read} or {@code multi-shard}
   * @param group whose shards it asks; 0 for the coordinator and for all
   * @param longest after which a shot that hangs is given up
   */
  public ProbeStream(
      String client,
      String name,
      int group,
      Duration period,
      int atOnce,
      Duration longest,
      Probe probe) {
    this.client = client;
    this.name = name;
    this.group = group;
    this.period = period;
    this.probe = probe;
    this.atOnce = atOnce;
    this.thinned = thinned(atOnce, period, longest);
    String threadName = "probe-" + client + "-" + name + "-" + group + "-";
    AtomicInteger thread = new AtomicInteger();
    this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, threadName + "timer"));
    this.threads =
        new ThreadPoolExecutor(
            0,
            atOnce,
            5,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, threadName + thread.incrementAndGet()));
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to fire, the first time after {@code delay}: streams need not fire all at once. */
  public void start(Duration delay) {
    var unused =
        timer.scheduleAtFixedRate(
            this::tick, delay.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - lastTick < period.toNanos() / 2) {
      return;
    }
    lastTick = now;
    sinceFired++;
    if (underWay() >= full(atOnce) && sinceFired < thinned) {
      return;
    }
    sinceFired = 0;
    try {
      threads.execute(this::fire);
    } catch (RejectedExecutionException e) {
      // As many as there may be are under way. That this one was not fired is in the resolution.
    }
  }

  private int underWay() {
    synchronized (shots) {
      return underWay.size();
    }
  }

  /** Up to how many under way every shot is fired. */
  static int full(int atOnce) {
    return Math.max(1, atOnce / 2);
  }

  /** Every how manieth shot is fired where so many are under way. */
  static int thinned(int atOnce, Duration period, Duration longest) {
    long spread = longest.toNanos() / Math.max(1, atOnce - full(atOnce));
    return (int) Math.max(1, (spread + period.toNanos() - 1) / period.toNanos());
  }

  private void fire() {
    long mine = number.getAndIncrement();
    long start = System.nanoTime();
    synchronized (shots) {
      underWay.put(mine, start);
    }
    String error = null;
    try {
      probe.fire(mine);
    } catch (SQLException | RuntimeException e) {
      error = SqlState.of(e);
    }
    Shot shot = new Shot(start, System.nanoTime(), error);
    synchronized (shots) {
      underWay.remove(mine);
      shots.add(shot);
    }
  }

  /** How it connects. */
  public String client() {
    return client;
  }

  /** {@code write}, {@code read} or {@code multi-shard}. */
  public String name() {
    return name;
  }

  /** Whose shards it asks; 0 for the coordinator and for all. */
  public int group() {
    return group;
  }

  /** Time between two shots. */
  public Duration period() {
    return period;
  }

  /** The shots that have ended, in the order in which they did. */
  public List<Shot> shots() {
    synchronized (shots) {
      return List.copyOf(shots);
    }
  }

  /**
   * Whether the stream works now: the last {@code many} shots to end all succeeded and started
   * after an instant, the last of them ended within three periods and half a second of now, and no
   * shot is under way that is older than they. So a stream whose shots hang does not live on its
   * past.
   */
  public boolean succeedsSince(long nanos, int many) {
    synchronized (shots) {
      return succeeds(shots, underWay.values(), period, nanos, System.nanoTime(), many);
    }
  }

  static boolean succeeds(
      List<Shot> ended,
      Collection<Long> underWay,
      Duration period,
      long since,
      long now,
      int many) {
    if (ended.size() < many) {
      return false;
    }
    List<Shot> last = ended.subList(ended.size() - many, ended.size());
    long recently = now - RECENT_PERIODS * period.toNanos() - ANSWER.toNanos();
    return last.stream().allMatch(shot -> shot.succeeded() && shot.startNanos() - since > 0)
        && last.get(many - 1).endNanos() - recently >= 0
        && underWay.stream()
            .noneMatch(start -> last.stream().allMatch(shot -> start - shot.startNanos() < 0));
  }

  /** Waits, after {@link #close}, for the shots under way; how many are left at {@code nanos}. */
  int awaitEnd(long nanos) throws InterruptedException {
    var unused =
        threads.awaitTermination(Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    synchronized (shots) {
      return underWay.size();
    }
  }

  /** The stream's name with its group, for messages. */
  @Override
  public String toString() {
    return name + " on group " + group + " (" + client + ")";
  }

  /** Fires no more; shots under way end by their own timeouts. */
  @Override
  public void close() {
    timer.shutdownNow();
    threads.shutdown();
  }
}
