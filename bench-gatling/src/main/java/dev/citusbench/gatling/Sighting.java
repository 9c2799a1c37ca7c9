package dev.citusbench.gatling;

import java.time.Instant;

/**
 * A change that was seen from outside, when it was seen.
 *
 * @param subject the member, or the group's name for a change of leader
 * @param state what it is now: a role and state, a leader's name, or HAProxy's word
 */
record Sighting(Instant at, Kind kind, int group, String subject, String state) {

  /** Where it was seen. */
  enum Kind {
    /** Patroni's REST API of one member: its role and state. */
    MEMBER,
    /** Which member holds the leader lock of a group. */
    LEADER,
    /** HAProxy's state of a server of the group's route. */
    PROXY
  }
}
