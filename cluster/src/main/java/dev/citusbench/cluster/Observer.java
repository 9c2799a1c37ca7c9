package dev.citusbench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Watches a cluster from outside, as a client could: polls Patroni's REST API of every member and
 * HAProxy's statistics, each by a thread of its own, and reports changes only. The first look is
 * reported as changes from nothing. A member that is dead or frozen delays nobody else.
 *
 * <p>The period is the resolution of what is seen. Each poll is a query in the member's Patroni: so
 * observe while something is to be seen, not for hours.
 */
public final class Observer implements AutoCloseable {
  /** How often each member and HAProxy are asked. */
  public static final Duration PERIOD = Duration.ofMillis(50);

  private final ClusterFile file;
  private final Consumer<Observation> consumer;
  private final Duration period;
  private final PatroniApi patroni;
  private final HaproxyStatistics haproxy;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Integer, String> leaders = new HashMap<>();
  private final Map<Integer, Long> timelines = new HashMap<>();

  Observer(ClusterFile file, Duration period, Consumer<Observation> consumer) {
    this.file = file;
    this.period = period;
    this.consumer = consumer;
    this.patroni = new PatroniApi(file.credentials().patroni(), new Http(250, 500));
    this.haproxy =
        new HaproxyStatistics(file.haproxy(), file.credentials().statistics(), new Http(250, 500));
  }

  Observer begin() {
    for (Member member : file.members()) {
      threads.add(thread("observe-" + member.name(), new MemberWatch(member)));
    }
    threads.add(thread("observe-haproxy", new RouteWatch()));
    threads.forEach(Thread::start);
    return this;
  }

  private Thread thread(String name, Runnable look) {
    Thread thread =
        new Thread(
            () -> {
              long due = System.nanoTime();
              while (!closed.get()) {
                look.run();
                due = Math.max(due + period.toNanos(), System.nanoTime());
                while (!closed.get() && System.nanoTime() < due) {
                  LockSupport.parkNanos(due - System.nanoTime());
                }
              }
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  /** One consumer call at a time, so that the consumer need not be thread-safe. */
  private synchronized void report(Observation observation) {
    if (!closed.get()) {
      consumer.accept(observation);
    }
  }

  private synchronized void sawPrimary(Instant at, Member member, long timeline) {
    String before = leaders.getOrDefault(member.group(), "");
    // An old primary may answer for a while beside the new one: the higher timeline is right.
    if (!before.equals(member.name()) && timeline >= timelines.getOrDefault(member.group(), 0L)) {
      leaders.put(member.group(), member.name());
      timelines.put(member.group(), timeline);
      report(new Observation.LeaderChanged(at, member.group(), before, member.name(), timeline));
    }
  }

  private final class MemberWatch implements Runnable {
    private final Member member;
    private String role = "";
    private String state = "";
    private long timeline;

    MemberWatch(Member member) {
      this.member = member;
    }

    @Override
    public void run() {
      String nowRole = "none";
      String nowState = "unreachable";
      long nowTimeline = 0;
      boolean primary = false;
      try {
        PatroniApi.Answer answer = patroni.ask(member);
        nowRole = answer.role();
        nowState = answer.state();
        Long answered = answer.timeline();
        nowTimeline = answered == null ? 0 : answered;
        primary = answer.isPrimary();
      } catch (IOException unreachable) {
        // That is what is reported.
      }
      Instant at = Instant.now();
      boolean newTimeline = nowTimeline != timeline && nowTimeline != 0;
      if (!nowRole.equals(role) || !nowState.equals(state) || newTimeline) {
        role = nowRole;
        state = nowState;
        timeline = nowTimeline == 0 ? timeline : nowTimeline;
        report(
            new Observation.MemberChanged(
                at, member.name(), member.group(), role, state, nowTimeline));
      }
      if (primary) {
        sawPrimary(at, member, nowTimeline);
      }
    }
  }

  private final class RouteWatch implements Runnable {
    private final Map<String, String> last = new HashMap<>();

    @Override
    public void run() {
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
                      report(new Observation.RouteChanged(at, route, member, state));
                    }
                  }));
    }
  }

  /** Ends the watching; no report comes after it returns. */
  @Override
  public void close() {
    closed.set(true);
    threads.forEach(LockSupport::unpark);
    for (Thread thread : threads) {
      try {
        thread.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
