package dev.citusbench.cluster;

import java.util.List;

/**
 * What a network fault says to {@code nft}, in the namespace of one member: each text is one
 * transaction that puts its rules in the place of those that were there.
 */
final class PacketRules {
  private static final String TABLE = "inet bench_fault";

  private PacketRules() {}

  /** All packets pass. Does no harm where they do. */
  static String none() {
    // It must be there to be deleted.
    return "add table " + TABLE + "; delete table " + TABLE;
  }

  /**
   * Nothing passes between the member and these addresses.
   *
   * @param oneWay whether what the member sends still arrives
   */
  static String cut(List<String> addresses, boolean oneWay) {
    String set = "{ " + String.join(", ", addresses) + " } drop";
    return rules("ip saddr " + set, oneWay ? "accept" : "ip daddr " + set);
  }

  /** Nothing passes but what the member says to itself. */
  static String isolate() {
    return rules("iif != lo drop", "oif != lo drop");
  }

  /** Of the packets between the member and all others that share is lost, each way. */
  static String loss(int percent) {
    String drop = "numgen random mod 100 < " + percent + " drop";
    return rules("iif != lo " + drop, "oif != lo " + drop);
  }

  private static String rules(String in, String out) {
    return String.join(
        "; ",
        none(),
        "add table " + TABLE,
        "add chain " + TABLE + " in { type filter hook input priority 0; }",
        "add chain " + TABLE + " out { type filter hook output priority 0; }",
        "add rule " + TABLE + " in " + in,
        "add rule " + TABLE + " out " + out);
  }
}
