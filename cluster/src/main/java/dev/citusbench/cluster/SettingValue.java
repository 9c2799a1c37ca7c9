package dev.citusbench.cluster;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares a setting as it was asked for with the one that {@code pg_settings} shows. */
final class SettingValue {
  private static final Pattern NUMBER =
      Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?) *([a-zA-Z0-9]*)");

  /** Bytes, and microseconds. */
  private static final Map<String, Double> UNITS =
      Map.ofEntries(
          Map.entry("B", 1d),
          Map.entry("kB", 1024d),
          Map.entry("MB", 1024d * 1024),
          Map.entry("GB", 1024d * 1024 * 1024),
          Map.entry("TB", 1024d * 1024 * 1024 * 1024),
          Map.entry("8kB", 8192d),
          Map.entry("us", 1d),
          Map.entry("ms", 1e3),
          Map.entry("s", 1e6),
          Map.entry("min", 60e6),
          Map.entry("h", 3600e6),
          Map.entry("d", 86_400e6));

  private SettingValue() {}

  static boolean equal(String asked, String seen, String unit) {
    if (asked.equals(seen)) {
      return true;
    }
    Matcher a = NUMBER.matcher(asked);
    Matcher s = NUMBER.matcher(seen);
    if (a.matches() && s.matches()) {
      double factor = UNITS.getOrDefault(unit, 1d);
      double askedFactor = a.group(2).isEmpty() ? factor : UNITS.getOrDefault(a.group(2), 0d);
      double wanted = Double.parseDouble(a.group(1)) * askedFactor;
      double is = Double.parseDouble(s.group(1)) * factor;
      // PostgreSQL rounds to its unit.
      return Math.abs(wanted - is) < Math.max(factor, Math.abs(is) * 1e-9)
          && (factor != 1 || wanted == is);
    }
    return asked.equalsIgnoreCase(seen);
  }
}
