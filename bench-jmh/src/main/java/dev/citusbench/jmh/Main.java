package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.FanOut;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

/**
 * JMH's own command line, on a cluster: uses the one that is up, or starts one for this run and
 * stops it, and writes a run folder.
 *
 * <pre>
 * java -jar bench-jmh/target/benchmarks.jar -h
 * java -Dbench.quick=true -jar bench-jmh/target/benchmarks.jar
 * java -Dbench.tuning=ha-default -jar bench-jmh/target/benchmarks.jar lookup-order -p route=direct -t 4
 * </pre>
 */
public final class Main {
  /** Those that benchmarks use. */
  private static final List<Name> SETTINGS =
      List.of(
          Name.ENGINE,
          Name.RUNTIME,
          Name.URL_WRITER,
          Name.URL_READER,
          Name.URL_DIRECT,
          Name.LOAD,
          Name.TUNING,
          Name.SCALE,
          Name.SEED,
          Name.QUICK,
          Name.HOME);

  private Main() {}

  /** Exits with 0, or with {@link BenchException.Kind#exitCode()} of what went wrong. */
  public static void main(String[] args) throws Exception {
    System.exit(run(args));
  }

  static int run(String[] args) throws Exception {
    try {
      String[] ofJmh = takeSettings(args);
      CommandLineOptions asked = Outlook.parse(ofJmh);
      if (asked.shouldHelp()
          || asked.shouldList()
          || asked.shouldListWithParams()
          || asked.shouldListProfilers()
          || asked.shouldListResultFormats()) {
        if (asked.shouldHelp()) {
          System.out.println(
              help()
                  + "\nJMH's own help. Where it names a default that stands above, the one above holds.\n");
        }
        org.openjdk.jmh.Main.main(ofJmh);
      } else {
        measure(asked);
      }
      return 0;
    } catch (BenchException e) {
      return say(e);
    } catch (UncheckedIOException e) {
      return say(BenchException.of(e));
    } catch (CancellationException e) {
      // What there is to say is said, and the session is being closed.
      return BenchException.INTERRUPTED;
    }
  }

  private static int say(BenchException e) {
    System.err.println("bench: " + e.getMessage());
    return e.kind().exitCode();
  }

  /** What holds here, and JMH's own help does not say or says otherwise. */
  static String help() {
    StringBuilder text = new StringBuilder("Settings of the suite, before or among the options:\n");
    for (Name name : SETTINGS) {
      text.append("  -D%s=…%n        %s%n".formatted(name.property(), name.explained()));
    }
    return text.append(Profile.help()).toString();
  }

  /** {@code -Dbench.…} is understood after {@code -jar} too, where {@code ./bench jmh} has it. */
  private static String[] takeSettings(String[] args) {
    List<String> ofJmh = new ArrayList<>();
    for (String arg : args) {
      if (arg.startsWith("-Dbench.")) {
        int equals = arg.indexOf('=');
        System.setProperty(
            arg.substring(2, equals < 0 ? arg.length() : equals),
            equals < 0 ? "" : arg.substring(equals + 1));
      } else {
        ofJmh.add(arg.equals("--help") ? "-h" : arg);
      }
    }
    return ofJmh.toArray(String[]::new);
  }

  private static void measure(CommandLineOptions asked) {
    Settings settings = Settings.from(System.getProperties());
    // What cannot be measured must be said before anything is started.
    Listener listener = Listener.onStandardError();
    Outlook outlook = Outlook.of(asked, settings, listener);
    List<String> leftOut = outlook.leftOut();
    leftOut.forEach(line -> System.out.println("# " + line));

    try (Session session = Session.open(settings, RunKind.JMH, listener, outlook.demands())) {
      Settings ofForks =
          settings
              .with(Name.SCALE, String.valueOf(session.dataset().scale()))
              .with(Name.SEED, String.valueOf(session.dataset().seed()));
      if (asked.getForkCount().orElse(1) == 0) {
        System.setProperty(Name.SCALE.property(), String.valueOf(session.dataset().scale()));
        System.setProperty(Name.SEED.property(), String.valueOf(session.dataset().seed()));
      }
      leftOut.forEach(session::remark);
      List<Options> passes = outlook.passes(ofForks.asJvmOptions());
      List<String> reasons = new Measurement(session, asked, passes).run();
      if (passes.stream()
          .flatMap(pass -> Benchmarks.cases(pass).stream())
          .anyMatch(Main::isFanOut)) {
        dropFanOut(session, settings, System.out);
      }
      Path folder = session.complete();
      if (settings.folder() == null) {
        System.out.println("# Run folder: " + folder);
        reasons = Run.read(folder).manifest().invalidReasons();
      }
      if (!reasons.isEmpty()) {
        throw new BenchException(
            BenchException.Kind.INVALID_RUN, "the run is invalid: " + String.join("; ", reasons));
      }
    }
  }

  private static boolean isFanOut(Benchmarks.Case one) {
    return one.operation().equals(Benchmarks.FAN_OUT);
  }

  /** What was measured is worth more than the tables that stay if this fails. */
  private static void dropFanOut(Session session, Settings settings, PrintStream out) {
    try (Connection connection = session.connect("writer")) {
      FanOut.dropAll(settings.home().resolve("sql"), connection);
    } catch (SQLException | BenchException e) {
      out.printf("# Tables fan_out_… are still there: %s%n", e.getMessage());
    }
  }
}
