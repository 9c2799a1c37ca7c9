package dev.citusbench.cli;

import dev.citusbench.results.Comparison;
import dev.citusbench.results.Run;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Two or more runs side by side. */
@Command(
    name = "compare",
    description = "Shows runs side by side, with ratios to the first one.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  /** How the comparison is printed. */
  enum Format {
    TEXT,
    JSON,
    CSV,
    HTML
  }

  @Parameters(paramLabel = "BASE", index = "0", description = ShowCommand.NAMES)
  String base = "";

  @Parameters(paramLabel = "CANDIDATE", index = "1", arity = "1..*", description = "likewise")
  List<String> candidates = new ArrayList<>();

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "F",
      description = "text, json, csv or html (default: text)")
  Format format = Format.TEXT;

  @Option(names = "--allow-invalid", description = "compare runs also where they are invalid")
  boolean allowInvalid;

  @Override
  public Integer call() {
    Runs runs = Runs.at(Session.runs(Settings.from(System.getProperties())));
    List<Run> compared = new ArrayList<>();
    compared.add(runs.find(base));
    candidates.forEach(candidate -> compared.add(runs.find(candidate)));
    Comparison comparison = Comparison.of(compared, allowInvalid);
    System.out.print(
        switch (format) {
          case TEXT -> comparison.text();
          case JSON -> comparison.json();
          case CSV -> comparison.csv();
          case HTML -> comparison.html();
        });
    return 0;
  }
}
