package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.citusbench.results.Contribution;
import dev.citusbench.results.RunKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Settings;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Latency under an open load that nothing disturbs: requests of {@link Workload}'s mix arrive
 * evenly or as a Poisson process, whether or not earlier ones were answered, through HAProxy. Times
 * count from when a request was due, and by then a request belongs to warm-up or steady phase. What
 * is left out: the warm-up, and the time a connection takes to open.
 *
 * <pre>
 * mvn -pl bench-gatling gatling:test -Dbench.rate=200 -Dbench.warmup=30s -Dbench.duration=2m -Dbench.connections=16 -Dbench.arrivals=poisson
 * </pre>
 */
public final class SteadySimulation extends Simulation {
  /** Requests may take this long after the last one was due. */
  private static final Duration DRAIN = Duration.ofSeconds(60);

  private static final String PART = "gatling";

  private final OpenLoad load;
  private final Duration steady;
  private volatile Optional<MultiShardBound> bound = Optional.empty();

  public SteadySimulation() {
    Settings settings = PlainErrors.orExit(() -> Settings.from(System.getProperties()));
    PlainErrors.orExit(() -> RecordRoom.ofThisProcess().checkSteady(settings));
    this.steady = OpenLoad.wholeSeconds(settings.duration());
    this.load =
        PlainErrors.orExit(
            () ->
                OpenLoad.open(
                    PART,
                    RunKind.GATLING,
                    settings,
                    steady,
                    List.of(),
                    Listener.onStandardError()));
    setUp(load.traffic().population(scenario("steady").exec(OperationStep.request()), steady))
        .protocols(load.traffic().protocol())
        .maxDuration(steady.plus(settings.warmup()).plus(DRAIN));
  }

  @Override
  public void before() {
    bound = PlainErrors.orExit(load::multiShardBound);
    PlainErrors.orExit(() -> load.start("steady " + steady.toSeconds() + " s"));
  }

  @Override
  public void after() {
    load.end();
    PlainErrors.orExit(() -> bound.ifPresent(load::check));
    PhaseCut phases = load.traffic().phases();
    load.noteErrors(phases, List.of());
    List<String> reasons = load.traffic().judgeSteady();
    PlainErrors.orExit(() -> load.finish(new Contribution(load.rows(phases), List.of(), reasons)));
  }
}
