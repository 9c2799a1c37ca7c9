package dev.citusbench.jmh;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A benchmark method bears the name of its operation, as Java writes names: {@code lookupOrder} is
 * {@code lookup-order}.
 */
final class OperationName {
  private OperationName() {}

  /** Of a benchmark's full name, {@code dev.citusbench.jmh.RouterBenchmark.lookupOrder}. */
  static String of(String benchmark) {
    String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** A regular expression that finds the benchmarks of an operation and no others. */
  static String pattern(String operation) {
    String method =
        Pattern.compile("-(.)")
            .matcher(operation)
            .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
    return "\\." + method + "$";
  }
}
