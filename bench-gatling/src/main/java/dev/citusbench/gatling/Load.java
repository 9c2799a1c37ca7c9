package dev.citusbench.gatling;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the requests that arrive: each waits in one queue for one of a fixed number of workers,
 * which borrows a connection, does the work and gives the connection back. Knows nothing of
 * Gatling, and never blocks the thread that hands a request over.
 *
 * <p>Every request given to {@link #submit} comes back through its callback exactly once, unless
 * the load ends before; those that it ends before are counted in {@link #abandoned()}, and those
 * that could not be recorded in {@link #unrecorded()}. Up to {@code mostOutstanding} requests may
 * be under way or waiting; one more is refused and counted in {@link #overBound()}, which makes a
 * run invalid.
 */
public final class Load implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Load.class);
  private static final int LOGGED_ERRORS = 50;
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final String ENDED = "the load has ended";

  private final Mix mix;
  private final DataSource dataSource;
  private final Consumer<Completed> log;
  private final LongSupplier nanoClock;
  private final int mostOutstanding;
  private final ThreadPoolExecutor workers;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final AtomicInteger mostSeen = new AtomicInteger();
  private final LongAdder overBound = new LongAdder();
  private final LongAdder handedOver = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final AtomicLong unrecorded = new AtomicLong();
  private final AtomicInteger errorsLogged = new AtomicInteger();

  /**
   * A load with its workers, which start when they are needed.
   *
   * @param workers threads that run requests; more than there are connections makes requests wait
   *     in {@code pool} rather than in {@code queue}
   * @param log hears of each request that ended, before its callback does; called by many threads
   */
  public Load(
      Mix mix,
      DataSource dataSource,
      int workers,
      int mostOutstanding,
      Consumer<Completed> log,
      LongSupplier nanoClock) {
    this.mix = mix;
    this.dataSource = dataSource;
    this.mostOutstanding = mostOutstanding;
    this.log = log;
    this.nanoClock = nanoClock;
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            workers,
            workers,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts all workers, so that no request pays for it. */
  public void start() {
    workers.prestartAllCoreThreads();
  }

  /**
   * Takes a request over from the generator, at once.
   *
   * @param index of the arrival, from 0
   * @param dueNanos when the schedule wanted it
   * @param then called once: by a worker when the request has ended, or by the caller's thread when
   *     it was refused
   * @return when it was taken over
   */
  public long submit(long index, long dueNanos, Consumer<Completed> then) {
    long now = nanoClock.getAsLong();
    Work work = mix.at(index);
    handedOver.increment();
    if (workers.isShutdown()) {
      abandoned.increment();
      then.accept(refused(work, index, dueNanos, now, ENDED));
      return now;
    }
    int waiting = outstanding.incrementAndGet();
    if (waiting > mostOutstanding) {
      outstanding.decrementAndGet();
      overBound.increment();
      then.accept(
          refused(
              work, index, dueNanos, now, "more than %d outstanding".formatted(mostOutstanding)));
      return now;
    }
    mostSeen.accumulateAndGet(waiting, Math::max);
    try {
      workers.execute(() -> finish(run(work, index, dueNanos, now), then));
    } catch (RejectedExecutionException e) {
      if (claim()) {
        abandoned.increment();
      }
      then.accept(refused(work, index, dueNanos, now, ENDED));
    }
    return now;
  }

  private static Completed refused(Work work, long index, long due, long now, String why) {
    return new Completed(work.name(), index, due, now, null, null, now, why);
  }

  private void finish(Completed completed, Consumer<Completed> then) {
    try {
      // One that was given up is in abandoned() and in nothing else.
      if (claim()) {
        log.accept(completed);
      }
    } catch (RuntimeException | Error e) {
      if (unrecorded.incrementAndGet() <= LOGGED_ERRORS) {
        LOG.error("not recorded: {}: {}", completed, SqlState.oneLine(e));
      }
    } finally {
      then.accept(completed);
    }
  }

  /** Takes one off the outstanding; false where all of them were given up. */
  private boolean claim() {
    return outstanding.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private Completed run(Work work, long index, long due, long handedOverNanos) {
    long taken = nanoClock.getAsLong();
    Connection connection;
    try {
      connection = dataSource.getConnection();
    } catch (SQLException | RuntimeException e) {
      report(work, e);
      String error = "no connection, " + SqlState.label(e);
      return new Completed(
          work.name(), index, due, handedOverNanos, taken, null, nanoClock.getAsLong(), error);
    }
    long connected = nanoClock.getAsLong();
    String error = null;
    long ended;
    try {
      work.run(connection, index);
      ended = nanoClock.getAsLong();
    } catch (SQLException | RuntimeException | Error e) {
      ended = nanoClock.getAsLong();
      error = SqlState.label(e);
      report(work, e);
    }
    giveBack(work, connection);
    return new Completed(work.name(), index, due, handedOverNanos, taken, connected, ended, error);
  }

  // The request has its answer: what goes wrong now is the pool's matter.
  private void giveBack(Work work, Connection connection) {
    try {
      connection.close();
    } catch (SQLException | RuntimeException e) {
      report(work, e);
    }
  }

  private void report(Work work, Throwable e) {
    if (errorsLogged.incrementAndGet() <= LOGGED_ERRORS) {
      LOG.info("{}: {}", work.name(), SqlState.oneLine(e));
    }
  }

  /** Requests refused because too many were outstanding. */
  public long overBound() {
    return overBound.sum();
  }

  /** The bound on requests that are under way or waiting. */
  public int mostOutstanding() {
    return mostOutstanding;
  }

  /** The most that were outstanding at once. */
  public int mostSeen() {
    return mostSeen.get();
  }

  /** Requests that the generator handed over, refused ones included. */
  public long handedOver() {
    return handedOver.sum();
  }

  /** Requests that had no answer when the load was ended, or that came later. */
  public long abandoned() {
    return abandoned.sum();
  }

  /** Requests that ended, but whose times could not be recorded, or not all of them. */
  public long unrecorded() {
    return unrecorded.get();
  }

  /** Requests under way or waiting now. */
  public int outstanding() {
    return outstanding.get();
  }

  /** Waits until nothing is outstanding, but no longer than this. */
  public void drain(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (outstanding.get() > 0 && System.nanoTime() - end < 0) {
      Thread.sleep(5);
    }
  }

  /** Ends the workers: what is under way gets five seconds; what then has no answer is counted. */
  @Override
  public void close() {
    close(GRACE);
  }

  void close(Duration grace) {
    workers.shutdown();
    workers.getQueue().clear();
    try {
      if (!workers.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
    abandoned.add(outstanding.getAndSet(0));
  }
}
