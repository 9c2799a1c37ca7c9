package dev.citusbench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Watches a cluster from outside and reports changes only. The first look is reported as changes
 * from nothing. Sources, and how exactly each tells the time:
 *
 * <ul>
 *   <li>a watch of Patroni's keys in etcd, for the leader keys and the members' roles: {@link
 *       EtcdWatch#LIVE}, at no cost while nothing changes; without an etcd to ask, all changes of
 *       that time are seen at its end. A leader key changes when the member takes it, a member's
 *       key only in its Patroni's loop;
 *   <li>HAProxy's statistics, asked every {@link #PERIOD}.
 * </ul>
 */
public final class Observer implements AutoCloseable {
  /** How often HAProxy is asked. */
  public static final Duration PERIOD = Duration.ofMillis(50);

  private final ClusterFile file;
  private final Consumer<Observation> consumer;
  private final Duration period;
  private final EtcdWatch etcd;
  private final HaproxyStatistics haproxy;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread routes = new Thread(this::watchRoutes, "observe-haproxy");
  private final Map<Integer, String> leaders = new HashMap<>();
  private final Map<Integer, String> lastLeaders = new HashMap<>();
  private final Map<String, String> members = new HashMap<>();

  Observer(ClusterFile file, Duration period, Consumer<Observation> consumer) {
    this.file = file;
    this.period = period;
    this.consumer = consumer;
    this.etcd = new EtcdWatch(file.etcd(), PatroniKeys.PREFIX, this::saw);
    this.haproxy =
        new HaproxyStatistics(file.haproxy(), file.credentials().statistics(), new Http(250, 500));
  }

  Observer begin() {
    routes.setDaemon(true);
    routes.start();
    etcd.begin();
    return this;
  }

  /** One consumer call at a time, so that the consumer need not be thread-safe. */
  private synchronized void report(Observation observation) {
    if (!closed.get()) {
      consumer.accept(observation);
    }
  }

  private void saw(EtcdWatch.Change change) {
    PatroniKeys.subject(change.key())
        .ifPresent(
            subject -> {
              if (subject.isLeader()) {
                sawLeader(change, subject.group());
              } else {
                sawMember(change, subject);
              }
            });
  }

  private void sawLeader(EtcdWatch.Change change, int group) {
    String now = Objects.requireNonNullElse(change.value(), "");
    if (!now.equals(leaders.put(group, now))) {
      String last = lastLeaders.getOrDefault(group, "");
      if (!now.isEmpty()) {
        lastLeaders.put(group, now);
      }
      report(new Observation.LeaderChanged(change.at(), change.within(), group, last, now));
    }
  }

  private void sawMember(EtcdWatch.Change change, PatroniKeys.Subject subject) {
    String role = "none";
    String state = "gone";
    String value = change.value();
    if (value != null) {
      try {
        JsonNode json = Json.FLAT.readTree(value);
        role =
            switch (json.path("role").asString("")) {
              case "master", "primary", "promoted" -> "primary";
              case "replica", "standby_leader" -> "standby";
              default -> "none";
            };
        state = json.path("state").asString("unknown");
      } catch (JacksonException e) {
        state = "unknown";
      }
    }
    if (!(role + " " + state).equals(members.put(subject.member(), role + " " + state))) {
      report(
          new Observation.MemberChanged(
              change.at(), change.within(), subject.member(), subject.group(), role, state));
    }
  }

  private void watchRoutes() {
    Map<String, String> last = new HashMap<>();
    Instant before = Instant.now();
    long due = System.nanoTime();
    while (!closed.get()) {
      Instant asked = Instant.now();
      lookAtRoutes(last, before);
      before = asked;
      due = Math.max(due + period.toNanos(), System.nanoTime());
      while (!closed.get() && System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  private void lookAtRoutes(Map<String, String> last, Instant since) {
    Map<String, Map<String, String>> states;
    try {
      states = haproxy.states();
    } catch (IOException e) {
      states = new HashMap<>();
      for (Route route : file.routes()) {
        states.put(route.name(), Map.of("haproxy", "unreachable"));
      }
    }
    Instant at = Instant.now();
    states.forEach(
        (route, servers) ->
            servers.forEach(
                (member, state) -> {
                  String before = last.put(route + "/" + member, state);
                  if (!state.equals(before)) {
                    report(
                        new Observation.RouteChanged(
                            at, Duration.between(since, at), route, member, state));
                  }
                }));
  }

  /** Ends the watching; no report comes after it returns. */
  @Override
  public void close() {
    closed.set(true);
    etcd.close();
    LockSupport.unpark(routes);
    try {
      routes.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
