package dev.citusbench.cluster;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a key of a tuning takes. */
sealed interface TuningKey {
  /** What is wrong with a value; empty where nothing is. */
  Optional<String> problem(Object value);

  /** The value as daemons take it: words for true and false become that. */
  default Object normal(Object value) {
    return value;
  }

  static TuningKey integer(long least, long most) {
    return new Whole(least, most);
  }

  static TuningKey real(double least, double most) {
    return new Real(least, most);
  }

  static TuningKey bool() {
    return new Flag();
  }

  static TuningKey text() {
    return new Text();
  }

  static TuningKey choice(String... words) {
    return new Choice(List.of(words));
  }

  static TuningKey duration(long leastMillis, long mostMillis) {
    return new Time(leastMillis, mostMillis);
  }

  /** A setting of PostgreSQL by what the server says of it; with a unit the server checks it. */
  static TuningKey postgres(String type, String least, String most) {
    return switch (type) {
      case "boolean" -> new Flag();
      case "integer" -> new WithUnit(Double.parseDouble(least), Double.parseDouble(most), true);
      case "real" -> new WithUnit(Double.parseDouble(least), Double.parseDouble(most), false);
      default -> new Text();
    };
  }

  /** A driver property: its type is that of its default value. */
  static TuningKey driver(String defaultValue) {
    if (defaultValue.equals("true") || defaultValue.equals("false")) {
      return new Flag();
    }
    return defaultValue.matches("-?[0-9]+") ? new Whole(-1, Integer.MAX_VALUE) : new Text();
  }

  /** A whole number. */
  record Whole(long least, long most) implements TuningKey {
    @Override
    public Optional<String> problem(Object value) {
      return value instanceof Long n && n >= least && n <= most
          ? Optional.empty()
          : Optional.of("a whole number from " + least + " to " + most + " is expected");
    }
  }

  /** A number. */
  record Real(double least, double most) implements TuningKey {
    @Override
    public Optional<String> problem(Object value) {
      return value instanceof Number n && n.doubleValue() >= least && n.doubleValue() <= most
          ? Optional.empty()
          : Optional.of("a number from " + least + " to " + most + " is expected");
    }
  }

  /** A number, or a number with a unit of PostgreSQL's such as {@code 128MB} or {@code 5s}. */
  record WithUnit(double least, double most, boolean whole) implements TuningKey {
    private static final Pattern UNIT =
        Pattern.compile("-?[0-9]+(\\.[0-9]+)? *(B|kB|MB|GB|TB|us|ms|s|min|h|d)");

    @Override
    public Optional<String> problem(Object value) {
      if (value instanceof Number n) {
        boolean fits = n.doubleValue() >= least && n.doubleValue() <= most;
        if (fits && (!whole || value instanceof Long)) {
          return Optional.empty();
        }
      } else if (value instanceof String s && UNIT.matcher(s).matches()) {
        return Optional.empty();
      }
      return Optional.of(
          "a%s number from %s to %s, or one with a unit such as 128MB or 5s, is expected"
              .formatted(whole ? " whole" : "", plain(least), plain(most)));
    }

    private static String plain(double d) {
      return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
    }
  }

  /** True or false; YAML's on and off are words to us. */
  record Flag() implements TuningKey {
    private static final List<String> WORDS = List.of("on", "off", "yes", "no", "true", "false");

    @Override
    public Optional<String> problem(Object value) {
      return value instanceof Boolean || (value instanceof String s && WORDS.contains(s))
          ? Optional.empty()
          : Optional.of("true or false is expected");
    }

    @Override
    public Object normal(Object value) {
      return value instanceof Boolean b ? b : WORDS.indexOf(String.valueOf(value)) % 2 == 0;
    }
  }

  /** Any one value. */
  record Text() implements TuningKey {
    @Override
    public Optional<String> problem(Object value) {
      return String.valueOf(value).chars().anyMatch(c -> c < ' ')
          ? Optional.of("one line of text is expected")
          : Optional.empty();
    }
  }

  /** One of some words. */
  record Choice(List<String> words) implements TuningKey {
    @Override
    public Optional<String> problem(Object value) {
      return words.contains(String.valueOf(value))
          ? Optional.empty()
          : Optional.of("one of " + String.join(", ", words) + " is expected");
    }
  }

  /** A time span in HAProxy's way: {@code 200ms}, {@code 1s}, {@code 30m}. */
  record Time(long leastMillis, long mostMillis) implements TuningKey {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    @Override
    public Optional<String> problem(Object value) {
      Matcher m = SPAN.matcher(String.valueOf(value));
      if (m.matches()) {
        long factor =
            switch (m.group(2)) {
              case "ms" -> 1L;
              case "s" -> 1_000L;
              case "m" -> 60_000L;
              default -> 3_600_000L;
            };
        long millis = Long.parseLong(m.group(1)) * factor;
        if (millis >= leastMillis && millis <= mostMillis) {
          return Optional.empty();
        }
      }
      return Optional.of(
          "a time span from %d ms to %d ms is expected, such as 200ms or 1s"
              .formatted(leastMillis, mostMillis));
    }
  }
}
