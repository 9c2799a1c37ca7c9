package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What can be broken, by the words that commands, records and reports use. */
public enum FaultKind {
  /** SIGKILL to the postmaster; its Patroni lives, and decides what becomes of the group. */
  KILL_POSTGRES("kill-postgres", Hits.MEMBER, Holds.NOTHING),
  /** SIGKILL to Patroni; its PostgreSQL goes on, and takes writes until somebody stops it. */
  KILL_PATRONI("kill-patroni", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** SIGKILL to Patroni and PostgreSQL at once: the node dies, its address still refuses. */
  KILL_NODE("kill-node", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** SIGSTOP to Patroni and PostgreSQL: the node falls silent, and comes back as it was. */
  FREEZE_NODE("freeze-node", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** SIGSTOP to PostgreSQL alone: a grey failure, in which Patroni still holds the leader key. */
  FREEZE_POSTGRES("freeze-postgres", Hits.MEMBER, Holds.SHORT),
  /** A planned change of primary, asked of Patroni. */
  SWITCHOVER("switchover", Hits.PRIMARY, Holds.NOTHING),
  /** A restart of PostgreSQL in its place, asked of Patroni. */
  RESTART("restart", Hits.MEMBER, Holds.NOTHING),
  /** The group's standby dies as by {@link #KILL_NODE}: commits wait where it is synchronous. */
  LOSE_STANDBY("lose-standby", Hits.STANDBY, Holds.LONGER_THAN_TTL),
  /** SIGKILL to etcd's leader; with one etcd that is all of it. */
  KILL_ETCD("kill-etcd", Hits.ETCD, Holds.SHORT),
  /** SIGKILL to so many etcds, the leader among them, that the rest has no quorum. */
  KILL_ETCD_QUORUM("kill-etcd-quorum", Hits.ETCD, Holds.LONGER_THAN_TTL),
  /** SIGKILL to HAProxy: all routes end. */
  KILL_HAPROXY("kill-haproxy", Hits.PROXY, Holds.SHORT),
  /** Another HAProxy takes the addresses over; the old one serves its sessions to their end. */
  RELOAD_HAPROXY("reload-haproxy", Hits.PROXY, Holds.NOTHING),
  /** All packets between a member and etcd are lost; clients still reach its PostgreSQL. */
  PARTITION_ETCD("partition-etcd", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** What etcd sends to a member is lost; what the member sends arrives. */
  PARTITION_ETCD_ONE_WAY("partition-etcd-one-way", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** All packets between a member and the others of its group are lost. */
  PARTITION_MEMBERS("partition-members", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** What the others of its group send to a member is lost; what the member sends arrives. */
  PARTITION_MEMBERS_ONE_WAY("partition-members-one-way", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** All packets between a worker's primary and the coordinator's members are lost. */
  PARTITION_WORKER("partition-worker", Hits.WORKER, Holds.LONGER_THAN_TTL),
  /** What the coordinator's members send to a worker's primary is lost; what it sends arrives. */
  PARTITION_WORKER_ONE_WAY("partition-worker-one-way", Hits.WORKER, Holds.LONGER_THAN_TTL),
  /** All packets between a member and everything else are lost; it runs on, alone. */
  ISOLATE("isolate", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /**
   * Of the packets between a member and everything else 10 % are lost, each way, at random, at the
   * member's own interface. Of what the member sends itself its kernel is told at once, so that it
   * is sent again sooner than over a real network; a packet on veth can hold up to 64 KB.
   */
  LOSS("loss", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /** Each packet that a member sends is held back for 100 ms. */
  DELAY("delay", Hits.MEMBER, Holds.LONGER_THAN_TTL),
  /**
   * No byte is free in the file system of a member's data, at that moment. What is written into
   * blocks that files have already, recycled WAL among it, still goes through, and what PostgreSQL
   * gives back it can use again; logs lie elsewhere.
   */
  DISK_FULL("disk-full", Hits.MEMBER, Holds.LONGER_THAN_TTL);

  /** What a fault hits. */
  public enum Hits {
    /** One member: the primary or a standby, as the target says. */
    MEMBER,
    /** Only a primary. */
    PRIMARY,
    /** Only a standby. */
    STANDBY,
    /** Only the primary of a worker. */
    WORKER,
    /** etcd, whatever the target. */
    ETCD,
    /** HAProxy, whatever the target. */
    PROXY
  }

  private enum Holds {
    /** Nothing stays broken that must be mended. */
    NOTHING,
    /** As long as clients should bear without a failover. */
    SHORT,
    /** Until the leader key of a silent primary has certainly run out. */
    LONGER_THAN_TTL
  }

  private final String word;
  private final Hits hits;
  private final Holds holds;

  FaultKind(String word, Hits hits, Holds holds) {
    this.word = word;
    this.hits = hits;
    this.holds = holds;
  }

  /** The word of commands, records and reports: {@code kill-node}. */
  public String word() {
    return word;
  }

  public Hits hits() {
    return hits;
  }

  /** Whether something stays broken until it is undone. */
  public boolean isHeld() {
    return holds != Holds.NOTHING;
  }

  /** What a cluster must have been started with so that a fault can be. */
  public enum Needs {
    /** Nothing but its daemons. */
    NOTHING,
    /** Members in network namespaces: it is done to packets. */
    NETWORK,
    /** Data of members on file systems of their own. */
    DISK
  }

  /** What it takes of the cluster. */
  public Needs needs() {
    return switch (this) {
      case PARTITION_ETCD,
          PARTITION_ETCD_ONE_WAY,
          PARTITION_MEMBERS,
          PARTITION_MEMBERS_ONE_WAY,
          PARTITION_WORKER,
          PARTITION_WORKER_ONE_WAY,
          ISOLATE,
          LOSS,
          DELAY ->
          Needs.NETWORK;
      case DISK_FULL -> Needs.DISK;
      case KILL_POSTGRES,
          KILL_PATRONI,
          KILL_NODE,
          FREEZE_NODE,
          FREEZE_POSTGRES,
          SWITCHOVER,
          RESTART,
          LOSE_STANDBY,
          KILL_ETCD,
          KILL_ETCD_QUORUM,
          KILL_HAPROXY,
          RELOAD_HAPROXY ->
          Needs.NOTHING;
    };
  }

  /**
   * How long the fault stays open, by default, before it is undone: 0 where nothing stays broken, 5
   * s, or {@code ttl + loop_wait + 5 s}, when a primary that fell silent has lost its key and
   * another had a whole loop to take it.
   *
   * @param ttl Patroni's, in force
   * @param loopWait Patroni's, in force
   */
  public Duration hold(Duration ttl, Duration loopWait) {
    return switch (holds) {
      case NOTHING -> Duration.ZERO;
      case SHORT -> Duration.ofSeconds(5);
      case LONGER_THAN_TTL -> ttl.plus(loopWait).plusSeconds(5);
    };
  }

  /**
   * The kind of that word.
   *
   * @throws BenchException where there is none, with those that are
   */
  public static FaultKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word.equals(word))
        .findFirst()
        .orElseThrow(() -> BenchException.unknown("fault", word, words()));
  }

  /** All words, in the order of this list. */
  public static List<String> words() {
    return Arrays.stream(values()).map(FaultKind::word).toList();
  }
}
