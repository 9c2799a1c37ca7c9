package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;

import com.zaxxer.hikari.HikariDataSource;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.Event;
import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Phase;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.Source;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.sql.Dataset;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * An open load on a session's cluster: pool, workers, schedule, histograms, and the phases from
 * warm-up to steady. What both simulations share.
 */
final class OpenLoad implements AutoCloseable {
  /** The route that the load takes. */
  static final String ROUTE = "writer";

  /** A minute of arrivals may be waiting; at least this many. */
  private static final int LEAST_BOUND = 10_000;

  /** What is outstanding when the generator has ended gets this long. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private static final Duration FULL = Duration.ofSeconds(30);
  private static final Duration REPORT_PERIOD = Duration.ofSeconds(10);

  private final String part;
  private final Listener listener;
  private final Session session;
  private final long perSecond;
  private final Duration warmup;
  private final HikariDataSource pool;
  private final LatencyLog log;
  private final Recording recording;
  private final ArrivalSchedule schedule;
  private final Punctuality punctuality;
  private final Punctuality afterSteady;
  private final long steadyNanos;
  private final Load load;
  private final HiccupMeter hiccups = new HiccupMeter();
  private final CountDownLatch steadyBegan = new CountDownLatch(1);
  private long collectionsBefore;
  private long collectionMillisBefore;

  private OpenLoad(
      String part,
      Listener listener,
      Session session,
      Duration steady,
      Consumer<Completed> requests) {
    Settings settings = session.settings();
    this.part = part;
    this.listener = listener;
    this.session = session;
    this.perSecond = settings.rate();
    this.warmup = wholeSeconds(settings.warmup());
    this.schedule = new ArrivalSchedule(perSecond);
    long firstSteady = perSecond * warmup.toSeconds();
    this.steadyNanos = steady.toNanos();
    long firstLater = firstSteady + perSecond * steady.toSeconds();
    this.afterSteady = new Punctuality(firstLater, Long.MAX_VALUE);
    this.punctuality = new Punctuality(firstSteady, firstLater, afterSteady);
    this.pool = Pool.open(session.target(ROUTE), session.tuning().pool(), session.poolSize());
    this.log = session.folder().latencyLog(part);
    this.recording = new Recording(log);
    this.load =
        new Load(
            Workload.mix(session.operations(), Dataset.of(session.dataset())),
            pool,
            schedule,
            punctuality,
            pool.getMaximumPoolSize(),
            (int) Math.max(LEAST_BOUND, Math.min(1_000_000, perSecond * 60)),
            recording.andThen(requests),
            System::nanoTime);
  }

  /**
   * Opens the session and all that the load needs.
   *
   * @param part name of the contribution to the run
   * @param steady length of the steady phase, which is judged
   * @param requests hears of each request that ended, like the recording; called by many threads
   * @throws BenchException where the settings, the machine or the cluster do not allow it
   */
  static OpenLoad open(
      String part,
      RunKind what,
      Settings settings,
      Duration steady,
      Listener listener,
      Consumer<Completed> requests) {
    Session session = Session.open(settings, what, listener);
    try {
      return new OpenLoad(part, listener, session, steady, requests);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Gatling counts in seconds. */
  static Duration wholeSeconds(Duration duration) {
    return Duration.ofSeconds((duration.toMillis() + 999) / 1000);
  }

  /** The population that sends the load: one user a request. */
  PopulationBuilder population(ScenarioBuilder scenario, Duration afterWarmUp) {
    return scenario.injectOpen(
        constantUsersPerSec((double) perSecond).during(warmup.plus(afterWarmUp).toSeconds()));
  }

  JdbcProtocol protocol() {
    return new JdbcProtocol(load);
  }

  /** Fills the pool, starts the workers, and says what is going to happen. */
  void start(String plan) {
    Pool.awaitFull(pool, FULL);
    load.start();
    hiccups.start();
    listener.step(
        "%s: %d requests/s through route %s, %d connections; warm-up %d s, then %s"
            .formatted(
                part, perSecond, ROUTE, pool.getMaximumPoolSize(), warmup.toSeconds(), plan));
    Thread thread = new Thread(this::conduct, "phases");
    thread.setDaemon(true);
    thread.start();
  }

  private void conduct() {
    try {
      awaitSteady();
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(REPORT_PERIOD.toMillis());
        listener.step(
            "%s: %d requests sent, %d outstanding"
                .formatted(part, load.handedOver(), load.outstanding()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitSteady() throws InterruptedException {
    while (!schedule.hasStarted()) {
      Thread.sleep(1);
    }
    sleepUntil(steadyNanoTime());
    schedule.mark();
    hiccups.reset();
    collectionsBefore = collections();
    collectionMillisBefore = collectionMillis();
    recording.phase(Phase.STEADY);
    steadyBegan.countDown();
  }

  /** When the first request is due. */
  long startNanoTime() {
    return schedule.startNanos();
  }

  /** When the first request after the warm-up is due. */
  long steadyNanoTime() {
    return schedule.startNanos() + warmup.toNanos();
  }

  static void sleepUntil(long nanoTime) throws InterruptedException {
    long left = nanoTime - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** Waits until the warm-up is over. */
  void awaitSteadyPhase() throws InterruptedException {
    steadyBegan.await();
  }

  Session session() {
    return session;
  }

  Recording recording() {
    return recording;
  }

  Listener listener() {
    return listener;
  }

  long perSecond() {
    return perSecond;
  }

  /** Ends the load: waits for what is under way, closes workers and pool. */
  void end() {
    try {
      load.drain(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    load.close();
    pool.close();
    hiccups.close();
  }

  /** Rows of the histogram log. */
  List<Manifest.OperationResult> rows() {
    return log.summaries(this::described);
  }

  /** What the rows of an operation say beside their figures. */
  LatencyLog.Described described(String operation) {
    return new LatencyLog.Described(
        session.planClass(operation), session.tasks(operation), Source.GATLING, ROUTE);
  }

  /**
   * Why the steady phase is not to be trusted; empty where it is.
   *
   * @param requests of the steady phase
   * @param errors of those that failed, by text
   */
  List<String> judgeSteady(long requests, Map<String, Long> errors) {
    return Verdict.onSteady(perSecond, punctuality, load, requests, errors);
  }

  /**
   * Why what came after the steady phase is not to be trusted; empty where it is.
   *
   * @param endNanos until when requests were to be sent
   */
  List<String> judgeFaults(long endNanos) {
    long began = steadyNanoTime() + steadyNanos;
    return Verdict.onFaults(perSecond, afterSteady, Math.max(0, endNanos - began));
  }

  /** The longest pause of this process that overlaps a span. */
  long longestPauseNanos(long fromNanos, long toNanos) {
    return hiccups.longestNanos(fromNanos, toNanos);
  }

  /** Names the requests that have no answer, and so are in no histogram; empty where all have. */
  List<String> judgeEnd() {
    long abandoned = load.abandoned();
    return abandoned == 0
        ? List.of()
        : List.of(
            "%d requests had no answer when the load ended, and are in no figure"
                .formatted(abandoned));
  }

  /** Notes how the generator did. */
  void note() {
    Map<String, Object> generator = new LinkedHashMap<>();
    generator.put("part", part);
    generator.put("askedPerSecond", perSecond);
    generator.put("achievedPerSecond", punctuality.perSecond());
    generator.put("requests", punctuality.count());
    generator.put("lagP50Nanos", punctuality.lagNanos(50));
    generator.put("lagP99Nanos", punctuality.lagNanos(99));
    generator.put("lagMaxNanos", punctuality.maxLagNanos());
    generator.put("requestsAfterSteady", afterSteady.count());
    generator.put("lagP99AfterSteadyNanos", afterSteady.lagNanos(99));
    generator.put("lagMaxAfterSteadyNanos", afterSteady.maxLagNanos());
    generator.put("scheduleShiftNanos", schedule.shiftNanos());
    generator.put("hiccupP99Nanos", hiccups.nanos(99));
    generator.put("hiccupMaxNanos", hiccups.maxNanos());
    generator.put("collections", collections() - collectionsBefore);
    generator.put("collectionMillis", collectionMillis() - collectionMillisBefore);
    generator.put("mostOutstanding", load.mostSeen());
    generator.put("notSent", load.overBound());
    generator.put("abandoned", load.abandoned());
    session.folder().events().append(Instant.now(), "generator", generator);
    listener.step(
        "%s: %.2f of %d requests/s, lag p50 %.2f ms, p99 %.2f ms, longest pause of the generator %.1f ms"
            .formatted(
                part,
                punctuality.perSecond(),
                perSecond,
                punctuality.lagNanos(50) / 1e6,
                punctuality.lagNanos(99) / 1e6,
                hiccups.maxNanos() / 1e6));
  }

  /**
   * Notes the errors of a phase.
   *
   * @param fault target of the fault that the phase is about; empty where it is about none
   * @param errors by operation and text
   */
  void noteErrors(Phase phase, String fault, Map<String, Map<String, Long>> errors) {
    errors.forEach(
        (operation, texts) -> {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("part", part);
          fields.put("phase", phase.label());
          if (!fault.isEmpty()) {
            fields.put(Event.FAULT, fault);
          }
          fields.put("operation", operation);
          fields.put("errors", texts);
          session.folder().events().append(Instant.now(), "errors", fields);
        });
  }

  /**
   * Gives what was measured, without the warm-up, to the run, and completes the run unless another
   * process does.
   *
   * @throws BenchException INVALID_RUN where there are reasons and the run is ours to complete
   */
  void finish(Contribution measured) {
    Contribution contribution =
        new Contribution(
            measured.operations().stream().filter(row -> row.phase() != Phase.WARM_UP).toList(),
            measured.faults(),
            measured.invalidReasons().stream().map(reason -> part + ": " + reason).toList());
    log.close();
    session.contribute(part, contribution);
    Path run = session.complete();
    session.close();
    if (session.settings().folder() == null) {
      listener.step("run: " + run.resolve(Run.REPORT));
    }
    for (String reason : contribution.invalidReasons()) {
      listener.step("invalid: " + reason);
    }
    if (!contribution.invalidReasons().isEmpty() && session.settings().folder() == null) {
      throw new BenchException(
          BenchException.Kind.INVALID_RUN,
          "the run is invalid: " + String.join("; ", contribution.invalidReasons()));
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  @Override
  public void close() {
    end();
    session.close();
  }
}
