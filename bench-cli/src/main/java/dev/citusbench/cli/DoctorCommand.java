package dev.citusbench.cli;

import dev.citusbench.cluster.Doctor;
import dev.citusbench.cluster.Finding;
import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What is here, what is missing, and how to get it. */
@Command(
    name = "doctor",
    description =
        "Says what is here, what is missing and how to get it, and what run would choose.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Option(names = "--json", description = "one JSON document on standard output")
  boolean json;

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.examine(Settings.from(System.getProperties()).home());
    if (json) {
      System.out.println(
          JsonMapper.builder()
              .build()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(findings));
    } else {
      for (Finding finding : findings) {
        System.out.printf("%-8s %-14s %s%n", finding.state(), finding.name(), finding.seen());
        if (!finding.mend().isEmpty()) {
          System.out.printf("%-8s %-14s → %s%n", "", "", finding.mend());
        }
      }
    }
    boolean missing = findings.stream().anyMatch(f -> f.state() == Finding.State.MISSING);
    return missing ? BenchException.Kind.MACHINE.exitCode() : 0;
  }
}
