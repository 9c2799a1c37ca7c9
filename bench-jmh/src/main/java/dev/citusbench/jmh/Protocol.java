package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the driver sends statements, as a value of the parameter {@code protocol}: {@code tuning} is
 * what the tuning's layer {@code driver} says; {@code simple} is pgjdbc's {@code
 * preferQueryMode=simple}; {@code extended-N} is the extended protocol with {@code
 * prepareThreshold=N}, so that {@code extended-0} never prepares on the server, and {@code
 * extended-1} always does. These are {@code -M simple}, {@code extended} and {@code prepared} of
 * pgbench.
 */
final class Protocol {
  private static final Pattern EXTENDED = Pattern.compile("extended-(\\d{1,4})");

  private Protocol() {}

  /**
   * Driver properties that stand in for the tuning's.
   *
   * @throws BenchException where there is no such protocol
   */
  static Map<String, String> driver(String protocol) {
    Matcher extended = EXTENDED.matcher(protocol);
    if (extended.matches()) {
      return Map.of("preferQueryMode", "extended", "prepareThreshold", extended.group(1));
    }
    return switch (protocol) {
      case Variant.AS_TUNED -> Map.of();
      case "simple" -> Map.of("preferQueryMode", "simple");
      default ->
          throw BenchException.unknown(
              "protocol",
              protocol,
              List.of(Variant.AS_TUNED, "simple", "extended-0", "extended-1", "extended-5"));
    };
  }
}
