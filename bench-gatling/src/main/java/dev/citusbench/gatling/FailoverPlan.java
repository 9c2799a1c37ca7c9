package dev.citusbench.gatling;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Faults;
import dev.citusbench.cluster.Injection;
import dev.citusbench.cluster.Member;
import dev.citusbench.cluster.MemberLogs;
import dev.citusbench.cluster.Observation;
import dev.citusbench.cluster.Observer;
import dev.citusbench.cluster.OpenFault;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.gatling.probe.Ledger;
import dev.citusbench.gatling.probe.LeftOvers;
import dev.citusbench.gatling.probe.MetadataWatch;
import dev.citusbench.gatling.probe.Outages;
import dev.citusbench.gatling.probe.PreparedWatch;
import dev.citusbench.gatling.probe.ProbeStream;
import dev.citusbench.gatling.probe.Probes;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Event;
import dev.citusbench.results.EventLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Manifest.FaultPhase;
import dev.citusbench.results.Phase;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.sql.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the cluster under the load: one fault after the other is opened at a random
 * moment over {@code loop_wait}, undone after its time where it must be, then recovery is waited
 * for and some seconds more are measured. Probes fire all the time from some seconds before to some
 * after, so that the load is under the same conditions while it is quiet and while it is not. The
 * phases around each fault are cut when it has been measured ({@link FaultPhases}); {@code steady}
 * is what comes before the first, {@code after} lasts until the next is opened.
 */
final class FailoverPlan implements Conductor.Plan {
  /** How many periods of a stream its resolution in an outage may be, or so long. */
  private static final int RESOLUTION_PERIODS = 4;

  private static final double RESOLUTION_MILLIS = 500;

  /** Or such a share of the outage: where all shots hang, few of them are under way at once. */
  private static final double RESOLUTION_SHARE = 0.05;

  private final Session session;
  private final Listener listener;
  private final Cluster cluster;
  private final Faults faults;
  private final LongBinaryOperator longestPause;
  private final Map<Integer, Long> tenants;
  private final List<PlannedFault> planned;
  private final FaultTimes times;
  private final List<Manifest.FaultResult> results = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<Sighting> sightings = new CopyOnWriteArrayList<>();
  private final List<PhaseCut.Begin> begins = new CopyOnWriteArrayList<>();
  private final List<FaultWatch> watches = new CopyOnWriteArrayList<>();
  private final List<LeaderChanges.Opened> opened = new CopyOnWriteArrayList<>();
  private final Map<Integer, Long> timelinesBefore = new TreeMap<>();
  private final Map<Integer, String> leadersBefore = new TreeMap<>();

  /** Null until the plan has ended. */
  private volatile @Nullable List<Manifest.LeaderChange> unasked;

  /** When a fault was opened, or about to be, whose phases are not known yet. */
  private volatile @Nullable Long unmeasured;

  /** When the last fault was undone; null where it needs no undoing. Of the plan's thread. */
  private @Nullable Instant undoneAt;

  private final SplittableRandom random = new SplittableRandom();

  /** An instant of both clocks, taken together. */
  private record Now(Instant instant, long nanos) {
    /** Readings of the one clock around one of the other are close enough where this far apart. */
    private static final long APART_NANOS = 1_000_000;

    private static final int MOST_READINGS = 100;

    /** The thread may lose its processor between two readings, so the closest pair counts. */
    static Now read() {
      Now closest = null;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < MOST_READINGS && least > APART_NANOS; i++) {
        long before = System.nanoTime();
        Instant instant = Instant.now();
        long apart = System.nanoTime() - before;
        if (closest == null || apart < least) {
          closest = new Now(instant, before + apart / 2);
          least = apart;
        }
      }
      return Objects.requireNonNull(closest);
    }

    Instant instantOf(long nanoTime) {
      return instant.plusNanos(nanoTime - nanos);
    }

