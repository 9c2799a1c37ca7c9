package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;

import dev.citusbench.results.Manifest;
import dev.citusbench.results.Phase;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An open load on a data source: schedule, dispatcher, workers, histograms, the phases from warm-up
 * to steady, and what is watched of the generator. Knows nothing of clusters.
 */
final class Traffic implements AutoCloseable {
  /** A minute of arrivals may be outstanding, within these bounds. */
  private static final int LEAST_BOUND = 10_000;

  private static final int GREATEST_BOUND = 1_000_000;

  /** Users of a Poisson schedule are ordered from Gatling in at most this many portions. */
  private static final int MOST_PORTIONS = 1000;

  /** What is outstanding when the generator has ended gets this long. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private static final Duration REPORT_PERIOD = Duration.ofSeconds(10);

  /**
   * Requests of the last second need not be sent: when the faults are over, Gatling is told to stop
   * starting users, and who of them still comes is left to it.
   */
  private static final long STOPPING_NANOS = 1_000_000_000;

  private final String part;
  private final ArrivalSchedule schedule;
  private final Duration warmup;
  private final Duration steady;
  private final Mix mix;
  private final Recording recording;
  private final DueRequests requests;
  private final Consumer<String> progress;
  private final Punctuality punctuality;
  private final Punctuality afterSteady;
  private final Load load;
  private final Dispatcher dispatcher;
  private final HiccupMeter hiccups = new HiccupMeter();
  private final Vitals vitals = new Vitals();
  private final CountDownLatch steadyBegan = new CountDownLatch(1);
  private final Thread phases = new Thread(this::conduct, "phases");
  private Duration portion = Duration.ofSeconds(1);
  private volatile @Nullable Held held;
  private volatile @Nullable Held heldAfterSteady;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What the generator's process did to itself in a span. */
  private record Held(Vitals.Spent spent, long hiccupP99Nanos, long hiccupMaxNanos) {}

  /**
   * An open load that is not under way yet.
   *
   * @param part name in the record
   * @param warmup in whole seconds, as is {@code steady}
   * @param steady length of the phase that is judged
   * @param workers threads that run requests
   * @param progress hears now and then how far the load is
   */
  Traffic(
      String part,
      ArrivalSchedule schedule,
      Duration warmup,
      Duration steady,
      Mix mix,
      DataSource dataSource,
      int workers,
      Recording recording,
      Consumer<String> progress) {
    this.part = part;
    this.schedule = schedule;
    this.warmup = warmup;
    this.steady = steady;
    this.mix = mix;
    this.recording = recording;
    this.progress = progress;
    long firstLater = warmup.plus(steady).toNanos();
    this.afterSteady = new Punctuality(firstLater, Long.MAX_VALUE);
    this.punctuality = new Punctuality(warmup.toNanos(), firstLater, afterSteady);
    this.requests =
        new DueRequests(completed -> mix.at(completed.index()).scope(completed.index()));
    this.load =
        new Load(
            mix,
            dataSource,
            workers,
            (int) Math.max(LEAST_BOUND, Math.min(GREATEST_BOUND, schedule.perSecond() * 60)),
            recording.andThen(requests),
            System::nanoTime);
    this.dispatcher = new Dispatcher(schedule, load, punctuality);
  }

  /**
   * The population that carries the load: one user a request. Gatling starts users evenly, a second
   * (for very long Poisson loads some seconds) before their requests are due.
   *
   * @param afterWarmUp until when requests are due, in whole seconds
   */
  PopulationBuilder population(ScenarioBuilder scenario, Duration afterWarmUp) {
    long seconds = warmup.plus(afterWarmUp).toSeconds();
    return switch (schedule.kind()) {
      case CONSTANT ->
          scenario.injectOpen(constantUsersPerSec((double) schedule.perSecond()).during(seconds));
      case POISSON -> scenario.injectOpen(portions(seconds).toArray(OpenInjectionStep[]::new));
    };
  }

  private List<OpenInjectionStep> portions(long seconds) {
    portion = Duration.ofSeconds((seconds + MOST_PORTIONS - 1) / MOST_PORTIONS);
    List<OpenInjectionStep> steps = new ArrayList<>();
    PrimitiveIterator.OfLong offsets = schedule.offsets();
    long next = offsets.nextLong();
    for (long from = 0; from < seconds; from += portion.toSeconds()) {
      long to = Math.min(seconds, from + portion.toSeconds());
      long users = 0;
      for (; next < Duration.ofSeconds(to).toNanos(); next = offsets.nextLong()) {
        users++;
      }
      steps.add(
          users == 0
              ? nothingFor(to - from)
              : constantUsersPerSec((double) users / (to - from)).during(to - from));
    }
    return steps;
  }

  /** Gatling's view of this load. */
  JdbcProtocol protocol() {
    return new JdbcProtocol(dispatcher);
  }

  /** Starts the workers, and waits for Gatling's first user. */
  void start() {
    load.start();
    hiccups.start();
    dispatcher.start(portion);
    phases.setDaemon(true);
    phases.start();
  }

