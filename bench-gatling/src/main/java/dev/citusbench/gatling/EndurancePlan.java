package dev.citusbench.gatling;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Faults;
import dev.citusbench.cluster.Observation;
import dev.citusbench.cluster.Observer;
import dev.citusbench.cluster.OpenFault;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.cluster.Status;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.cluster.Stresses;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Endurance;
import dev.citusbench.results.Event;
import dev.citusbench.results.EventLog;
import dev.citusbench.results.Manifest.LeaderChange;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster is put under, step by step: each begins at a random moment over {@code loop_wait},
 * lasts its time, and is watched on for {@code loop_wait} and some seconds, in which a Patroni that
 * was held back may still act, and then until the cluster is settled again. A step that leaves it
 * unsettled for longer than that ends everything: the run is invalid then, and keeps what was seen.
 */
final class EndurancePlan implements Conductor.Plan {
  /** One answer of a busy member may be late. */
  private static final Duration LEADERS_TAKE = Duration.ofSeconds(10);

  private final Session session;
  private final Listener listener;
  private final Cluster cluster;
  private final Stresses stresses;
  private final List<PlannedStress> planned;
  private final StressTimes times;
  private final List<Climbed> climbed = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final SplittableRandom random = new SplittableRandom();
  private final List<Observation.LeaderChanged> keys = new CopyOnWriteArrayList<>();
  private final Leaders first;

  /** Null until the plan has ended. */
  private volatile @Nullable List<LeaderChange> outside;

  private final OneStress one = new OneStress();

  /** A ladder that was begun. */
  private record Climbed(
      PlannedStress stress, Instant startedAt, List<Long> ladder, Ascent ascent) {}

  /** A plan that is not under way yet. */
  EndurancePlan(Session session, Listener listener) {
    this.session = session;
    this.listener = listener;
    this.cluster = session.cluster();
    this.stresses = cluster.stresses();
    this.times = StressTimes.of(session.settings(), cluster.tuning());
    this.planned =
        PlannedStress.all(
            session.settings(),
            cluster.file().workers(),
            PlannedStress::lacking,
            text -> session.remark("left out: " + text));
    this.first = leaders();
    // Where this process is told to end, a cluster that stays up is not left paused or slow.
    session.beforeShutdown(one::stop);
  }

  /** How many ladders there are to be. */
  int planned() {
    return planned.size();
  }

  @Override
  public Duration longest() {
    return times.longest(planned);
  }

  @Override
  public void run() throws InterruptedException {
    Observer observer = cluster.observe(this::saw);
    try {
      for (PlannedStress stress : planned) {
        climb(stress);
      }
    } catch (BenchException e) {
      problems.add(String.valueOf(e.getMessage()));
    } finally {
      observer.close();
      lookOutside();
    }
  }

  private void climb(PlannedStress stress) throws InterruptedException {
    List<Long> ladder = times.ladder(stress.kind());
    Ascent ascent = new Ascent(ladder, times.repeat());
    awaitSettled(stress + ", before it");
    climbed.add(new Climbed(stress, Instant.now(), ladder, ascent));
    for (Long value = ascent.next(); value != null; value = ascent.next()) {
      repeat(stress, value, ascent);
    }
    Endurance seen =
        endurance(
            climbed.get(climbed.size() - 1), ascent.steps(new DueRequests(c -> Scope.UNKNOWN)));
    listener.step("  " + seen.sentence());
  }

  private void repeat(PlannedStress stress, long value, Ascent ascent) throws InterruptedException {
    awaitSettled("%s, before %d %s".formatted(stress, value, stress.kind().unit()));
    Thread.sleep(random.nextLong(cluster.tuning().loopWait().toMillis() + 1));
    Faults.Prepared prepared =
        stresses.prepare(stress.kind(), stress.target(), value, times.bound(stress.kind(), value));
    Leaders before = leaders(); // not before the wait: a change in it is none of this step
    long from = System.nanoTime();
    Instant begun = Instant.now();
    String member;
    Duration held;
    events().append(begun, Event.STRESS_BEGUN, fields(stress, value));
    try (OpenFault stressed = one.begin(prepared::fire)) {
      member = stressed.injection().member();
      long all = System.nanoTime(); // from when all of it is there
      Thread.sleep(times.held(stress.kind(), value).toMillis());
      held = Duration.ofNanos(System.nanoTime() - all);
    } finally {
      one.ended();
    }
    events().append(Instant.now(), Event.STRESS_ENDED, fields(stress, value));
    Thread.sleep(times.settle().toMillis());
    long to = System.nanoTime();
    String what = "%s, %d %s".formatted(stress, value, stress.kind().unit());
    List<LeaderChange> seen = List.of();
    boolean recovered = false;
    try {
      awaitSettled(what);
      seen = changesSince(before, leaders(), begun);
      recovered = true;
    } finally {
      // Where it did not recover, what can be seen of it is kept all the same, and is not borne.
      if (!recovered) {
        seen = changesSince(before, leadersNow(), begun);
      }
      ascent.add(value, member, new Ascent.Repetition(from, to, held, seen, recovered));
    }
    List<LeaderChange> changes = ascent.lastChanges(value);
    for (LeaderChange change : changes) {
      Instant at = change.at();
      events()
          .append(
              at == null ? Instant.now() : at,
              "leader change under stress",
              Map.of("group", change.group(), "from", change.from(), "to", change.to()));
    }
    listener.step(
        "%s (%s): %s"
            .formatted(
                what, member, changes.isEmpty() ? "borne" : "leader change: " + told(changes)));
  }

