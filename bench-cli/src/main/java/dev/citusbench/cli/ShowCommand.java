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
    description = "Shows the figures of one run; without RUN those of the newest.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  /** How a run can be named, in words. */
  static final String NAMES =
      "id of a run, a beginning that no other id has, the path of its folder, or latest";

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      defaultValue = Runs.LATEST,
      description = NAMES + "; without RUN the newest")
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
