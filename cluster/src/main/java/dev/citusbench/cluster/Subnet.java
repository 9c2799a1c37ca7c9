package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A /24 of 198.18.0.0/15, which RFC 2544 sets aside for benchmarks: no address of the Internet is
 * in it, and seldom one of a private network.
 *
 * @param number 0 to 511
 */
record Subnet(int number) {
  private static final int ALL = 512;
  private static final int FIRST = (198 << 24) | (18 << 16);

  /** A prefix shorter than this is another way to say "the Internet". */
  private static final int LEAST_BITS = 8;

  private static final int BITS = 24;
  private static final Pattern PREFIX =
      Pattern.compile("\\b(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?\\b");

  /**
   * One that nothing else of this machine is in.
   *
   * @param marker of the home, which gets the same one each time where it can
   * @param routes as {@code ip route} and {@code ip address} list them
   */
  static Subnet free(String marker, String routes) {
    int first = Integer.parseInt(marker.substring(0, 4), 16);
    for (int i = 0; i < ALL; i++) {
      Subnet subnet = new Subnet((first + i) % ALL);
      if (!subnet.isIn(routes)) {
        return subnet;
      }
    }
    throw new BenchException(
        BenchException.Kind.MACHINE,
        "this machine has routes to all of 198.18.0.0/15, where members get their addresses (ip route): remove one, or leave out --network netns");
  }

  private boolean isIn(String routes) {
    Matcher prefixes = PREFIX.matcher(routes);
    while (prefixes.find()) {
      int address = 0;
      for (int i = 1; i <= 4; i++) {
        address = (address << 8) | Integer.parseInt(prefixes.group(i));
      }
      String length = prefixes.group(5);
      int bits = Math.min(length == null ? Integer.SIZE : Integer.parseInt(length), BITS);
      if (bits >= LEAST_BITS && (address ^ network()) >>> (Integer.SIZE - bits) == 0) {
        return true;
      }
    }
    return false;
  }

  private int network() {
    return FIRST + (number << 8);
  }

  /** The address of that number, 1 to 254. */
  String address(int host) {
    int value = network() + host;
    return "%d.%d.%d.%d"
        .formatted(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  }

  /** In the words of {@code ip}. */
  String cidr() {
    return address(0) + "/" + BITS;
  }
}
