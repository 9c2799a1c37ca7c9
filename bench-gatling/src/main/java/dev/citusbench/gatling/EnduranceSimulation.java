package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;

import dev.citusbench.results.Contribution;
import dev.citusbench.results.Phase;
import dev.citusbench.results.RunKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Settings;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much a tuning bears before it fails over unasked: under the load of {@link SteadySimulation}
 * a primary is paused for longer and longer, the machine is made busier and busier, and syncs of
 * PostgreSQL and of etcd slower and slower, until a leader changes. What is varied is the stress;
 * the load is only there so that the cluster has work to do. Its figures in the steady seconds
 * before are recorded, and how many requests failed in each step; latencies under stress are in the
 * histogram log and nowhere else.
 *
 * <pre>
 * mvn -pl bench-gatling gatling:test -Dgatling.simulationClass=dev.citusbench.gatling.EnduranceSimulation -Dbench.stress=pause -Dbench.tuning=ha-floor
 * </pre>
 */
public final class EnduranceSimulation extends Simulation {
  private static final String PART = "endurance";

  private final OpenLoad load;
  private final Duration calm;
  private final EndurancePlan plan;
  private final Conductor conductor;

  public EnduranceSimulation() {
    Settings settings =
        PlainErrors.orExit(() -> PlannedStress.checked(Settings.from(System.getProperties())));
    PlainErrors.orExit(() -> RecordRoom.ofThisProcess().checkEndurance(settings));
    this.calm = FaultTimes.calm(settings);
    this.load =
        PlainErrors.orExit(
            () ->
                OpenLoad.open(
                    PART, RunKind.FAILOVER, settings, calm, List.of(), Listener.onStandardError()));
    this.plan = PlainErrors.orExit(() -> new EndurancePlan(load.session(), load.listener()));
    this.conductor = new Conductor(PART, load.traffic(), calm, plan);
    setUp(
            load.traffic()
                .population(
                    scenario("endurance")
                        .exec(
                            stopLoadGeneratorIf(
                                "the ladders are climbed", session -> conductor.isDone()))
                        .exec(OperationStep.request()),
                    conductor.longest()))
        .protocols(load.traffic().protocol())
        .maxDuration(conductor.longest().plus(settings.warmup()).plus(calm));
  }

  @Override
  public void before() {
    PlainErrors.orExit(
        () ->
            load.start(
                "steady %d s, then %d ladders of stress"
                    .formatted(calm.toSeconds(), plan.planned())));
    conductor.start();
  }

  @Override
  public void after() {
    long end = conductor.endNanos();
    load.end();
    conductor.end();
    PhaseCut phases = load.traffic().phases();
    load.noteErrors(phases, List.of());
    List<String> reasons = new ArrayList<>(load.traffic().judgeSteadyAlone());
    // Under a stress that is meant to overwhelm this machine the generator is late, and requests
    // are given up. What is measured is whether a leader changed: that does not depend on it.
    load.traffic()
        .judgeFaults(end)
        .forEach(
            late -> load.session().remark("under stress, so not held against the run: " + late));
    reasons.addAll(plan.problems());
    if (plan.done() < plan.planned()) {
      reasons.add(
          "%d of %d ladders were climbed as asked for".formatted(plan.done(), plan.planned()));
    }
    if (plan.planned() == 0) {
      reasons.add("this machine can have none of the stresses");
    }
    PlainErrors.orExit(
        () ->
            load.finish(
                new Contribution(
                        load.rows(phases).stream()
                            .filter(row -> row.phase() == Phase.STEADY)
                            .toList(),
                        List.of(),
                        reasons)
                    .withGenerators(load.traffic().generatorAfterSteady(end).stream().toList())
                    .withUnasked(plan.outside())
                    .withEndurance(plan.results(load.traffic().requests()))));
  }
}
