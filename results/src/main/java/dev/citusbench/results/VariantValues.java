package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was varied beyond operation and route, by name; sorted by it.
 *
 * @param byName for {@code rows=100 threads=4} the value 100 of {@code rows} and 4 of {@code
 *     threads}; empty for a word without {@code =}
 */
record VariantValues(Map<String, String> byName) {
  VariantValues {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  static VariantValues of(OperationResult row) {
    Map<String, String> values = new TreeMap<>();
    String variant = row.variant();
    if (variant != null) {
      for (String pair : variant.strip().split("\\s+", -1)) {
        int equals = pair.indexOf('=');
        values.put(
            equals < 0 ? pair : pair.substring(0, equals),
            equals < 0 ? "" : pair.substring(equals + 1));
      }
    }
    return new VariantValues(values);
  }

  /** A value that is a whole number, 0 or more; empty where there is none of that name. */
  OptionalInt number(String name) {
    String value = byName.getOrDefault(name, "");
    return value.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  VariantValues without(String... names) {
    Map<String, String> rest = new TreeMap<>(byName);
    rest.keySet().removeAll(List.of(names));
    return new VariantValues(rest);
  }

  /** As a row has it; empty where nothing was varied. */
  String text() {
    return byName.entrySet().stream()
        .map(pair -> pair.getValue().isEmpty() ? pair.getKey() : pair.toString())
        .collect(Collectors.joining(" "));
  }
}
