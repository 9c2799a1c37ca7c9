package dev.citusbench.gatling;

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
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.Dataset;
import dev.citusbench.sql.Placement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open load on a session's cluster: the traffic, its pool, and what goes into the record. What
 * both simulations share.
 */
final class OpenLoad implements AutoCloseable {
  /** The route that the load takes. */
  static final String ROUTE = "writer";

  private static final Duration FULL = Duration.ofSeconds(30);

  private final String part;
  private final Listener listener;
  private final Session session;
  private final Duration warmup;
  private final HikariDataSource pool;
  private final LatencyLog log;
  private final int workers;
  private final Traffic traffic;

  private OpenLoad(
      String part,
      Listener listener,
      Session session,
      Duration steady,
      @Nullable Placement placement) {
    Settings settings = session.settings();
    this.part = part;
    this.listener = listener;
    this.session = session;
    this.warmup = wholeSeconds(settings.warmup());
    this.pool = Pool.open(session.target(ROUTE), session.tuning().pool(), session.poolSize());
    this.workers =
        settings.isGiven(Name.WORKERS)
            ? settings.workers()
            : Math.max(settings.workers(), pool.getMaximumPoolSize());
    this.log = session.folder().latencyLog(part);
    this.traffic =
        new Traffic(
            part,
            new ArrivalSchedule(settings.arrivals(), settings.rate(), settings.seed()),
            warmup,
            steady,
            Workload.mix(session.operations(), Dataset.of(session.dataset()), placement),
            pool,
            workers,
            new Recording(log),
            listener::step);
  }

  /**
   * Opens the session and all that the load needs.
   *
   * @param part name of the contribution to the run
   * @param steady length of the steady phase, which is judged
   * @throws BenchException where the settings, the machine or the cluster do not allow it
   */
  static OpenLoad open(
      String part, RunKind what, Settings settings, Duration steady, Listener listener) {
    DueRequests.requireRoom(
        settings.rate(),
        wholeSeconds(settings.warmup()).plus(steady),
        Runtime.getRuntime().maxMemory());
    Session session = Session.open(settings, what, listener);
    try {
      Placement placement = what == RunKind.FAILOVER ? placement(session) : null;
      return new OpenLoad(part, listener, session, steady, placement);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static Placement placement(Session session) {
    try (Connection connection = session.connect(ROUTE)) {
      return Placement.read(connection, session.engine(), session.dataset());
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot ask where the tenants lie: " + SqlState.oneLine(e),
          e);
    }
  }

  /** Gatling counts in seconds. */
  static Duration wholeSeconds(Duration duration) {
    return Duration.ofSeconds((duration.toMillis() + 999) / 1000);
  }

  /** The load itself. */
  Traffic traffic() {
    return traffic;
  }

  /** Fills the pool, starts the workers, and says what is going to happen. */
  void start(String plan) {
    Pool.awaitFull(pool, FULL);
    traffic.start();
    Settings settings = session.settings();
    listener.step(
        "%s: %d requests/s (%s) through route %s, %d connections, %d workers; warm-up %d s, then %s"
            .formatted(
                part,
                settings.rate(),
                settings.arrivals(),
                ROUTE,
                pool.getMaximumPoolSize(),
                workers,
                warmup.toSeconds(),
                plan));
  }

  Session session() {
    return session;
  }

  Listener listener() {
    return listener;
  }

  /** Ends the load: waits for what is under way, closes workers and pool. */
  void end() {
    traffic.close();
    pool.close();
  }

  /** One row for each series, fault and phase, to which requests belong by their due time. */
  List<Manifest.OperationResult> rows(PhaseCut phases) {
    return traffic.requests().rows(phases, this::described);
  }

  private LatencyLog.Described described(String operation) {
    return new LatencyLog.Described(
        session.planClass(operation), session.tasks(operation), Source.GATLING, ROUTE);
  }

  /** Notes how the generator did after the steady phase, and tells how it did in it. */
  void note() {
    Punctuality after = traffic.afterSteady();
    if (after.count() > 0) {
      Map<String, Object> later = new LinkedHashMap<>();
      later.put("part", part);
      later.put("requestsAfterSteady", after.count());
      later.put("lagP99AfterSteadyNanos", after.lagNanos(99));
      later.put("lagMaxAfterSteadyNanos", after.maxLagNanos());
      session.folder().events().append(Instant.now(), "generator", later);
    }
    Manifest.Generator generator = traffic.generator();
    listener.step(
        "%s: %.2f of %.0f requests/s, lag p50 %.2f ms, p99 %.2f ms, longest pause of the generator %.1f ms"
            .formatted(
                part,
                generator.achievedPerSecond(),
                generator.askedPerSecond(),
                generator.lagP50Nanos() / 1e6,
                generator.lagP99Nanos() / 1e6,
                generator.hiccupMaxNanos() / 1e6));
  }

  /**
   * Notes the errors of each phase.
   *
   * @param targets of the faults, in their order
   */
  void noteErrors(PhaseCut phases, List<String> targets) {
    for (DueRequests.Tally tally : traffic.requests().tallies(phases)) {
      Integer fault = tally.stretch().fault();
      String target = fault == null || fault >= targets.size() ? "" : targets.get(fault);
      noteErrors(tally.stretch().phase(), target, tally.errors());
    }
  }

  private void noteErrors(Phase phase, String fault, Map<String, Map<String, Long>> errors) {
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
                measured.invalidReasons().stream().map(reason -> part + ": " + reason).toList())
            .withUnasked(measured.unaskedLeaderChanges())
            .withEndurance(measured.endurance())
            .with(traffic.generator());
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

  @Override
  public void close() {
    end();
    session.close();
  }
}