    long nanosOf(Instant at) {
      return nanos + Duration.between(instant, at).toNanos();
    }
  }

  /**
   * A plan that is not under way yet.
   *
   * @param longestPause of this process between two instants: no probe sees more sharply
   */
  FailoverPlan(Session session, Listener listener, LongBinaryOperator longestPause) {
    this.session = session;
    this.listener = listener;
    this.cluster = session.cluster();
    this.faults = cluster.faults();
    this.longestPause = longestPause;
    this.planned =
        PlannedFault.all(
            session.settings(),
            cluster.file().workers(),
            faults::lacking,
            text -> session.remark("left out: " + text));
    this.times = FaultTimes.of(session.settings(), cluster.tuning(), session.engine());
    this.tenants = tenants(session);
    for (int group = 0; group <= cluster.file().workers(); group++) {
      leadersBefore.put(group, cluster.primary(group).name());
      timelinesBefore.put(
          group, cluster.promotions(group).stream().mapToLong(Promotion::timeline).max().orElse(1));
    }
  }

  @Override
  public Duration longest() {
    return times.longest(planned);
  }

  @Override
  public void run() throws InterruptedException {
    Observer observer = cluster.observe(this::saw);
    try {
      for (PlannedFault fault : planned) {
        if (!inject(fault)) {
          return;
        }
      }
    } catch (BenchException e) {
      problems.add(String.valueOf(e.getMessage()));
    } finally {
      observer.close();
      lookForUnaskedChanges();
      problems.addAll(cluster.missingCompanions());
    }
  }

  private void lookForUnaskedChanges() {
    List<Promotion> promotions = new ArrayList<>();
    try {
      for (int group = 0; group <= cluster.file().workers(); group++) {
        promotions.addAll(cluster.promotions(group));
      }
    } catch (BenchException e) {
      problems.add("leader changes that nobody asked for are not known: " + e.getMessage());
      return;
    }
    List<Manifest.LeaderChange> changes =
        LeaderChanges.unasked(promotions, timelinesBefore, leadersBefore, List.copyOf(opened));
    unasked = changes;
    for (Manifest.LeaderChange change : changes) {
      Instant at = change.at();
      events()
          .append(
              at == null ? Instant.now() : at,
              "unasked leader change",
              Map.of("group", change.group(), "from", change.from(), "to", change.to()));
    }
    listener.step(
        "leader changes that no fault explains: "
            + (changes.isEmpty() ? "none" : changes.size() + ", " + toldChanges(changes)));
  }

  private static String toldChanges(List<Manifest.LeaderChange> changes) {
    return changes.stream()
        .map(
            change ->
                "%s from %s to %s"
                    .formatted(Member.groupName(change.group()), change.from(), change.to()))
        .collect(Collectors.joining(", "));
  }

  /** Notes a change in the event log, and keeps it for the phases of the outage. */
  private void saw(Observation observation) {
    if (observation instanceof Observation.MemberChanged member) {
      String state = member.role() + " " + member.state();
      note(
          "member",
          new Sighting(
              member.at(),
              member.within(),
              Sighting.Kind.MEMBER,
              member.group(),
              member.member(),
              state));
    } else if (observation instanceof Observation.LeaderChanged leader) {
      note(
          "leader",
          new Sighting(
              leader.at(),
              leader.within(),
              Sighting.Kind.LEADER,
              leader.group(),
              Member.groupName(leader.group()),
              leader.to()));
    } else if (observation instanceof Observation.RouteChanged route) {
      events()
          .append(
              route.at(),
              "proxy",
              Map.of("route", route.route(), "member", route.member(), "state", route.state()));
      cluster.file().members().stream()
          .filter(member -> member.name().equals(route.member()))
          .filter(member -> route.route().equals(primaryRoute(member.group())))
          .forEach(
              member ->
                  sightings.add(
                      new Sighting(
                          route.at(),
                          route.within(),
                          Sighting.Kind.PROXY,
                          member.group(),
                          member.name(),
                          route.state())));
    }
  }

  private void note(String event, Sighting sighting) {
    sightings.add(sighting);
    events()
        .append(
            sighting.at(),
            event,
            Map.of(
                "group", sighting.group(),
                "subject", sighting.subject(),
                "state", sighting.state()));
  }

  /** The route by which clients reach the primary of a group. */
  private static String primaryRoute(int group) {
    return group == 0 ? OpenLoad.ROUTE : "worker" + group;
  }

  /** Opens one fault and measures it; false where the cluster did not recover. */
  private boolean inject(PlannedFault fault) throws InterruptedException {
    Target target = session.target(OpenLoad.ROUTE);
    int group = fault.target().group();
    try (Probes probes = new Probes(target, session.tuning().pool(), tenants, broken(fault));
        MetadataWatch metadata = new MetadataWatch(() -> connectTo(0), group)) {
      if (fault.target().hitsPrimary() && hasMetadata(group)) {
        metadata.begin();
      }
      probes.start();
      Thread.sleep(Probes.FILLING.toMillis());
      long quietSince = System.nanoTime();
      Thread.sleep(times.calm().toMillis());
      Thread.sleep(random.nextLong(times.tuning().loopWait().toMillis() + 1));
      Faults.Prepared prepared = faults.prepare(fault.kind(), fault.target());
      Map<String, Long> opened = probes.opened();
      MemberLogs logs = cluster.logs(group);
      unmeasured = System.nanoTime();
      try (OpenFault open = prepared.fire()) {
        return measure(fault, open, probes, quietSince, opened, new Layers(logs, metadata));
      }
    }
  }

  /** What is looked at for the layers of an outage besides the whole cluster's changes. */
  private record Layers(MemberLogs logs, MetadataWatch metadata) {}

  private boolean hasMetadata(int group) {
    return session.engine() == Engine.CITUS && group > 0;
  }

  /** Whose streams fire often: the group's that is hit, or all where none is. */
  private Set<Integer> broken(PlannedFault fault) {
    int group = fault.target().group();
    return group >= 0
        ? Set.of(group)
        : IntStream.rangeClosed(0, cluster.file().workers())
            .boxed()
            .collect(Collectors.toUnmodifiableSet());
  }

  private boolean measure(
      PlannedFault fault,
      OpenFault open,
      Probes probes,
      long quietSince,
      Map<String, Long> openedBefore,
      Layers layers)
      throws InterruptedException {
    Injection injection = open.injection();
    Now now = Now.read();
    long opened = now.nanosOf(injection.openedAt());
    unmeasured = opened;
    events()
        .append(
            injection.openedAt(),
            Event.FAULT_OPENED,
            Map.of(
                "kind",
                injection.kind(),
                "target",
                injection.target(),
                "member",
                injection.member()));
    listener.step(
        "%d of %d: %s (%s)"
            .formatted(results.size() + 1, planned.size(), fault, injection.member()));
    AtomicLong succeeded = new AtomicLong();
    PreparedWatch prepared = new PreparedWatch(this::connectTo, cluster.file().workers());
    prepared.begin();
    undoneAt = null;
    @Nullable String problem = recover(fault, open, probes, opened, succeeded::set);
    long until = System.nanoTime();
    this.opened.add(
        new LeaderChanges.Opened(
            fault.kind(),
            fault.target(),
            injection.openedAt(),
            problem == null ? now.instantOf(until) : null));
    if (problem == null) {
      Thread.sleep(times.calm().toMillis());
    } else {
      problems.add(
          "%s of %s: not recovered after %d s: %s"
              .formatted(
                  injection.kind(),
                  injection.member(),
                  times.recoveryBound(fault).toSeconds(),
                  problem));
    }
    long watched = System.nanoTime();
    probes.stop();
    long bound = succeeded.get() == 0 ? until : succeeded.get();
    List<Outages.Gap> gaps = Outages.all(probes.streams(), opened, bound);
    List<PhaseCut.Begin> around =
        FaultPhases.of(results.size(), opened, gaps, problem == null ? until : null);
    watches.add(FaultWatch.of(quietSince, opened, gaps, bound, watched, fault.target().group()));
    Manifest.FaultResult result =
        result(
            probes,
            fault,
            injection,
            now,
            opened,
            bound,
            until,
            watched,
            pools(probes, openedBefore),
            prepared,
            layers);
    cut(around, injection.target(), now);
    results.add(result);
    judge(result, probes);
    tell(result);
    return problem == null;
  }

  private static List<Manifest.PoolUse> pools(Probes probes, Map<String, Long> before) {
    return new TreeMap<>(probes.opened())
        .entrySet().stream()
            .map(
                pool ->
                    new Manifest.PoolUse(
                        pool.getKey(),
                        Probes.POOL_CONNECTIONS,
                        pool.getValue() - before.getOrDefault(pool.getKey(), 0L)))
            .toList();
  }

  /**
   * Undoes the fault after its time, and waits until the probes succeed and the cluster is ready;
   * what is missing, or null.
   */
  private @Nullable String recover(
      PlannedFault fault, OpenFault open, Probes probes, long opened, LongConsumer succeeded)
      throws InterruptedException {
    long end = opened + times.recoveryBound(fault).toNanos();
    long undone = opened;
    Duration hold = times.hold(fault);
    if (!hold.isZero()) {
      Thread.sleep(
          Math.max(0, Duration.ofNanos(opened + hold.toNanos() - System.nanoTime()).toMillis()));
      Instant at = Instant.now();
      undoneAt = at;
      undone = System.nanoTime();
      open.close();
      events().append(at, Event.FAULT_UNDONE, Map.of("kind", fault.kind().word()));
    }
    String failing = "";
    do {
      Thread.sleep(20);
      long since = undone;
      failing =
          String.join(
              ", ",
              probes.streams().stream()
                  .filter(stream -> !stream.succeedsSince(since, Outages.RUN))
                  .map(ProbeStream::toString)
                  .toList());
    } while (!failing.isEmpty() && System.nanoTime() - end < 0);
    if (!failing.isEmpty()) {
      return "probes fail: " + failing;
    }
    succeeded.accept(System.nanoTime());
    events().append(Instant.now(), "all probes succeed", Map.of());
    try {
      // What Patroni was asked for, and refused, is known by now.
      open.close();
      cluster.awaitSettled(
          Duration.ofNanos(Math.max(Duration.ofSeconds(1).toNanos(), end - System.nanoTime())),
          this::mended);
    } catch (BenchException e) {
      return e.getMessage();
    }
    events().append(Instant.now(), "cluster ready", Map.of());
    return null;
  }

  private void mended(String what) {
    events().append(Instant.now(), "mended", Map.of("what", what));
    listener.step("  " + what);
  }

  /** Notes the phases around a fault that has been measured. */
  private void cut(List<PhaseCut.Begin> around, String target, Now now) {
    for (PhaseCut.Begin begin : around) {
      events()
          .append(
              now.instantOf(begin.nanos()),
              Event.PHASE,
              Map.of(
                  "phase",
                  begin.phase().label(),
                  "part",
                  FailoverSimulation.PART,
                  Event.FAULT,
                  target));
    }
    begins.addAll(around);
    unmeasured = null;
  }

  private Manifest.FaultResult result(
      Probes probes,
      PlannedFault fault,
      Injection injection,
      Now now,
      long opened,
      long bound,
      long until,
      long watched,
      List<Manifest.PoolUse> pools,
      PreparedWatch prepared,
      Layers layers)
      throws InterruptedException {
    int group = fault.target().group();
    List<Manifest.Outage> outages = new ArrayList<>();
    double pauseMillis = longestPause.applyAsLong(opened, bound) / 1e6;
    List<FaultPhase> phases = List.of();
    Long straggler = null;
    double stragglerResolution = 0;
    for (ProbeStream stream : probes.streams()) {
      Manifest.Outage outage = noSharperThan(pauseMillis, Outages.of(stream, opened, bound, until));
      outages.add(outage);
      Optional<Outages.Gap> found = Outages.gap(stream, opened, bound);
      if (found.isEmpty()) {
        continue;
      }
      Outages.Gap gap = found.get();
      if (gap.ended()) {
        events()
            .append(
                now.instantOf(gap.toNanos()),
                "first success",
                Map.of(
                    "client", stream.client(),
                    "probe", stream.name(),
                    "group", stream.group(),
                    "outage", outage.millis()));
      }
      if (!stream.client().equals(Manifest.Outage.PLAIN)) {
        continue;
      }
      if (gap.ended() && (straggler == null || gap.toNanos() - straggler > 0)) {
        straggler = gap.toNanos();
        stragglerResolution = outage.resolutionMillis();
      }
      if (stream.name().equals("write")
          && stream.group() == group
          && fault.target().hitsPrimary()) {
        phases =
            Waterfall.phases(
                injection.openedAt(),
                writeOutage(stream, gap, outage, now),
                milestones(injection, group, layers));
      }
    }
    double watchedPauseMillis = longestPause.applyAsLong(opened, watched) / 1e6;
    for (ProbeStream stream : probes.pooledStreams()) {
      // A pool may need longer than the cluster, and is watched for longer.
      Manifest.Outage outage = Outages.of(stream, opened, watched, watched);
      outages.add(noSharperThan(watchedPauseMillis, outage));
    }
    return new Manifest.FaultResult(
        injection.kind(),
        injection.target(),
        injection.member(),
        injection.openedAt(),
        outages,
        phases,
        times.predicted(fault),
        settle(probes, injection, prepared),
        pools,
        List.of(),
        null,
        straggler == null
            ? List.of()
            : List.of(
                new Manifest.Milestone(
                    Manifest.Milestone.STRAGGLER,
                    (straggler - opened) / 1e6,
                    Waterfall.PROBES,
                    stragglerResolution)));
  }

  private static Waterfall.WriteOutage writeOutage(
      ProbeStream stream, Outages.Gap gap, Manifest.Outage outage, Now now) {
    return new Waterfall.WriteOutage(
        now.instantOf(gap.fromNanos()),
        now.instantOf(gap.toNanos()),
        now.instantOf(Outages.lastShotNanos(stream.shots(), gap)),
        Duration.ofNanos((long) (outage.resolutionMillis() * 1e6)));
  }

  private List<Waterfall.Milestone> milestones(Injection injection, int group, Layers layers) {
    return Waterfall.milestones(
        injection.openedAt(),
        group,
        injection.member(),
        List.copyOf(sightings),
        new Waterfall.Said(
            layers.logs()::noticed, layers.logs()::takesWrites, layers.logs()::synchronous),
        undoneAt,
        layers
            .metadata()
            .changed()
            .filter(changed -> !changed.at().isBefore(injection.openedAt()))
            .map(
                changed ->
                    new Waterfall.Milestone(
                        "metadata", changed.at(), Waterfall.METADATA, changed.within()))
            .orElse(null),
        !hasMetadata(group));
  }

  /** A pause of this process delays what probes see, so that the resolution is at least it. */
  private static Manifest.Outage noSharperThan(double pauseMillis, Manifest.Outage outage) {
    return new Manifest.Outage(
        outage.probe(),
        outage.group(),
        outage.millis(),
        Math.max(outage.resolutionMillis(), pauseMillis),
        outage.errors(),
        outage.client(),
        outage.unended());
  }

  /** Names what the probes did not see because they were not fired. */
  private void judge(Manifest.FaultResult result, Probes probes) {
    String fault = result.kind() + " of " + result.member();
    for (int i = 0; i < probes.streams().size(); i++) {
      ProbeStream stream = probes.streams().get(i);
      Manifest.Outage outage = result.outages().get(i);
      double resolution = outage.resolutionMillis();
      if (resolution
          > Math.max(
              Math.max(RESOLUTION_MILLIS, RESOLUTION_SHARE * outage.millis()),
              (double) RESOLUTION_PERIODS * stream.period().toMillis())) {
        problems.add(
            String.format(
                Locale.ROOT,
                "%s: probes of %s see no outage to less than %.0f ms, asked every %d ms; take load off this machine",
                fault,
                stream,
                resolution,
                stream.period().toMillis()));
      }
    }
  }

  /** Reads all writes back; a cluster that has just recovered may need several attempts. */
  private Manifest.Writes settle(Probes probes, Injection injection, PreparedWatch prepared)
      throws InterruptedException {
    int underWay = probes.awaitShots();
    if (underWay > 0) {
      problems.add(
          "%d probes had not ended when the writes during %s of %s were read back"
              .formatted(underWay, injection.kind(), injection.member()));
    }
    Map<Ledger.Write, Ledger.Fate> known = probes.ledger().take();
    Optional<LeftOvers> leftOvers = prepared.end(FaultTimes.READ_BACK);
    long end = System.nanoTime() + FaultTimes.READ_BACK.toNanos();
    while (true) {
      try {
        Manifest.Writes writes = Ledger.compare(known, probes.readBack(), inDoubt());
        return leftOvers
            .map(
                left ->
                    writes.withLeftOvers(
                        left.count(),
                        left.gone().map(at -> millis(injection.openedAt(), at)).orElse(null)))
            .orElse(writes);
      } catch (SQLException e) {
        if (System.nanoTime() - end > 0) {
          problems.add(
              "the writes during %s of %s could not be read back: %s"
                  .formatted(injection.kind(), injection.member(), SqlState.oneLine(e)));
          return Ledger.compare(Map.of(), List.of(), 0);
        }
        Thread.sleep(500);
      }
    }
  }

  /**
   * Prepared transactions that nobody has ended, on all groups: those of some age, because the load
   * goes on and commits in two phases too.
   */
  private long inDoubt() throws SQLException {
    long sum = 0;
    for (int group = 0; group <= cluster.file().workers(); group++) {
      try (Connection connection = connectTo(group);
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select count(*) from pg_prepared_xacts"
                      + " where prepared < clock_timestamp() - interval '5 s'")) {
        rows.next();
        sum += rows.getLong(1);
      }
    }
    return sum;
  }

  private Connection connectTo(int group) throws SQLException {
    return session.connect(primaryRoute(group));
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  /** One tenant of each group that holds shards. */
  static Map<Integer, Long> tenants(Session session) {
    Path file =
        session
            .settings()
            .home()
            .resolve("sql/" + session.engine().label() + "/tenant_of_group.sql");
    Map<Integer, Long> tenants = new TreeMap<>();
    try (Connection connection = session.connect(OpenLoad.ROUTE);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(Files.readString(file))) {
      while (rows.next()) {
        tenants.put(rows.getInt("group_id"), rows.getLong("tenant_id"));
      }
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "%s: %s; is the data set loaded?".formatted(file, SqlState.oneLine(e)),
          e);
    } catch (IOException e) {
      throw BenchException.usage("cannot read " + file + ": is the checkout whole?");
    }
    return tenants;
  }

  private void tell(Manifest.FaultResult result) {
    for (Manifest.Outage outage : result.outages()) {
      listener.step(told(outage));
    }
    if (!result.phases().isEmpty()) {
      listener.step(
          result.phases().stream()
              .map(phase -> String.format(Locale.ROOT, "%s %.0f ms", phase.name(), phase.millis()))
              .collect(Collectors.joining(", ", "  the outage of writes: ", "")));
    }
    listener.step(
        "  writes: %d acknowledged, %d lost, %d ghosts, %d unknown, %d transactions in doubt"
            .formatted(
                result.writes().acknowledged(),
                result.writes().lost(),
                result.writes().ghost(),
                result.writes().unknown(),
                result.writes().inDoubtTransactions()));
    Manifest.Writes writes = result.writes();
    Long leftOver = writes.leftOverTransactions();
    if (leftOver != null && leftOver > 0) {
      Double until = writes.leftOverMillis();
      listener.step(
          "  left over: %d prepared transactions, %s"
              .formatted(
                  leftOver,
                  until == null
                      ? "not all of them seen to end"
                      : String.format(
                          Locale.ROOT, "the last until %.0f ms after the fault", until)));
    }
  }

  /** One line of the console: what one probe saw. */
  static String told(Manifest.Outage outage) {
    String errors =
        new TreeMap<>(outage.errors())
            .entrySet().stream()
                .map(error -> error.getValue() + " × SQLSTATE " + error.getKey())
                .collect(Collectors.joining(", "));
    return "  %s: %s on %s: %s (± %.0f ms)%s"
        .formatted(
            outage.client(),
            outage.probe(),
            Member.groupName(outage.group()),
            outage.millis() > 0
                ? String.format(Locale.ROOT, "%.0f ms without a success", outage.millis())
                : "no outage",
            outage.resolutionMillis(),
            errors.isEmpty() ? "" : "; " + errors);
  }

  private EventLog events() {
    return session.folder().events();
  }

  /**
   * All phases. What comes after a fault that was not measured is in none.
   *
   * @param startNanos begin of the warm-up
   * @param steadyNanos its end
   * @param endNanos until when requests were to be sent
   */
  PhaseCut phases(long startNanos, long steadyNanos, long endNanos) {
    List<PhaseCut.Begin> all = new ArrayList<>();
    all.add(new PhaseCut.Begin(Phase.WARM_UP, null, startNanos));
    all.add(new PhaseCut.Begin(Phase.STEADY, null, steadyNanos));
    all.addAll(begins);
    Long opened = unmeasured;
    return PhaseCut.of(all, opened == null ? endNanos : opened);
  }

  /** How many faults there are to be. */
  int planned() {
    return planned.size();
  }

  @Override
  public void failed(Throwable error) {
    problems.add("the faults ended early: " + SqlState.oneLine(error));
  }

  /** Promotions that no fault explains; null where they are not known. */
  @Nullable List<Manifest.LeaderChange> unaskedLeaderChanges() {
    return unasked;
  }

  List<Manifest.FaultResult> results() {
    return List.copyOf(results);
  }

  /**
   * The same with what the load's requests say of each fault.
   *
   * @param requests of a load that has ended
   */
  List<Manifest.FaultResult> results(DueRequests requests) {
    List<Manifest.FaultResult> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      FaultWatch watch = watches.get(i);
      all.add(
          results
              .get(i)
              .withLoad(BlastRadius.of(requests, watch), PerformanceDebt.of(requests, watch)));
    }
    return all;
  }

  /** Why the run is not valid; empty where the cluster recovered each time. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
