package dev.citusbench.results;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one histogram holds: one part of the time of one operation's requests that ended alike. Its
 * {@link #tag()} is the tag in {@code latency.hlog}.
 */
public record Series(String operation, TimePart time, Outcome outcome)
    implements Comparable<Series> {

  /** A histogram log separates by comma and blank, and a tag separates by slash. */
  private static final Pattern OPERATION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final Comparator<Series> ORDER =
      Comparator.comparing(Series::operation)
          .thenComparing(Series::time)
          .thenComparing(Series::outcome);

  public Series {
    if (!OPERATION.matcher(operation).matches()) {
      throw new IllegalArgumentException(
          "operation '" + operation + "' cannot be a histogram's tag: give it a kebab-case name");
    }
  }

  /** {@code <operation>/<time>/<outcome>}. */
  public String tag() {
    return operation + "/" + time.label() + "/" + outcome.label();
  }

  /** The series of a tag; empty for tags that other tools write. */
  public static Optional<Series> parse(String tag) {
    String[] parts = tag.split("/", -1);
    if (parts.length != 3 || !OPERATION.matcher(parts[0]).matches()) {
      return Optional.empty();
    }
    for (TimePart time : TimePart.values()) {
      for (Outcome outcome : Outcome.values()) {
        if (time.label().equals(parts[1]) && outcome.label().equals(parts[2])) {
          return Optional.of(new Series(parts[0], time, outcome));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public int compareTo(Series other) {
    return ORDER.compare(this, other);
  }
}
