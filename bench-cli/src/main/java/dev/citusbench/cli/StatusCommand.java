package dev.citusbench.cli;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.session.Settings;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Members, roles, lag, routes, engine and tuning of the cluster that is up. */
@Command(
    name = "status",
    description = {
      "Shows members, roles, lag, routes, engine and tuning of the cluster that is up.",
      "Where none is up, it says so and exits with 0 as well; in the JSON document `up` tells."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "one JSON document on standard output")
  boolean json;

  @Override
  public Integer call() {
    Settings settings = Settings.from(System.getProperties());
    System.out.println(text(Cluster.find(settings.home())));
    return 0;
  }

  private String text(Optional<Cluster> up) {
    if (up.isEmpty()) {
      return json ? StatusText.jsonOfNone() : StatusText.NONE;
    }
    Cluster cluster = up.get();
    return json
        ? StatusText.json(cluster.file(), cluster.status())
        : StatusText.of(cluster.file(), cluster.status());
  }
}
