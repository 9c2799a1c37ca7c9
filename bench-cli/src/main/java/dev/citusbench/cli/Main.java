package dev.citusbench.cli;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Nearest;
import dev.citusbench.session.Version;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line {@code ./bench}. */
@Command(
    name = "bench",
    description =
        "Measures a highly available PostgreSQL + Citus cluster behind Patroni, etcd and HAProxy.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.SuiteVersion.class,
    subcommands = {
      RunCommand.class,
      DoctorCommand.class,
      UpCommand.class,
      LoadCommand.class,
      StatusCommand.class,
      DownCommand.class,
      MeasureJmhCommand.class,
      MeasureGatlingCommand.class,
      FailoverCommand.class,
      EndureCommand.class,
      CompareCommand.class,
      ListCommand.class,
      ShowCommand.class,
      ReportCommand.class
    },
    footer = {
      "",
      "The launcher ./bench adds:",
      "  test [MAVEN ARG…]          sets up what is missing, then runs every test that",
      "                             this machine can run; exits as Maven does",
      "  -y, --yes                  installs what is missing without asking",
      "",
      "Exit codes:",
      "   0  good",
      "   1  kept for a regression that compare finds; no command exits with it yet",
      "   2  wrong usage or bad input",
      "   3  the run is invalid",
      "   4  the machine lacks something, or the build failed",
      "   5  the cluster did not come up, or was lost other than by our fault",
      "  70  a defect of the suite",
      " 130  told to end by Ctrl-C; 143 by SIGTERM"
    })
public final class Main {
  /** A defect of ours, as {@code EX_SOFTWARE} of sysexits.h. */
  private static final int DEFECT = 70;

  /** Commands that the launcher runs by itself. */
  private static final List<String> OF_LAUNCHER = List.of("test");

  private Main() {}

  /** Answers {@code --version}. */
  static final class SuiteVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"citus-ha-bench " + Version.suite()};
    }
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::sayWhatIsWrong)
        .setExecutionExceptionHandler(sayWhatHappened())
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(28);
  }

  /** One line, with the nearest valid word, instead of the whole usage. */
  private static int sayWhatIsWrong(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      List<String> commands = new ArrayList<>(command.getSubcommands().keySet());
      commands.addAll(OF_LAUNCHER);
      return say(
          BenchException.unknown("command", unmatched.getUnmatched().get(0), commands), command);
    }
    if (wrong.getArgSpec() instanceof OptionSpec option
        && option.type().isEnum()
        && wrong.getValue() != null) {
      return say(
          BenchException.unknown(
              "value of " + option.longestName(), wrong.getValue(), inLowerCase(option.type())),
          command);
    }
    String nearest =
        wrong instanceof UnmatchedArgumentException unmatched
            ? Nearest.to(
                    unmatched.getUnmatched().get(0).replaceFirst("=.*", ""),
                    command.getCommandSpec().optionsMap().keySet())
                .map(option -> ": did you mean '" + option + "'?")
                .orElse("")
            : "";
    command
        .getErr()
        .printf(
            "bench: %s%s%n       `./%s --help` lists what there is%n",
            wrong.getMessage(), nearest, command.getCommandSpec().qualifiedName());
    return BenchException.Kind.USAGE.exitCode();
  }

  /** As the help has them. */
  private static List<String> inLowerCase(Class<?> constants) {
    @Nullable Object[] all = constants.getEnumConstants();
    return Arrays.stream(all).map(value -> String.valueOf(value).toLowerCase(Locale.ROOT)).toList();
  }

  private static IExecutionExceptionHandler sayWhatHappened() {
    return (exception, commandLine, parsed) -> {
      if (exception instanceof BenchException expected) {
        return say(expected, commandLine);
      }
      if (exception instanceof UncheckedIOException file) {
        return say(BenchException.of(file), commandLine);
      }
      if (exception instanceof CancellationException) {
        return BenchException.INTERRUPTED; // the hooks of this process say what there is to say
      }
      commandLine.getErr().println("bench: a defect of the suite, please report it:");
      exception.printStackTrace(commandLine.getErr());
      return DEFECT;
    };
  }

  private static int say(BenchException expected, CommandLine commandLine) {
    commandLine.getErr().println("bench: " + expected.getMessage());
    return expected.kind().exitCode();
  }
}
