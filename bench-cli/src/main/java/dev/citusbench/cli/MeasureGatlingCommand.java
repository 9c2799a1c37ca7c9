package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.session.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One of the simulations. */
@Command(
    name = "gatling",
    description = "Runs a Gatling simulation: an open load through HAProxy.",
    mixinStandardHelpOptions = true)
final class MeasureGatlingCommand implements Callable<Integer> {
  /** The simulations there are. */
  enum Simulation {
    STEADY,
    FAILOVER
  }

  @Mixin SettingOptions options = new SettingOptions();

  @Option(
      names = "--simulation",
      defaultValue = "STEADY",
      paramLabel = "S",
      description = "steady, or failover: kills primaries under the load")
  Simulation simulation = Simulation.STEADY;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.settings();
    return Child.inherit(
        switch (simulation) {
          case STEADY -> GatlingCommand.steady(settings);
          case FAILOVER -> GatlingCommand.failover(settings);
        });
  }
}
