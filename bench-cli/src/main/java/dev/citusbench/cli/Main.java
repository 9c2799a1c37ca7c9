package dev.citusbench.cli;

import dev.citusbench.results.BenchException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The command line {@code ./bench}. */
@Command(
    name = "bench",
    description =
        "Measures a highly available PostgreSQL + Citus cluster behind Patroni, etcd and HAProxy.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "citus-ha-bench 0.1.0",
    subcommands = {
      RunCommand.class,
      DoctorCommand.class,
      UpCommand.class,
      LoadCommand.class,
      StatusCommand.class,
      DownCommand.class,
      MeasureJmhCommand.class,
      MeasureGatlingCommand.class,
      CompareCommand.class,
      ListCommand.class,
      ShowCommand.class,
      ReportCommand.class
    },
    footer = {
      "",
      "`bench test` sets up what is missing and runs every test that this machine can run.",
      "",
      "Exit codes: 0 good; 2 wrong usage or bad input; 3 the run is invalid; 4 the machine",
      "lacks something; 5 the cluster did not come up or was lost; 70 a defect of the suite."
    })
public final class Main {
  /** A defect of ours, as {@code EX_SOFTWARE} of sysexits.h. */
  private static final int DEFECT = 70;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(sayWhatHappened())
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(28);
  }

  private static IExecutionExceptionHandler sayWhatHappened() {
    return (exception, commandLine, parsed) -> {
      if (exception instanceof BenchException expected) {
        commandLine.getErr().println("bench: " + expected.getMessage());
        return expected.kind().exitCode();
      }
      commandLine.getErr().println("bench: a defect of the suite, please report it:");
      exception.printStackTrace(commandLine.getErr());
      return DEFECT;
    };
  }
}
