package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;

import dev.citusbench.gatling.probe.Probes;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Phase;
import dev.citusbench.results.RunKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Settings;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients see when something breaks: under the load of {@link SteadySimulation} the faults are
 * opened that the settings ask for, by default SIGKILL to the postmaster of worker 1's primary, and
 * after recovery to the coordinator's. Outages are seen by probes without a pool ({@link
 * dev.citusbench.gatling.probe.Outages}); latencies and errors by the load, in the phases around
 * each fault ({@link FaultPhases}), to which requests belong by their due time ({@link
 * DueRequests}); whom it hit, and what it cost, by the load's requests too ({@link BlastRadius},
 * {@link PerformanceDebt}). One injection each proves nothing about the next: it is a look, not a
 * distribution.
 *
 * <pre>
 * mvn -pl bench-gatling gatling:test -Dgatling.simulationClass=dev.citusbench.gatling.FailoverSimulation -Dbench.tuning=ha-floor
 * </pre>
 */
public final class FailoverSimulation extends Simulation {
  static final String PART = "failover";

  private final OpenLoad load;
  private final Duration calm;
  private final FailoverPlan plan;
  private final Conductor conductor;

  public FailoverSimulation() {
    Settings settings = PlainErrors.orExit(() -> Settings.from(System.getProperties()));
    PlainErrors.orExit(() -> PlannedFault.check(settings));
    PlainErrors.orExit(() -> RecordRoom.ofThisProcess().checkFailover(settings));
    this.calm = FaultTimes.calm(settings);
    this.load =
        PlainErrors.orExit(
            () ->
                OpenLoad.open(
                    PART,
                    RunKind.FAILOVER,
                    settings,
                    calm,
                    List.of(Probes.demand(settings)),
                    Listener.onStandardError()));
    this.plan =
        PlainErrors.orExit(
            () ->
                new FailoverPlan(
                    load.session(), load.listener(), load.traffic()::longestPauseNanos));
    this.conductor = new Conductor(PART, load.traffic(), calm, plan);
    setUp(
            load.traffic()
                .population(
                    scenario("failover")
                        .exec(
                            stopLoadGeneratorIf(
                                "the faults are over", session -> conductor.isDone()))
                        .exec(OperationStep.request()),
                    conductor.longest()))
        .protocols(load.traffic().protocol())
        .maxDuration(conductor.longest().plus(settings.warmup()).plus(calm));
  }

  @Override
  public void before() {
    PlainErrors.orExit(
        () ->
            load.start("steady %d s, then %d faults".formatted(calm.toSeconds(), plan.planned())));
    conductor.start();
  }

  @Override
  public void after() {
    long end = conductor.endNanos();
    load.end();
    conductor.end();
    PhaseCut phases =
        plan.phases(load.traffic().startNanoTime(), load.traffic().steadyNanoTime(), end);
    load.noteErrors(phases, plan.results().stream().map(Manifest.FaultResult::target).toList());
    List<String> reasons = new ArrayList<>(load.traffic().judgeSteady());
    reasons.addAll(load.traffic().judgeFaults(end));
    reasons.addAll(plan.problems());
    if (plan.results().size() < plan.planned()) {
      reasons.add("%d of %d faults were measured".formatted(plan.results().size(), plan.planned()));
    }
    PlainErrors.orExit(
        () ->
            load.finish(
                new Contribution(rows(phases), plan.results(load.traffic().requests()), reasons)
                    .withGenerators(load.traffic().generatorAfterSteady(end).stream().toList())
                    .withUnasked(plan.unaskedLeaderChanges())));
  }

  /** A run that this is a part of has its steady rows from {@link SteadySimulation}. */
  private List<Manifest.OperationResult> rows(PhaseCut phases) {
    boolean part = load.session().settings().folder() != null;
    return load.rows(phases).stream().filter(row -> !part || row.phase() != Phase.STEADY).toList();
  }
}