  private static String told(List<LeaderChange> changes) {
    return changes.stream()
        .map(
            change ->
                "%s from %s to %s"
                    .formatted(PlannedStress.group(change.group()), change.from(), change.to()))
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Object> fields(PlannedStress stress, long value) {
    return Map.of(
        "stress",
        stress.kind().word(),
        "target",
        stress.target().word(),
        "value",
        value,
        "unit",
        stress.kind().unit());
  }

  private void awaitSettled(String what) {
    try {
      cluster.awaitSettled(times.recovery(), this::mended);
    } catch (BenchException e) {
      throw new BenchException(e.kind(), what + ": not recovered: " + e.getMessage(), e);
    }
  }

  private void mended(String what) {
    events().append(Instant.now(), "mended", Map.of("what", what));
    listener.step("  " + what);
  }

  /** Who leads each group; asked again for a while where one does not answer. */
  private Leaders leaders() {
    return Leaders.whole(this::leadersNow, cluster.file().workers() + 1, LEADERS_TAKE);
  }

  /** Who leads now; a group that has no primary is left out. */
  private Leaders leadersNow() {
    Map<Integer, Leaders.Leader> byGroup = new TreeMap<>();
    for (Status.MemberStatus member : cluster.status().members()) {
      Long timeline = member.timeline();
      if (member.role().equals("primary") && timeline != null) {
        // Two for a moment: the newer timeline is the one that was elected.
        byGroup.merge(
            member.group(),
            new Leaders.Leader(member.name(), timeline),
            (one, other) -> one.timeline() >= other.timeline() ? one : other);
      }
    }
    return new Leaders(byGroup);
  }

  /** A promotion is in Patroni's history up to a loop later than its timeline is there. */
  private List<LeaderChange> changesSince(Leaders before, Leaders now, Instant begun) {
    List<LeaderChange> changes = before.changesTo(now, List.of());
    long end = System.nanoTime() + times.settle().toNanos();
    while (changes.stream().anyMatch(change -> change.at() == null) && System.nanoTime() < end) {
      changes = before.changesTo(now, history());
      if (changes.stream().anyMatch(change -> change.at() == null)) {
        sleep(Duration.ofMillis(200));
      }
    }
    return before.with(changes, keys.stream().filter(key -> !key.at().isBefore(begun)).toList());
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException(BenchException.Kind.CLUSTER, "interrupted while waiting", e);
    }
  }

  private List<Promotion> history() {
    List<Promotion> all = new ArrayList<>();
    for (int group = 0; group <= cluster.file().workers(); group++) {
      try {
        all.addAll(cluster.promotions(group));
      } catch (BenchException e) {
        listener.step("  " + e.getMessage()); // the timeline says it already
      }
    }
    return all;
  }

  /** The changes that no step explains: those of the steps are what was looked for. */
  private void lookOutside() {
    try {
      Set<String> inside = new HashSet<>();
      for (Climbed each : climbed) {
        each.ascent()
            .changes()
            .forEach(change -> inside.add(change.group() + " " + change.timeline()));
      }
      outside =
          first.changesTo(leaders(), history()).stream()
              .filter(change -> !inside.contains(change.group() + " " + change.timeline()))
              .toList();
    } catch (BenchException e) {
      problems.add("leader changes outside of the steps are not known: " + e.getMessage());
    }
  }

  private void saw(Observation observation) {
    if (observation instanceof Observation.MemberChanged member) {
      events()
          .append(
              member.at(),
              "member",
              Map.of(
                  "group",
                  member.group(),
                  "subject",
                  member.member(),
                  "state",
                  member.role() + " " + member.state()));
    } else if (observation instanceof Observation.LeaderChanged leader) {
      keys.add(leader);
      events()
          .append(
              leader.at(),
              "leader",
              Map.of(
                  "group",
                  leader.group(),
                  "subject",
                  PlannedStress.group(leader.group()),
                  "state",
                  leader.to()));
    }
  }

  private EventLog events() {
    return session.folder().events();
  }

  private Endurance endurance(Climbed each, List<Endurance.Step> steps) {
    StressKind kind = each.stress().kind();
    return Endurance.of(
        kind.word(),
        each.stress().target().word(),
        each.ascent().members(),
        kind.unit(),
        each.startedAt(),
        times.repeat(),
        kind == StressKind.PAUSE ? null : (Long) times.held().toMillis(),
        times.settle().toMillis(),
        each.ladder(),
        steps);
  }

  /**
   * What was seen, a ladder each.
   *
   * @param requests of a load that has ended
   */
  List<Endurance> results(DueRequests requests) {
    return climbed.stream().map(each -> endurance(each, each.ascent().steps(requests))).toList();
  }

  /** How many ladders were climbed to where a leader changed, or to their end. */
  int done() {
    return (int) climbed.stream().filter(each -> each.ascent().next() == null).count();
  }

  /** Promotions that fall in no step; null where they are not known. */
  @Nullable List<LeaderChange> outside() {
    return outside;
  }

  @Override
  public void failed(Throwable error) {
    problems.add("the ladders ended early: " + SqlState.oneLine(error));
  }

  /** Why the run is not valid; empty where the cluster recovered each time. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
