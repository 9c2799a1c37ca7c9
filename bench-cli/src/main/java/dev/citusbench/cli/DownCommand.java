package dev.citusbench.cli;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.results.RunFolder;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stops the cluster, or what a killed command left of one. */
@Command(
    name = "down",
    description = "Stops the cluster, also one that a killed command left behind.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Console console = Console.on(System.out);
    Settings settings = Settings.from(System.getProperties());
    Cluster.clear(settings.home(), console::step);
    RunFolder.recover(Session.runs(settings))
        .forEach(id -> console.step("kept as invalid, because it was interrupted: " + id));
    return 0;
  }
}
