package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.gatling.RecordRoom;
import dev.citusbench.results.RunText;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** How much of a stress a tuning bears before it fails over unasked. */
@Command(
    name = "endure",
    description = {
      "Pauses a primary, makes the machine busy and syncs slow, under an open load and more and"
          + " more, until a leader changes that nobody asked to: how much of each a tuning bears.",
      "Slow syncs take the program strace, attached to processes of the cluster; it costs each of"
          + " their system calls some microseconds besides."
    },
    mixinStandardHelpOptions = true,
    modelTransformer = EndureCommand.Options.class)
final class EndureCommand implements Callable<Integer> {
  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      SettingOptions.add(command, "", Name.STRESS, Name.STEPS);
      SettingOptions.add(
          command,
          Name.TARGET,
          "whose primary pause and disk hit: all, or some of coordinator, worker1 … (default:"
              + " worker1; load hits the machine, and etcd-disk every etcd)");
      SettingOptions.add(
          command, Name.REPEAT, "how often each step is done: 1 to 1,000 (default: 2)");
      SettingOptions.add(
          command,
          Name.HOLD,
          "how long each step of load, disk and etcd-disk lasts: a duration such as 30s, at most"
              + " 1h (default: 45s, or 20s with quick, or ttl + loop_wait where that is longer)");
      return SettingOptions.add(
          command,
          "every other step, and shorter ones; short phases, small data set, one etcd instead of"
              + " three",
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

  @Override
  public Integer call() throws InterruptedException {
    Settings given = SettingOptions.read(command);
    // A hold is of stresses here, and not of the fault that is broken by default elsewhere.
    Settings settings =
        given.isGiven(Name.STRESS) ? given : given.with(Name.STRESS, Settings.ALL.get(0));
    RecordRoom.ofChild().checkEndurance(settings);
    Instant began = Instant.now();
    int exit = Child.inherit(GatlingCommand.endurance(settings));
    MeasureGatlingCommand.since(began, settings)
        .ifPresent(run -> Console.on(System.out).line("\n" + RunText.plain().show(run)));
    return exit;
  }
}
