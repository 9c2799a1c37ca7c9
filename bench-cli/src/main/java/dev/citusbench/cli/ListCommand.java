package dev.citusbench.cli;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunText;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All runs, newest first. */
@Command(
    name = "list",
    description = "Lists the runs of this checkout, newest first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  @Option(names = "--json", description = "one JSON document on standard output")
  boolean json;

  @Override
  public Integer call() {
    Runs runs = Runs.at(Session.runs(Settings.from(System.getProperties())));
    List<Run> all = runs.list();
    System.out.print(json ? RunText.plain().listJson(all) : RunText.plain().list(all));
    List<BenchException> broken = runs.broken();
    broken.forEach(run -> System.err.println("bench: " + run.getMessage()));
    return broken.isEmpty() ? 0 : BenchException.Kind.USAGE.exitCode();
  }
}
