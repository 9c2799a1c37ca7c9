package dev.citusbench.gatling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A weighted mix of operations. Which one request {@code i} is, is a pure function of seed and
 * index, so that two runs send the same requests in the same order.
 */
public final class Mix {
  private final List<Work> works;
  private final long[] upTo;
  private final long seed;

  private Mix(List<Work> works, long[] upTo, long seed) {
    this.works = works;
    this.upTo = upTo;
    this.seed = seed;
  }

  /**
   * A mix of operations by name.
   *
   * @param weights by operation name, at least 1 each; a share is a weight over the sum of all
   */
  public static Mix of(Map<String, Integer> weights, long seed, Function<String, Work> find) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("a mix needs an operation");
    }
    List<Work> works = new ArrayList<>();
    long[] upTo = new long[weights.size()];
    long sum = 0;
    for (Map.Entry<String, Integer> weight : new LinkedHashMap<>(weights).entrySet()) {
      if (weight.getValue() < 1) {
        throw new IllegalArgumentException(weight.getKey() + " has weight " + weight.getValue());
      }
      sum += weight.getValue();
      upTo[works.size()] = sum;
      works.add(find.apply(weight.getKey()));
    }
    return new Mix(List.copyOf(works), upTo, seed);
  }

  /** What request {@code index} does. */
  public Work at(long index) {
    long drawn = Long.remainderUnsigned(scramble(seed + index), upTo[upTo.length - 1]);
    int place = Arrays.binarySearch(upTo, drawn + 1);
    return works.get(place >= 0 ? place : -place - 1);
  }

  /** Every operation of the mix. */
  public List<Work> works() {
    return works;
  }

  // SplitMix64 (Steele, Lea, Flood 2014): neighbouring indexes give unrelated numbers.
  private static long scramble(long value) {
    long z = value * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
