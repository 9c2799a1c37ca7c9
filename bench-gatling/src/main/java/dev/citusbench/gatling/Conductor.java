package dev.citusbench.gatling;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries out a plan beside a load, in a thread of its own: it begins when the load has been steady
 * for some seconds, and ends by itself, or is told to where the load ends first.
 */
final class Conductor {
  /** How long a plan that is told to stop may take. */
  private static final Duration ENDS = Duration.ofSeconds(10);

  private final Thread thread;
  private final Traffic traffic;
  private final Duration steady;
  private final Duration longest;
  private final Plan plan;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile long doneNanos;

  /** What is carried out. */
  interface Plan {
    /** Returns when all is done, or when it makes no sense to go on. */
    void run() throws InterruptedException;

    /** Notes an error that ended it. */
    void failed(Throwable error);

    /** The longest that it can take. */
    Duration longest();
  }

  /**
   * A plan that is not under way.
   *
   * @param steady how long the load is only measured before
   */
  Conductor(String name, Traffic traffic, Duration steady, Plan plan) {
    this.thread = new Thread(this::conduct, name + "-plan");
    this.traffic = traffic;
    this.steady = steady;
    this.longest = steady.plus(plan.longest());
    this.plan = plan;
  }

  /** The longest that the load has to last, from its warm-up on. */
  Duration longest() {
    return longest;
  }

  /** Waits for the load in a thread of its own, and then carries out the plan. */
  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void conduct() {
    try {
      traffic.awaitSteadyPhase();
      Thread.sleep(steady.toMillis());
      plan.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      plan.failed(e);
    } finally {
      doneNanos = System.nanoTime();
      done.set(true);
    }
  }

  /** Whether the plan has ended. */
  boolean isDone() {
    return done.get();
  }

  /**
   * Until when requests were to be sent, on the clock of {@link System#nanoTime()}; asked when the
   * load ends. What is waited for after that is none of the load.
   */
  long endNanos() {
    long planned = traffic.steadyNanoTime() + longest.toNanos();
    long end = done.get() ? doneNanos : System.nanoTime();
    return end - planned < 0 ? end : planned;
  }

  /** Tells the plan to stop where it is still under way, and waits for that. */
  void end() {
    try {
      if (!done.get()) {
        thread.interrupt();
      }
      thread.join(ENDS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
