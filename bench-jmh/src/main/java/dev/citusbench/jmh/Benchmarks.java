package dev.citusbench.jmh;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Optional;

/** The benchmarks that JMH's annotation processor found in this module. */
final class Benchmarks {
  private static final OutputFormat SILENT =
      OutputFormatFactory.createFormatInstance(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          VerboseMode.SILENT);

  static final String POOL_BORROW = "pool-borrow";

  /**
   * Names of what is measured without any statement, so that there is no operation of that name.
   */
  static final Set<String> WITHOUT_STATEMENT = Set.of("connect", POOL_BORROW);

  /** Has tables of its own, and a plan of its own for each number of their shards. */
  static final String FAN_OUT = "fan-out";

  private Benchmarks() {}

  /** Full names, {@code dev.citusbench.jmh.FloorBenchmark.floor} …, sorted. */
  static List<String> names() {
    return BenchmarkList.defaultList().getAll(SILENT, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * What all benchmarks measure, by name: operations, these without a statement, and the fan-out.
   */
  static List<String> operations() {
    return names().stream().map(OperationName::of).toList();
  }

  /** One benchmark over one route in one mode. */
  record Case(String operation, String route, Mode mode, Variant variant) {
    static Case of(BenchmarkParams params) {
      return new Case(
          OperationName.of(params.getBenchmark()),
          params.getParam(Profile.ROUTE),
          params.getMode(),
          Variant.of(params));
    }

    /** Connections that it has open at once, without those of the profiler. */
    int connections(int pool) {
      return isPooled() ? pool : variant.threads();
    }

    boolean isPooled() {
      return operation.equals(POOL_BORROW)
          || Access.POOLED.equals(variant.varied().get(Variant.CONNECTION));
    }

    /** {@code lookup-order threads=4}. */
    String name() {
      return variant.varied().isEmpty() ? operation : operation + " " + variant;
    }

    @Override
    public String toString() {
      return "%s over %s (%s)".formatted(name(), route, mode.shortLabel());
    }
  }

  /** All that {@code options} ask JMH to run, and that must have a result afterwards. */
  static Set<Case> cases(Options options) {
    Set<Case> cases = new LinkedHashSet<>();
    for (BenchmarkListEntry benchmark :
        BenchmarkList.defaultList().find(SILENT, options.getIncludes(), options.getExcludes())) {
      Collection<Mode> modes = options.getBenchModes();
      if (modes.isEmpty()) {
        modes = List.of(benchmark.getMode());
      } else if (modes.contains(Mode.All)) {
        modes = EnumSet.complementOf(EnumSet.of(Mode.All));
      }
      for (Map<String, String> params : combinations(benchmark, options)) {
        for (Mode mode : modes) {
          cases.add(
              new Case(
                  OperationName.of(benchmark.getUsername()),
                  String.valueOf(params.get(Profile.ROUTE)),
                  mode,
                  Variant.of(params, threads(options))));
        }
      }
    }
    return cases;
  }

  /** How long JMH will warm up and measure, without the starts of its forks. */
  static Duration length(Options options) {
    Map<String, Long> millis = new TreeMap<>();
    for (BenchmarkListEntry benchmark :
        BenchmarkList.defaultList().find(SILENT, options.getIncludes(), options.getExcludes())) {
      long warmUp =
          (long) orElse(options.getWarmupIterations(), benchmark.getWarmupIterations(), 0)
              * millis(options.getWarmupTime(), benchmark.getWarmupTime());
      long measured =
          (long) orElse(options.getMeasurementIterations(), benchmark.getMeasurementIterations(), 0)
              * millis(options.getMeasurementTime(), benchmark.getMeasurementTime());
      int forks =
          Math.max(1, orElse(options.getForkCount(), benchmark.getForks(), 1))
              + orElse(options.getWarmupForkCount(), benchmark.getWarmupForks(), 0);
      millis.put(OperationName.of(benchmark.getUsername()), forks * (warmUp + measured));
    }
    return Duration.ofMillis(
        cases(options).stream()
            .filter(one -> one.mode() != Mode.SingleShotTime) // its iterations last as they do
            .mapToLong(one -> millis.getOrDefault(one.operation(), 0L))
            .sum());
  }

  private static int orElse(Optional<Integer> asked, Optional<Integer> annotated, int none) {
    return asked.orElse(annotated.orElse(none));
  }

  private static long millis(Optional<TimeValue> asked, Optional<TimeValue> annotated) {
    return asked.orElse(annotated.orElse(TimeValue.NONE)).convertTo(TimeUnit.MILLISECONDS);
  }

  /** Each combination of a benchmark's parameters, as JMH makes them. */
  private static List<Map<String, String>> combinations(
      BenchmarkListEntry benchmark, Options options) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, String[]> param :
        benchmark.getParams().orElse(Map.<String, String[]>of()).entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> combination : all) {
        for (String value :
            options.getParameter(param.getKey()).orElse(List.of(param.getValue()))) {
          Map<String, String> more = new TreeMap<>(combination);
          more.put(param.getKey(), value);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }

  private static int threads(Options options) {
    int threads = options.getThreads().orElse(1);
    return threads == Threads.MAX ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
