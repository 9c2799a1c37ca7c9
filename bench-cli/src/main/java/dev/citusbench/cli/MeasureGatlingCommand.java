package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.gatling.RecordRoom;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Run;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One of the simulations. */
@Command(
    name = "gatling",
    description = "Runs a Gatling simulation: an open load through HAProxy.",
    mixinStandardHelpOptions = true,
    modelTransformer = MeasureGatlingCommand.Options.class)
final class MeasureGatlingCommand implements Callable<Integer> {
  /** The simulations there are. */
  enum Simulation {
    STEADY,
    FAILOVER
  }

  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return SettingOptions.addLoad(command);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  @Option(
      names = "--simulation",
      defaultValue = "steady",
      paramLabel = "S",
      description = "steady, or failover: kills primaries under the load (default: steady)")
  Simulation simulation = Simulation.STEADY;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = SettingOptions.read(command);
    if (simulation == Simulation.FAILOVER && settings.isGiven(Name.DURATION)) {
      throw BenchException.usage(
          "--duration is of the simulation steady; failover lasts until its faults are over");
    }
    switch (simulation) {
      case STEADY -> RecordRoom.ofChild().checkSteady(settings);
      case FAILOVER -> RecordRoom.ofChild().checkFailover(settings);
    }
    Instant began = Instant.now();
    int exit =
        Child.inherit(
            switch (simulation) {
              case STEADY -> GatlingCommand.steady(settings);
              case FAILOVER -> GatlingCommand.failover(settings);
            });
    // Gatling's own lines end with where its report is, which is not the record.
    since(began, settings)
        .ifPresent(
            run ->
                Console.on(System.out)
                    .line("\nOur report of the run: " + run.dir().resolve(Run.REPORT)));
    return exit;
  }

  /** The newest run, if it was begun since. */
  static Optional<Run> since(Instant began, Settings settings) {
    return Runs.at(Session.runs(settings)).list().stream()
        .findFirst()
        .filter(run -> run.manifest().startedAt().isAfter(began));
  }
}