  private void conduct() {
    try {
      long start = awaitStart();
      long steadyNanos = start + warmup.toNanos();
      sleepUntil(steadyNanos);
      hold();
      recording.phase(Phase.STEADY);
      steadyBegan.countDown();
      long endNanos = steadyNanos + steady.toNanos();
      boolean over = false;
      while (!Thread.currentThread().isInterrupted()) {
        long report = System.nanoTime() + REPORT_PERIOD.toNanos();
        if (!over && endNanos - report <= 0) {
          sleepUntil(endNanos);
          held = held();
          hold();
          over = true;
        }
        sleepUntil(report);
        progress.accept(
            "%s: %d requests sent, %d outstanding"
                .formatted(part, load.handedOver(), load.outstanding()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long awaitStart() throws InterruptedException {
    Long start = dispatcher.startNanos();
    while (start == null) {
      Thread.sleep(1);
      start = dispatcher.startNanos();
    }
    return start;
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    long left = nanoTime - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** Begins a span. */
  private void hold() {
    hiccups.reset();
    vitals.begin();
  }

  /** What there was in the span that began last. */
  private Held held() {
    return new Held(vitals.spent(), hiccups.nanos(99), hiccups.maxNanos());
  }

  /** When the schedule starts; null before Gatling's first user came. */
  @Nullable Long startNanos() {
    return dispatcher.startNanos();
  }

  /** When the first request is due; now where none was yet. */
  long startNanoTime() {
    return Objects.requireNonNullElseGet(dispatcher.startNanos(), System::nanoTime);
  }

  /** When the warm-up is over. */
  long steadyNanoTime() {
    return startNanoTime() + warmup.toNanos();
  }

  /** Waits until the warm-up is over. */
  void awaitSteadyPhase() throws InterruptedException {
    steadyBegan.await();
  }

  /** The requests that ended, by when they were due. */
  DueRequests requests() {
    return requests;
  }

  /** How many requests of each operation were handed over, whatever became of them. */
  Map<String, Long> handedOver() {
    return LongStream.range(0, load.handedOver())
        .boxed()
        .collect(Collectors.groupingBy(index -> mix.at(index).name(), Collectors.counting()));
  }

  /** Warm-up and steady phase. */
  PhaseCut phases() {
    long start = startNanoTime();
    return PhaseCut.of(
        List.of(
            new PhaseCut.Begin(Phase.WARM_UP, null, start),
            new PhaseCut.Begin(Phase.STEADY, null, start + warmup.toNanos())),
        start + warmup.plus(steady).toNanos());
  }

  /** The longest pause of this process that overlaps a span. */
  long longestPauseNanos(long fromNanos, long toNanos) {
    return hiccups.longestNanos(fromNanos, toNanos);
  }

  /** How the generator did in the steady phase. */
  Manifest.Generator generator() {
    return generator(
        Manifest.Generator.Span.STEADY,
        punctuality,
        schedule.count(punctuality.fromNanos(), punctuality.toNanos()),
        Objects.requireNonNullElseGet(held, this::held));
  }

  /**
   * How it did after the steady phase, in a load that was ended; empty where that was not over.
   *
   * @param endNanos until when requests were to be sent
   */
  Optional<Manifest.Generator> generatorAfterSteady(long endNanos) {
    Long start = dispatcher.startNanos();
    Held known = heldAfterSteady;
    return start == null || known == null
        ? Optional.empty()
        : Optional.of(
            generator(
                Manifest.Generator.Span.FAULTS,
                afterSteady,
                schedule.count(afterSteady.fromNanos(), endNanos - start - STOPPING_NANOS),
                known));
  }

  /**
   * A row.
   *
   * @param due how many requests at least were to be sent
   */
  private Manifest.Generator generator(
      Manifest.Generator.Span span, Punctuality seen, long due, Held known) {
    return new Manifest.Generator(
        part,
        span,
        schedule.kind().label(),
        dispatcher.firstServed(),
        schedule.perSecond(),
        seen.perSecond(),
        seen.rateError(Math.max(due, seen.count())),
        due,
        Math.min(due, seen.count()), // in their order, so those are sent that were due first
        load.overBound(),
        load.abandoned(),
        load.mostSeen(),
        load.mostOutstanding(),
        seen.lagNanos(50),
        seen.lagNanos(90),
        seen.lagNanos(99),
        seen.lagNanos(99.9),
        seen.maxLagNanos(),
        known.hiccupP99Nanos(),
        known.hiccupMaxNanos(),
        known.spent().collections(),
        known.spent().collectionMillis(),
        known.spent().longestMillis(),
        known.spent().processorShare());
  }

  /** Why the steady phase is not to be trusted; empty where it is. */
  List<String> judgeSteady() {
    return judgeSteady(generator());
  }

  /**
   * The same, of a load in which what comes later is meant to overwhelm cluster and generator:
   * requests that were refused or given up then are not held against it.
   */
  List<String> judgeSteadyAlone() {
    return judgeSteady(generator().withoutLosses());
  }

  private List<String> judgeSteady(Manifest.Generator generator) {
    DueRequests.Tally tally =
        requests.tallies(phases()).stream()
            .filter(each -> each.stretch().phase() == Phase.STEADY)
            .findFirst()
            .orElseThrow();
    List<String> reasons =
        new ArrayList<>(
            Verdict.onSteady(
                generator, steady.toNanos() / 1e9, tally.requests(), tally.errorsByText()));
    if (load.unrecorded() > 0) {
      reasons.add(
          "%d requests of the whole load could not be recorded; the generator's log says why"
              .formatted(load.unrecorded()));
    }
    return reasons;
  }

  /**
   * Why what came after the steady phase is not to be trusted; empty where it is.
   *
   * @param endNanos until when requests were to be sent
   */
  List<String> judgeFaults(long endNanos) {
    double seconds = (endNanos - steadyNanoTime() - steady.toNanos()) / 1e9;
    return generatorAfterSteady(endNanos)
        .map(seen -> Verdict.onFaults(seen, seconds))
        .orElse(List.of());
  }

  /** Ends the load: waits for what is under way, and stops all of its threads. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    dispatcher.close();
    phases.interrupt();
    try {
      phases.join();
      if (held == null) {
        held = held();
      } else {
        heldAfterSteady = held();
      }
      load.drain(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    load.close();
    hiccups.close();
    vitals.close();
  }
}
