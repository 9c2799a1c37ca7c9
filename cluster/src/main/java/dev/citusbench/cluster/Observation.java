package dev.citusbench.cluster;

import java.time.Duration;
import java.time.Instant;

/**
 * One change that an {@link Observer} saw. What it says became true at some moment in the time
 * {@code within} before {@code at}.
 */
public sealed interface Observation {
  /** When it was seen. */
  Instant at();

  /** How long ago it can have happened then: the resolution. */
  Duration within();

  /**
   * A member's role or state became another in the key that its Patroni keeps in etcd: {@code
   * primary running}, {@code standby running}, {@code none gone} …. Patroni writes it in its loop,
   * so it may say so up to {@code loop_wait} later than it is true, which {@link #within} does not
   * hold.
   *
   * @param role {@code primary}, {@code standby} or {@code none}
   * @param state Patroni's word, or {@code gone} where the key ran out
   */
  record MemberChanged(
      Instant at, Duration within, String member, int group, String role, String state)
      implements Observation {}

  /**
   * Another member of a group holds its leader key, or nobody does.
   *
   * @param from who held it last
   * @param to who holds it; empty where it is free
   */
  record LeaderChanged(Instant at, Duration within, int group, String from, String to)
      implements Observation {}

  /** HAProxy sees a server of a route in another state: {@code UP}, {@code DOWN} …. */
  record RouteChanged(Instant at, Duration within, String route, String member, String state)
      implements Observation {}
}
