package dev.citusbench.cli;

import dev.citusbench.cluster.Reservation;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Loads the data set into the cluster that is up. */
@Command(
    name = "load",
    description = "Loads the data set into the cluster that is up, unless it is there.",
    mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
  @Mixin SettingOptions options = new SettingOptions();

  @Override
  public Integer call() {
    Console console = Console.on(System.out);
    Settings settings = options.settings();
    try (Reservation alone = Reservation.take(settings.home(), "'./bench load'")) {
      Testbed.Data data = Testbed.find(settings, console).load();
      data.record()
          .rows()
          .forEach((table, rows) -> console.line("%-12s %,12d".formatted(table, rows)));
    }
    return 0;
  }
}
