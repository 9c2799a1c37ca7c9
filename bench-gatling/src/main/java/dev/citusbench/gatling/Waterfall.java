package dev.citusbench.gatling;

import dev.citusbench.results.Manifest.FaultPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes the outage of writes to a group apart by layer, on this machine's clock. Each phase lasts
 * from the end of the one before:
 *
 * <ul>
 *   <li>{@code before}: from the last success to the opening of the fault, up to a period of the
 *       probe;
 *   <li>{@code detect}: until the member's Patroni says in its log that something is wrong, or,
 *       where the log has nothing, until its key in etcd shows it as other than a running primary;
 *   <li>{@code release}: until the group's leader key is free. Where nobody noticed anything before
 *       that, as of a silent node, {@code lease}: the key ran out;
 *   <li>{@code elect}: until another member holds the key;
 *   <li>{@code promote}: until its PostgreSQL says in its log that it takes writes. Where there was
 *       no election, {@code restart}: until the same member's says so;
 *   <li>{@code held}, where there was no election either, until the fault was undone;
 *   <li>{@code metadata}, of a worker on Citus: until the coordinator's {@code pg_dist_node} has
 *       another address for the group, which is when it lets writes go on;
 *   <li>{@code proxy}, of groups that are reached through HAProxy: until that shows the server up;
 *   <li>{@code retaken}, where another one follows the elected one before writes succeed: until it
 *       holds the key. A Patroni before 3.0.3 that was frozen may take it back (patroni#2689);
 *   <li>{@code synchronous}, after that: until its PostgreSQL says in its log that a standby is
 *       synchronous, for which its commits wait. What else that one did meanwhile, such as a
 *       promotion, is in it too;
 *   <li>{@code client}: until the first success, from the last shot on that was fired before the
 *       one that succeeded: waiting for the next shot, connecting and the write;
 *   <li>{@code unexplained}: what is between the last layer and that shot.
 * </ul>
 *
 * <p>All together they are the outage. What happened before it, because clients noticed the fault
 * later, takes no time of it; nor does what was seen earlier than the phase before, as HAProxy may
 * see a server up before its PostgreSQL takes writes. What was not seen is left out, and its time
 * is in the next phase; so is what was seen only when writes succeeded again, for they did not wait
 * for it.
 */
final class Waterfall {
  static final String PATRONI_LOG = "Patroni's log";
  static final String POSTGRES_LOG = "PostgreSQL's log";
  static final String ETCD = "etcd watch";
  static final String METADATA = "pg_dist_node";
  static final String PROXY = "HAProxy's statistics";
  static final String PROBES = "probes";
  static final String SUITE = "the suite";

  /** A log line has milliseconds. */
  private static final Duration LOG = Duration.ofMillis(1);

  /** A session of a standby may write a little before its postmaster says so. */
  private static final Duration READY = Duration.ofMillis(100);

  private Waterfall() {}

  /**
   * A layer that was through.
   *
   * @param within at most so long before {@code at}
   */
  record Milestone(String phase, Instant at, String source, Duration within) {}

  /**
   * The outage of writes, as the plain stream of the group has it.
   *
   * @param from the last success before
   * @param to the first success after
   * @param lastShot start of the last shot that was fired before the one that succeeded at {@code
   *     to}; {@code to} where none did
   */
  record WriteOutage(Instant from, Instant to, Instant lastShot, Duration resolution) {}

  /**
   * What the logs of the group's members say.
   *
   * @param noticed when the Patroni of a member noticed something, from an instant on
   * @param takesWrites when the PostgreSQL of a member took writes, from an instant on
   * @param synchronous when the PostgreSQL of a member had a synchronous standby, from an instant
   *     on
   */
  record Said(
      BiFunction<String, Instant, Optional<Instant>> noticed,
      BiFunction<String, Instant, Optional<Instant>> takesWrites,
      BiFunction<String, Instant, Optional<Instant>> synchronous) {}

  /**
   * The layers of one fault, in their order.
   *
   * @param member that was hit, the primary of the group
   * @param undone when the fault was undone; null where it was not held
   * @param metadata when the coordinator had another address; null where that was not seen
   * @param viaProxy whether the group is reached through HAProxy
   */
  static List<Milestone> milestones(
      Instant openedAt,
      int group,
      String member,
      List<Sighting> sightings,
      Said said,
      @Nullable Instant undone,
      @Nullable Milestone metadata,
      boolean viaProxy) {
    List<Sighting> seen =
        sightings.stream()
            .filter(sighting -> sighting.group() == group && !sighting.at().isBefore(openedAt))
            .sorted(Comparator.comparing(Sighting::at))
            .toList();
    List<Milestone> milestones = new ArrayList<>();
    Optional<Sighting> free =
        first(seen, s -> s.kind() == Sighting.Kind.LEADER && s.state().isEmpty());
    Optional<Sighting> elected =
        first(
            seen,
            s ->
                s.kind() == Sighting.Kind.LEADER
                    && !s.state().isEmpty()
                    && (free.isPresent() || !s.state().equals(member)));
    // Who was silent may say something when it is woken up, long after.
    Instant tooLate = free.or(() -> elected).map(Sighting::at).orElse(Instant.MAX);
    Optional<Milestone> noticed =
        said.noticed()
            .apply(member, openedAt)
            .filter(at -> !at.isAfter(tooLate))
            .map(at -> new Milestone("detect", at, PATRONI_LOG, LOG))
            .or(() -> first(seen, s -> isDetection(s, member)).map(s -> of("detect", s, ETCD)))
            .filter(each -> !each.at().isAfter(tooLate));
    noticed.ifPresent(milestones::add);
    free.ifPresent(s -> milestones.add(of(noticed.isPresent() ? "release" : "lease", s, ETCD)));
    elected.ifPresent(s -> milestones.add(of("elect", s, ETCD)));
    if (elected.isEmpty() && undone != null) {
      milestones.add(new Milestone("held", undone, SUITE, LOG));
    }
    String primary = elected.map(Sighting::state).orElse(member);
    said.takesWrites()
        .apply(primary, openedAt)
        .ifPresent(
            at ->
                milestones.add(
                    new Milestone(
                        elected.isPresent() ? "promote" : "restart", at, POSTGRES_LOG, READY)));
    if (metadata != null) {
      milestones.add(metadata);
    }
    if (viaProxy) {
      first(
              seen,
              s ->
                  s.kind() == Sighting.Kind.PROXY
                      && s.subject().equals(primary)
                      && s.state().equals("UP"))
          .ifPresent(s -> milestones.add(of("proxy", s, PROXY)));
    }
    elected
        .flatMap(first -> retaken(seen, first))
        .ifPresent(again -> addRetaken(milestones, again, said));
    return milestones;
  }

  /** Who holds the key after the one that was elected. */
  private static Optional<Sighting> retaken(List<Sighting> seen, Sighting elected) {
    return first(
        seen,
        s ->
            s.kind() == Sighting.Kind.LEADER
                && s.at().isAfter(elected.at())
                && !s.state().isEmpty()
                && !s.state().equals(elected.state()));
  }

  private static void addRetaken(List<Milestone> milestones, Sighting again, Said said) {
    add(milestones, of("retaken", again, ETCD));
    said.synchronous()
        .apply(again.state(), again.at())
        .ifPresent(at -> add(milestones, new Milestone("synchronous", at, POSTGRES_LOG, LOG)));
  }

  /** Before what was seen later, as the coordinator's new address may be. */
  private static void add(List<Milestone> milestones, Milestone milestone) {
    int later = 0;
    while (later < milestones.size() && !milestones.get(later).at().isAfter(milestone.at())) {
      later++;
    }
    milestones.add(later, milestone);
  }

  private static Milestone of(String phase, Sighting sighting, String source) {
    return new Milestone(phase, sighting.at(), source, sighting.within());
  }

  private static boolean isDetection(Sighting sighting, String member) {
    return sighting.kind() == Sighting.Kind.MEMBER
        && sighting.subject().equals(member)
        && !sighting.state().equals("primary running")
        && !sighting.state().startsWith("none gone"); // that is its lease, too
  }

  private static Optional<Sighting> first(List<Sighting> seen, Predicate<Sighting> wanted) {
    return seen.stream().filter(wanted).findFirst();
  }

  /** The phases, whose sum is the outage. */
  static List<FaultPhase> phases(Instant openedAt, WriteOutage outage, List<Milestone> milestones) {
    List<FaultPhase> phases = new ArrayList<>();
    Instant at = outage.from();
    if (at.isBefore(openedAt)) {
      phases.add(phase(FaultPhase.BEFORE, at, openedAt, PROBES, outage.resolution()));
      at = openedAt;
    }
    for (Milestone milestone : milestones) {
      if (milestone.at().minus(milestone.within()).isAfter(outage.to())) {
        continue;
      }
      Instant end = later(at, earlier(milestone.at(), outage.to()));
      phases.add(phase(milestone.phase(), at, end, milestone.source(), milestone.within()));
      at = end;
    }
    Instant shot = later(at, earlier(outage.lastShot(), outage.to()));
    phases.add(phase("client", shot, outage.to(), PROBES, outage.resolution()));
    phases.add(new FaultPhase(FaultPhase.UNEXPLAINED, millis(at, shot)));
    return phases;
  }

  private static FaultPhase phase(
      String name, Instant from, Instant to, String source, Duration resolution) {
    return new FaultPhase(name, millis(from, to), source, resolution.toNanos() / 1e6);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
