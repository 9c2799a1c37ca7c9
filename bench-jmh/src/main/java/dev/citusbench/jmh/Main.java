package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.Engine;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.session.Testbed;
import dev.citusbench.sql.FanOut;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
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

  /**
   * Longer than a failover takes by the defaults of Patroni: a cluster that has one is not lost.
   */
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

  private Main() {}

  /** Exits with 0, or with {@link BenchException.Kind#exitCode()} of what went wrong. */
  public static void main(String[] args) throws Exception {
    System.exit(run(args));
  }

  private static int run(String[] args) throws Exception {
    try {
      String[] ofJmh = takeSettings(args);
      CommandLineOptions asked = parse(ofJmh);
      if (asked.shouldHelp()
          || asked.shouldList()
          || asked.shouldListWithParams()
          || asked.shouldListProfilers()
          || asked.shouldListResultFormats()) {
        org.openjdk.jmh.Main.main(ofJmh);
        if (asked.shouldHelp()) {
          System.out.println("\n" + help());
        }
      } else {
        measure(asked);
      }
      return 0;
    } catch (BenchException e) {
      return say(e);
    } catch (UncheckedIOException e) {
      return say(BenchException.of(e));
    } catch (CancellationException e) {
      return BenchException
          .INTERRUPTED; // what there is to say is said, and the session is being closed
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

  private static CommandLineOptions parse(String[] args) {
    try {
      return new CommandLineOptions(args);
    } catch (CommandLineOptionException e) {
      throw BenchException.usage("JMH: " + e.getMessage() + "; -h lists its options");
    }
  }

  private static void measure(CommandLineOptions asked) {
    Settings settings = Settings.from(System.getProperties());
    Profile profile = new Profile(asked, settings.quick(), routes(settings), writing(settings));
    // What cannot be measured must be said before anything is started.
    Listener listener = Listener.onStandardError();
    Limits limits =
        Limits.of(
            settings.home().resolve("sql"),
            Testbed.engine(settings, listener),
            settings.runtime() == RuntimeKind.ATTACH);
    profile.check(limits);
    List<String> leftOut =
        profile.leftOut(limits).stream().map(line -> "left out: " + line).toList();
    leftOut.forEach(line -> System.out.println("# " + line));

    try (Session session = Session.open(settings, RunKind.JMH, listener, profile.demands(limits))) {
      Settings ofForks =
          settings
              .with(Name.SCALE, String.valueOf(session.dataset().scale()))
              .with(Name.SEED, String.valueOf(session.dataset().seed()));
      if (asked.getForkCount().orElse(1) == 0) {
        System.setProperty(Name.SCALE.property(), String.valueOf(session.dataset().scale()));
        System.setProperty(Name.SEED.property(), String.valueOf(session.dataset().seed()));
      }
      leftOut.forEach(session::remark);
      List<Options> passes = profile.passes(limits, ofForks.asJvmOptions());
      List<RunResult> results = new ArrayList<>();
      List<String> reasons = new ArrayList<>();
      BenchException lost = null;
      try {
        run(
            asked,
            passes,
            operation -> checkAnswers(session, operation),
            keeping(session.folder().dir()),
            results,
            reasons);
      } catch (BenchException e) {
        lost = e;
        reasons.add(e.getMessage());
      }
      for (RunResult result : results) {
        Canceled.Share share = Canceled.Share.of(result);
        if (share.isTooLarge()) {
          reasons.add(share.toString());
        } else if (share.canceled() > 0) {
          session.remark(share.toString());
        }
      }
      write(results, session.folder().dir());
      writeWhereAsked(asked, passes.size(), results);
      session.contribute(
          "jmh",
          new Contribution(Rows.of(results, name -> plan(session, name)), List.of(), reasons));
      if (lost != null) {
        throw lost;
      }
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

  /** Names of the operations that write, which is the same on all engines. */
  private static Set<String> writing(Settings settings) {
    Engine asked = settings.engine();
    return Operations.read(settings.home().resolve("sql"), asked == null ? Engine.CITUS : asked)
        .all()
        .stream()
        .filter(Operation::writes)
        .map(Operation::name)
        .collect(Collectors.toSet());
  }

  /** Of others' cluster those that there is a URL of. */
  private static List<String> routes(Settings settings) {
    Set<String> given = settings.urls().keySet();
    return given.isEmpty()
        ? Profile.ROUTES
        : Profile.ROUTES.stream().filter(given::contains).toList();
  }

  private static Rows.Plan plan(Session session, String operation) {
    return Benchmarks.WITHOUT_STATEMENT.contains(operation)
        ? new Rows.Plan(PlanClass.LOCAL, 0)
        : new Rows.Plan(session.planClass(operation), session.tasks(operation));
  }

  private static void write(List<RunResult> results, Path folder) {
    ResultFormatFactory.getInstance(ResultFormatType.JSON, folder.resolve("jmh.json").toString())
        .writeOut(results);
  }

  /** So that what was measured is there, whenever and however the process ends. */
  private static Consumer<RunResult> keeping(Path folder) {
    List<RunResult> all = new ArrayList<>();
    return result -> {
      all.add(result);
      write(all, folder);
    };
  }

  /** Whether a benchmark failed because there is no cluster left, so that all others would too. */
  private static void checkAnswers(Session session, String failed) {
    long deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
    while (true) {
      try (Connection answers = session.connect("writer")) {
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new BenchException(
              BenchException.Kind.CLUSTER,
              "the cluster was lost while %s was measured: for %d s nothing has answered over route writer (SQLSTATE %s: %s); what was measured before is kept, in an invalid run"
                  .formatted(failed, ANSWERS_WITHIN.toSeconds(), e.getSQLState(), e.getMessage()),
              e);
        }
      }
      LockSupport.parkNanos(500_000_000);
    }
  }

  /**
   * Runs the passes until one fails as a whole, the cluster is lost or the process is told to end.
   *
   * @param results where to add what they give
   * @param reasons where to add why the run is invalid: what should have a result and has none
   * @throws BenchException where {@code afterFailure} does
   * @throws CancellationException where the process is ending
   */
  private static void run(
      CommandLineOptions asked,
      List<Options> passes,
      Consumer<String> afterFailure,
      Consumer<RunResult> afterResult,
      List<RunResult> results,
      List<String> reasons) {
    try (PrintStream out = asked.getOutput().hasValue() ? file(asked) : null) {
      Output output =
          new Output(
              OutputFormatFactory.createFormatInstance(
                  out == null ? System.out : out, asked.verbosity().orElse(Defaults.VERBOSITY)),
              afterFailure,
              afterResult);
      Thread end = endAtShutdown(output);
      try {
        run(passes, output, results, reasons);
      } catch (BenchException lost) {
        results.addAll(output.measured());
        throw lost;
      } finally {
        forget(end);
      }
    }
  }

  private static PrintStream file(CommandLineOptions asked) {
    String name = asked.getOutput().get();
    try {
      return new PrintStream(name, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw BenchException.usage("-o %s: cannot be written: %s".formatted(name, e.getMessage()));
    }
  }

  private static Thread endAtShutdown(Output output) {
    Thread end = new Thread(() -> end(output), "end-benchmarks");
    try {
      Runtime.getRuntime().addShutdownHook(end);
    } catch (IllegalStateException e) {
      throw new CancellationException("told to end");
    }
    return end;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // shutting down: the hook is running
    }
  }

  /** Forks that go on would only see how the cluster stops. Daemons are children too, of ours. */
  private static void end(Output output) {
    String operation = output.end();
    System.err.printf(
        "bench: told to end%s; the run is kept as invalid, what was measured before in its jmh.json%n",
        operation == null ? "" : " while " + operation + " was measured");
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().filter(name -> name.endsWith("/java")).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static void run(
      List<Options> passes, Output output, List<RunResult> results, List<String> reasons) {
    Set<Benchmarks.Case> expected = new LinkedHashSet<>();
    int number = 0;
    for (Options pass : passes) {
      number++;
      Set<Benchmarks.Case> cases = Benchmarks.cases(pass);
      if (cases.isEmpty()) {
        continue;
      }
      expected.addAll(cases);
      System.out.printf("# Pass %d of %d%n", number, passes.size());
      try {
        results.addAll(new Runner(pass, output).run());
      } catch (RunnerException e) {
        reasons.add("JMH ended early: " + e.getMessage());
        break;
      }
    }
    output.checkMayGoOn(); // the last fork may be the one that failed
    results.forEach(result -> expected.remove(Benchmarks.Case.of(result.getParams())));
    if (!expected.isEmpty() && reasons.isEmpty()) {
      reasons.add(
          "benchmarks failed, see their output: "
              + expected.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    if (results.isEmpty() && reasons.isEmpty()) {
      reasons.add("no benchmark was left to run");
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

  /** JMH has written the file that {@code -rff} or {@code -rf} asks for after each pass anew. */
  private static void writeWhereAsked(
      CommandLineOptions asked, int passes, List<RunResult> results) {
    if (passes > 1 && (asked.getResult().hasValue() || asked.getResultFormat().hasValue())) {
      ResultFormatType type = asked.getResultFormat().orElse(Defaults.RESULT_FORMAT);
      String file =
          asked
              .getResult()
              .orElse(Defaults.RESULT_FILE_PREFIX + "." + type.toString().toLowerCase(Locale.ROOT));
      ResultFormatFactory.getInstance(type, file).writeOut(results);
    }
  }
}
