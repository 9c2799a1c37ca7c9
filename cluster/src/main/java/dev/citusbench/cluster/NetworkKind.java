package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.util.Arrays;
import java.util.List;

/** What the members of a cluster of our own are joined by. */
public enum NetworkKind {
  /** All of them on 127.0.0.1: needs nothing, and cannot be broken. */
  LOOPBACK("loopback"),
  /** Each member and each etcd in a network namespace of its own: needs root, and can be broken. */
  NETNS("netns");

  private final String label;

  NetworkKind(String label) {
    this.label = label;
  }

  /** As settings, records and output have it. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }

  /**
   * The kind of that label.
   *
   * @throws BenchException where there is none, with those that are
   */
  public static NetworkKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(() -> BenchException.unknown("network", label, labels()));
  }

  private static List<String> labels() {
    return Arrays.stream(values()).map(NetworkKind::label).toList();
  }
}
