package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Which benchmarks are run and for how long: what the command line says, completed with what a
 * quick or a full run has for default. A pass is one run of JMH in one mode, so that each mode has
 * the floor first, and a unit that suits it. The quick profile measures both routes only where
 * their difference matters.
 */
final class Profile {
  static final String ROUTE = "route";
  static final List<String> ROUTES = List.of("writer", "direct");
  private static final String FLOOR = "floor";

  /** Enough for any operation, and memory that the cluster does not lose as forks grow. */
  private static final String[] FORK_HEAP = {"-Xms256m", "-Xmx256m"};

  /** One pass of the quick profile. */
  private record Quick(Mode mode, List<String> routes, List<String> operations) {}

  private static final List<Quick> QUICK =
      List.of(
          new Quick(
              Mode.SampleTime,
              ROUTES,
              List.of(FLOOR, "lookup-order", "tenant-dashboard", "order-with-products")),
          new Quick(
              Mode.SampleTime,
              List.of("writer"),
              List.of(
                  "revenue-by-day",
                  "top-tenants",
                  "orders-by-status",
                  "insert-event",
                  "insert-events-batch",
                  "copy-events",
                  "place-order")),
          new Quick(
              Mode.Throughput,
              List.of("writer"),
              List.of("insert-event", "insert-events-batch", "copy-events")));

  private Profile() {}

  /**
   * The passes of a run.
   *
   * @param available names of operations that have a benchmark
   * @param routes those that there are
   * @param unsupported those among the operations that the engine cannot do; left out
   * @param forkOptions JVM options by which a fork finds cluster and data set
   * @throws BenchException where the command line names no benchmark or no route that there is
   */
  static List<Options> passes(
      CommandLineOptions asked,
      boolean quick,
      List<String> available,
      List<String> routes,
      List<String> unsupported,
      List<String> forkOptions) {
    check(asked, available, routes);
    boolean chosen =
        !asked.getIncludes().isEmpty()
            || !asked.getBenchModes().isEmpty()
            || asked.getParameter(ROUTE).hasValue();
    List<Options> passes = new ArrayList<>();
    if (quick && !chosen) {
      for (Quick pass : QUICK) {
        List<String> ofPass = pass.routes().stream().filter(routes::contains).toList();
        if (ofPass.isEmpty()) {
          continue;
        }
        ChainedOptionsBuilder options = base(asked, true, unsupported, forkOptions);
        pass.operations().forEach(name -> options.include(OperationName.pattern(name)));
        options.param(ROUTE, ofPass.toArray(String[]::new));
        passes.add(measuring(pass.mode(), options, asked).build());
      }
      return passes;
    }
    List<Mode> modes = List.copyOf(asked.getBenchModes());
    for (Mode mode : modes.isEmpty() ? List.of(Mode.SampleTime, Mode.Throughput) : modes) {
      ChainedOptionsBuilder options = base(asked, quick, unsupported, forkOptions);
      for (String include : asked.getIncludes()) {
        options.include(available.contains(include) ? OperationName.pattern(include) : include);
      }
      if (!asked.getIncludes().isEmpty()) {
        // Whatever is chosen is read as the cost above the floor.
        options.include(OperationName.pattern(FLOOR));
      }
      if (!asked.getParameter(ROUTE).hasValue()) {
        options.param(ROUTE, routes.toArray(String[]::new));
      }
      passes.add(measuring(mode, options, asked).build());
    }
    return passes;
  }

  /** Microseconds serve for times, and operations a second for rates. */
  private static ChainedOptionsBuilder measuring(
      Mode mode, ChainedOptionsBuilder options, CommandLineOptions asked) {
    options.mode(mode);
    if (mode == Mode.Throughput && !asked.getTimeUnit().hasValue()) {
      options.timeUnit(TimeUnit.SECONDS);
    }
    return options;
  }

  private static ChainedOptionsBuilder base(
      CommandLineOptions asked, boolean quick, List<String> unsupported, List<String> forkOptions) {
    ChainedOptionsBuilder options = new OptionsBuilder().parent(asked);
    List<String> append = new ArrayList<>(asked.getJvmArgsAppend().orElse(List.of()));
    append.addAll(forkOptions);
    options.jvmArgsAppend(append.toArray(String[]::new));
    if (!asked.getJvmArgsPrepend().hasValue()) {
      options.jvmArgsPrepend(FORK_HEAP);
    }
    asked.getExcludes().forEach(options::exclude);
    unsupported.forEach(name -> options.exclude(OperationName.pattern(name)));
    if (quick) {
      if (!asked.getForkCount().hasValue()) {
        options.forks(1);
      }
      if (!asked.getWarmupIterations().hasValue()) {
        options.warmupIterations(1);
      }
      if (!asked.getWarmupTime().hasValue()) {
        options.warmupTime(TimeValue.seconds(1));
      }
      if (!asked.getMeasurementIterations().hasValue()) {
        options.measurementIterations(2);
      }
      if (!asked.getMeasurementTime().hasValue()) {
        options.measurementTime(TimeValue.seconds(1));
      }
    }
    return options;
  }

  private static void check(CommandLineOptions asked, List<String> available, List<String> routes) {
    for (String include : asked.getIncludes()) {
      if (available.contains(include)) {
        continue;
      }
      Pattern pattern = compile(include);
      if (Benchmarks.names().stream().noneMatch(name -> pattern.matcher(name).find())) {
        throw BenchException.unknown("benchmark", include, available);
      }
    }
    for (String route : asked.getParameter(ROUTE).orElse(List.of())) {
      if (!routes.contains(route)) {
        throw BenchException.unknown(ROUTE, route, routes);
      }
    }
  }

  private static Pattern compile(String include) {
    try {
      return Pattern.compile(include);
    } catch (PatternSyntaxException e) {
      throw BenchException.usage(
          "benchmark '%s' is no regular expression: %s".formatted(include, e.getDescription()));
    }
  }
}
