package dev.citusbench.gatling;

import java.time.Duration;
import java.time.Instant;

/**
 * A change that was seen from outside, when it was seen.
 *
 * @param within it happened at most so long before {@code at}
 * @param subject the member, or the group's name for a change of leader
 * @param state what it is now: a role and state, a leader's name, or HAProxy's word
 */
record Sighting(Instant at, Duration within, Kind kind, int group, String subject, String state) {

  /** Where it was seen. */
  enum Kind {
    /** A member's key in etcd: its role and state. */
    MEMBER,
    /** Which member holds the leader key of a group; empty where none does. */
    LEADER,
    /** HAProxy's state of a server of the group's route. */
    PROXY
  }
}
