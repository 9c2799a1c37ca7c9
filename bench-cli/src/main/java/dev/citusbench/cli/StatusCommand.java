package dev.citusbench.cli;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Members, roles, lag, routes, engine and tuning of the cluster that is up. */
@Command(
    name = "status",
    description = "Shows members, roles, lag, routes, engine and tuning of the cluster that is up.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "one JSON document on standard output")
  boolean json;

  @Override
  public Integer call() {
    Settings settings = Settings.from(System.getProperties());
    Cluster cluster = Testbed.find(settings, Console.on(System.err)).cluster();
    var status = cluster.status();
    System.out.println(
        json ? StatusText.json(cluster.file(), status) : StatusText.of(cluster.file(), status));
    return 0;
  }
}
