package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a cluster can be put under that breaks nothing by itself: the question is how much of it is
 * borne before Patroni fails over. Each has a ladder of growing values.
 */
public enum StressKind {
  /** SIGSTOP to Patroni and PostgreSQL of a primary, and SIGCONT after so many milliseconds. */
  PAUSE("pause", "ms", Hits.PRIMARY),
  /** So many busy processes for each core of the machine. */
  LOAD("load", "processes/core", Hits.MACHINE),
  /** Each sync of a primary's PostgreSQL, of all its processes, takes so many ms longer. */
  DISK("disk", "ms", Hits.PRIMARY),
  /** Each sync of every etcd takes so many ms longer. */
  ETCD_DISK("etcd-disk", "ms", Hits.ETCD);

  /** What a stress hits. */
  public enum Hits {
    /** A group's primary. */
    PRIMARY,
    /** All etcds. */
    ETCD,
    /** Everything on this machine. */
    MACHINE
  }

  private final String word;
  private final String unit;
  private final Hits hits;

  StressKind(String word, String unit, Hits hits) {
    this.word = word;
    this.unit = unit;
    this.hits = hits;
  }

  /** The word of commands, records and reports: {@code etcd-disk}. */
  public String word() {
    return word;
  }

  /** Of its values. */
  public String unit() {
    return unit;
  }

  public Hits hits() {
    return hits;
  }

  /** Whether it takes strace, and the kernel's leave to trace. */
  public boolean traces() {
    return this == DISK || this == ETCD_DISK;
  }

  /**
   * The values to be tried, in their order. A pause ends at 1.25 × ttl: by then a lease that was
   * renewed at its begin has run out, and somebody had the time to take it.
   *
   * @param ttl Patroni's, in force
   * @param quick only every other one, the largest among them
   */
  public List<Long> ladder(Duration ttl, boolean quick) {
    List<Long> all = all(ttl);
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!quick || (all.size() - 1 - i) % 2 == 0) {
        taken.add(all.get(i));
      }
    }
    return List.copyOf(taken);
  }

  private List<Long> all(Duration ttl) {
    return switch (this) {
      case PAUSE -> {
        long longest = ttl.toMillis() * 5 / 4;
        List<Long> values =
            new ArrayList<>(
                LongStream.of(
                        500, 1000, 2000, 3000, 5000, 7000, 10_000, 15_000, 20_000, 25_000, 30_000,
                        40_000, 50_000, 60_000, 80_000, 100_000)
                    .filter(value -> value < longest)
                    .boxed()
                    .toList());
        values.add(longest);
        yield values;
      }
      case LOAD -> List.of(1L, 2L, 4L, 8L, 16L, 32L);
      case DISK, ETCD_DISK -> List.of(10L, 50L, 100L, 250L, 500L, 1000L, 2000L, 4000L);
    };
  }

  /**
   * How long a step lasts whose value does not say so: long enough that a lease which is not
   * renewed in it runs out.
   *
   * @param ttl Patroni's, in force
   * @param loopWait Patroni's, in force
   */
  public static Duration hold(Duration ttl, Duration loopWait, boolean quick) {
    Duration least = Duration.ofSeconds(quick ? 20 : 45);
    Duration lease = ttl.plus(loopWait);
    return lease.compareTo(least) > 0 ? lease : least;
  }

  /**
   * The kind of that word.
   *
   * @throws BenchException where there is none, with those that are
   */
  public static StressKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word.equals(word))
        .findFirst()
        .orElseThrow(() -> BenchException.unknown("stress", word, words()));
  }

  /** All words, in the order of this list. */
  public static List<String> words() {
    return Arrays.stream(values()).map(StressKind::word).toList();
  }
}
