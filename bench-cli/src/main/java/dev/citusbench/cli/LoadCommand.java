package dev.citusbench.cli;

import dev.citusbench.cluster.Reservation;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.session.Testbed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Loads the data set into the cluster that is up, or that others run. */
@Command(
    name = "load",
    description =
        "Loads the data set into the cluster that is up, unless it is there: 500,000 orders,"
            + " or 50,000 with --quick. `up --quick` does not make it small by itself.",
    mixinStandardHelpOptions = true,
    modelTransformer = LoadCommand.Options.class)
final class LoadCommand implements Callable<Integer> {
  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return SettingOptions.add(
          SettingOptions.addAttach(command),
          "a data set of scale 0.1 instead of 1",
          Name.SCALE,
          Name.SEED,
          Name.QUICK);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    Console console = Console.on(System.out);
    Settings settings = SettingOptions.read(command).with(Name.LOAD, "true");
    try (Reservation alone = Reservation.take(settings.home(), "'./bench load'")) {
      Testbed.Data data = Testbed.find(settings, console).load();
      data.record()
          .rows()
          .forEach((table, rows) -> console.line("%-12s %,12d".formatted(table, rows)));
    }
    return 0;
  }
}
