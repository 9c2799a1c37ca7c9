package dev.citusbench.cli;

import dev.citusbench.results.Report;
import dev.citusbench.results.Run;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the report of a run anew, with this version of the suite. */
@Command(
    name = "report",
    description =
        "Writes report.html of a run anew, and says where it is; without RUN that of the newest run.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      defaultValue = Runs.LATEST,
      description = ShowCommand.NAMES + "; without RUN the newest")
  String run = Runs.LATEST;

  @Override
  public Integer call() {
    Run found = Runs.at(Session.runs(Settings.from(System.getProperties()))).find(run);
    Report.write(found.dir());
    System.out.println(found.dir().resolve(Run.REPORT));
    return 0;
  }
}
