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
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.results.Source;
import dev.citusbench.session.Demand;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.Dataset;
import dev.citusbench.sql.ExecutionCount;
import dev.citusbench.sql.Placement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Mix mix;
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
    this.mix = Workload.mix(session.operations(), Dataset.of(session.dataset()), placement);
    this.traffic =
        new Traffic(
            part,
            new ArrivalSchedule(settings.arrivals(), settings.rate(), settings.seed()),
            warmup,
            steady,
            mix,
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
   * @param beside what else is going to connect while the load runs
   * @throws BenchException where the settings, the machine or the cluster do not allow it
   */
  static OpenLoad open(
      String part,
      RunKind what,
      Settings settings,
      Duration steady,
      List<Demand> beside,
      Listener listener) {
    Session session = Session.open(settings, what, listener, beside);
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

  /**
   * What may be counted on several shards under a load that is alone; to be asked before it starts.
   */
  Optional<MultiShardBound> multiShardBound() {
    try (Connection connection = session.connect(ROUTE)) {
      return MultiShardBound.measure(connection, session.engine(), mix, session::planClass);
    } catch (SQLException e) {
      throw uncounted(e);
    }
  }

  /** Finds it invalid where more was counted; on others' cluster that may be theirs. */
  void check(MultiShardBound bound) {
    Optional<ExecutionCount> after;
    try (Connection connection = session.connect(ROUTE)) {
      after = ExecutionCount.read(connection, session.engine());
    } catch (SQLException e) {
      throw uncounted(e);
    }
    after
        .flatMap(count -> bound.exceeded(count, traffic.handedOver()))
        .ifPresent(
            seen -> {
              if (session.settings().runtime() == RuntimeKind.ATTACH) {
                session.remark(seen + "; they may be others'");
              } else {
                session.invalid("plan guard: " + seen);
              }
            });
  }

  private static BenchException uncounted(SQLException e) {
    return new BenchException(
        BenchException.Kind.CLUSTER,
        "cannot tell what Citus executes on several shards: " + SqlState.oneLine(e),
        e);
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

  private void tell(Manifest.Generator generator) {
    listener.step(
        "%s, %s: %.2f of %.0f requests/s, lag p50 %.2f ms, p99 %.2f ms, longest pause of the generator %.1f ms"
            .formatted(
                part,
                generator.span().label(),
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
   * Gives what was measured, without the warm-up, to the run, with how the generator did in the
   * steady phase, and completes the run unless another process does.
   *
   * @throws BenchException INVALID_RUN where there are reasons and the run is ours to complete
   */
  void finish(Contribution measured) {
    List<Manifest.Generator> generators = new ArrayList<>(measured.generators());
    generators.add(0, traffic.generator());
    generators.forEach(this::tell);
    Contribution contribution =
        new Contribution(
                measured.operations().stream().filter(row -> row.phase() != Phase.WARM_UP).toList(),
                measured.faults(),
                measured.invalidReasons().stream().map(reason -> part + ": " + reason).toList())
            .withUnasked(measured.unaskedLeaderChanges())
            .withEndurance(measured.endurance())
            .withGenerators(generators);
    log.close();
    session.contribute(part, contribution);
    Path run = session.complete();
    session.close();
    for (String reason : contribution.invalidReasons()) {
      listener.step("invalid: " + reason);
    }
    if (session.settings().folder() == null) {
      listener.step("run: " + run.resolve(Run.REPORT));
      requireValid(run);
    }
  }

  /**
   * What the load itself has found is not all that a run is judged by: plans, for example, are
   * looked at when it is completed.
   *
   * @param run a complete folder
   * @throws BenchException INVALID_RUN with all reasons, where there are any
   */
  static void requireValid(Path run) {
    Manifest manifest = Run.read(run).manifest();
    if (!manifest.valid()) {
      throw new BenchException(
          BenchException.Kind.INVALID_RUN,
          "the run is invalid: " + String.join("; ", manifest.invalidReasons()));
    }
  }

  @Override
  public void close() {
    end();
    session.close();
  }
}
