package dev.citusbench.cluster;

import java.time.Instant;

/**
 * One change that an {@link Observer} saw. What it says became true at some moment in the period
 * before {@code at}.
 */
public sealed interface Observation {
  /** When it was seen. */
  Instant at();

  /**
   * A member's role or state became another: {@code primary running}, {@code standby streaming},
   * {@code none unreachable} ….
   *
   * @param role {@code primary}, {@code standby} or {@code none}
   * @param state Patroni's word, or {@code unreachable}
   */
  record MemberChanged(
      Instant at, String member, int group, String role, String state, long timeline)
      implements Observation {}

  /** Another member of a group answers as its primary. */
  record LeaderChanged(Instant at, int group, String from, String to, long timeline)
      implements Observation {}

  /** HAProxy sees a server of a route in another state: {@code UP}, {@code DOWN} …. */
  record RouteChanged(Instant at, String route, String member, String state)
      implements Observation {}
}
