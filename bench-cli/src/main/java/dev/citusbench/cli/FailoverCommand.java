package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.gatling.RecordRoom;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.RunText;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Faults under load, as often as asked for: a distribution of outages, not one. */
@Command(
    name = "failover",
    description =
        "Breaks the cluster under an open load, again and again, and reports every outage.",
    mixinStandardHelpOptions = true,
    modelTransformer = FailoverCommand.Options.class)
final class FailoverCommand implements Callable<Integer> {
  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return SettingOptions.add(
          command,
          Name.QUICK.purpose(),
          Name.FAULT,
          Name.TARGET,
          Name.REPEAT,
          Name.HOLD,
          Name.ENGINE,
          Name.NETWORK,
          Name.DISK,
          Name.TUNING,
          Name.SCALE,
          Name.SEED,
          Name.QUICK,
          Name.RATE,
          Name.ARRIVALS,
          Name.WARMUP,
          Name.CONNECTIONS,
          Name.WORKERS);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  @Option(
      names = "--matrix",
      description =
          "all faults at all targets: as --fault all --target all; those that cannot be are left out, and named")
  boolean matrix;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = settings();
    RecordRoom.ofChild().checkFailover(settings);
    Instant began = Instant.now();
    int exit = Child.inherit(GatlingCommand.failover(settings));
    MeasureGatlingCommand.since(began, settings)
        .ifPresent(run -> Console.on(System.out).line("\n" + RunText.plain().show(run)));
    return exit;
  }

  private Settings settings() {
    Settings settings = SettingOptions.read(command);
    if (!matrix) {
      return settings;
    }
    if (settings.isGiven(Name.FAULT) || settings.isGiven(Name.TARGET)) {
      throw BenchException.usage(
          "--matrix is all faults at all targets: leave --fault and --target out");
    }
    String all = Settings.ALL.get(0);
    return settings.with(Name.FAULT, all).with(Name.TARGET, all);
  }
}
