package dev.citusbench.gatling;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.PrimitiveIterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands each request over to the load at the instant at which it is due. Gatling starts users at
 * whole milliseconds and on threads that do other work too, so its users come here some time before
 * they are needed and wait: any user can carry any request. One thread sleeps until the next
 * request is due. Where it wakes up late, or no user is there yet, the request is late, and that is
 * its lag; it is sent all the same, and as soon as possible.
 *
 * <p>The schedule starts a stated time after the first user came; from then on nothing moves it.
 */
final class Dispatcher implements AutoCloseable {
  private final ArrivalSchedule schedule;
  private final Load load;
  private final Punctuality punctuality;
  private final BlockingQueue<Consumer<Completed>> users = new LinkedBlockingQueue<>();
  private volatile @Nullable Thread thread;
  private volatile @Nullable Long startNanos;
  private volatile boolean firstServed;

  /**
   * A dispatcher that waits for users once it is started.
   *
   * @param punctuality hears of each request handed over
   */
  Dispatcher(ArrivalSchedule schedule, Load load, Punctuality punctuality) {
    this.schedule = schedule;
    this.load = load;
    this.punctuality = punctuality;
  }

  /**
   * Begins to wait for users.
   *
   * @param lead from the first user's coming to the start of the schedule
   */
  void start(Duration lead) {
    Thread fresh = new Thread(() -> dispatch(lead.toNanos()), "dispatcher");
    fresh.setDaemon(true);
    fresh.start();
    thread = fresh;
  }

  /** Takes a user who can carry a request, and never blocks; what comes back is the user's. */
  void arrived(Consumer<Completed> user) {
    users.add(user);
  }

  /** When the schedule starts; null before the first user came. */
  @Nullable Long startNanos() {
    return startNanos;
  }

  /**
   * Whether the thread that hands requests over is scheduled in real time. It works for some
   * microseconds a request; without, it waits for what else runs on the generator's own cores.
   */
  boolean firstServed() {
    return firstServed;
  }

  /** Asks for real-time scheduling of this thread, {@code SCHED_FIFO}, which needs the right to. */
  private static boolean askToBeFirstServed() throws InterruptedException {
    try {
      Path self = Path.of("/proc/thread-self").toRealPath();
      return new ProcessBuilder(
                  "chrt", "--reset-on-fork", "--fifo", "--pid", "1", self.getFileName().toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no chrt, or no /proc: the record says so
    }
  }

  private void dispatch(long leadNanos) {
    try {
      firstServed = askToBeFirstServed();
      PrimitiveIterator.OfLong offsets = schedule.offsets();
      Consumer<Completed> user = users.take();
      long start = System.nanoTime() + leadNanos;
      startNanos = start;
      for (long index = 0; ; index++) {
        long offset = offsets.nextLong();
        awaitInstant(start + offset);
        long handedOver = load.submit(index, start + offset, user);
        punctuality.handedOver(offset, handedOver - start);
        user = users.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitInstant(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Sends no request any more; what was sent is noted. */
  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
