package dev.citusbench.jmh;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks that JMH's annotation processor found in this module. */
final class Benchmarks {
  private static final OutputFormat SILENT =
      OutputFormatFactory.createFormatInstance(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          VerboseMode.SILENT);

  private Benchmarks() {}

  /** Full names, {@code dev.citusbench.jmh.FloorBenchmark.floor} …, sorted. */
  static List<String> names() {
    return BenchmarkList.defaultList().getAll(SILENT, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .distinct()
        .sorted()
        .toList();
  }

  /** Names of the operations that have a benchmark. */
  static List<String> operations() {
    return names().stream().map(OperationName::of).toList();
  }

  /** One benchmark over one route in one mode. */
  record Case(String operation, String route, Mode mode) {
    static Case of(BenchmarkParams params) {
      return new Case(
          OperationName.of(params.getBenchmark()),
          params.getParam(Profile.ROUTE),
          params.getMode());
    }

    @Override
    public String toString() {
      return "%s over %s (%s)".formatted(operation, route, mode.shortLabel());
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
      for (String route : options.getParameter(Profile.ROUTE).orElse(Profile.ROUTES)) {
        for (Mode mode : modes) {
          cases.add(new Case(OperationName.of(benchmark.getUsername()), route, mode));
        }
      }
    }
    return cases;
  }
}
