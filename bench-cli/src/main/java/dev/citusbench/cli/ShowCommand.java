package dev.citusbench.cli;

import dev.citusbench.results.Run;
import dev.citusbench.results.RunText;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The figures of one run. */
@Command(
    name = "show",
    description = "Shows the figures of one run.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      defaultValue = Runs.LATEST,
      description = "id, its beginning, or latest")
  String run = Runs.LATEST;

  @Option(names = "--json", description = "run.json on standard output")
  boolean json;

  @Override
  public Integer call() {
    Run found = Runs.at(Session.runs(Settings.from(System.getProperties()))).find(run);
    System.out.print(json ? RunText.plain().showJson(found) : RunText.plain().show(found));
    return 0;
  }
}
