package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A highly available cluster that is up. One runs per home; it outlives the process that started it
 * and is found again through {@code .bench/cluster.json}.
 */
public final class Cluster implements SystemUnderTest, AutoCloseable {
  /** How long a group that is otherwise ready may be unprotected before Patroni is looked at. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How long a standby may run without asking its primary for WAL; it tries every 5 s. */
  private static final Duration STRAYS = Duration.ofSeconds(20);

  private final ClusterFile file;
  private final Tuning tuning;
  private final BenchFolder bench;
  private final NativeRuntime runtime;
  private final StatusReader status;

  private Cluster(ClusterFile file, Tuning tuning, BenchFolder bench, NativeRuntime runtime) {
    this.file = file;
    this.tuning = tuning;
    this.bench = bench;
    this.runtime = runtime;
    this.status = new StatusReader(file, tuning);
  }

  /**
   * Starts a cluster of these programs and returns when it is ready. What a failed start has begun
   * is undone.
   */
  public static Cluster start(ClusterSpec spec, Programs programs, Progress progress) {
    long begun = System.nanoTime();
    BenchFolder bench = BenchFolder.of(spec.home());
    NativeRuntime runtime = new NativeRuntime(bench);
    return bench.locked(() -> start(spec, programs, progress, begun, bench, runtime));
  }

  private static Cluster start(
      ClusterSpec spec,
      Programs programs,
      Progress progress,
      long begun,
      BenchFolder bench,
      NativeRuntime runtime)
      throws IOException {
    Optional<ClusterFile> up = bench.read();
    if (up.isPresent() && runtime.isAlive()) {
      throw BenchException.usage(
          "a cluster is up here (engine %s, tuning %s, since %s): use it, or stop it with './bench down'"
              .formatted(up.get().engine(), up.get().tuning(), up.get().startedAt()));
    }
    bench.checkNotDamaged(runtime.isAlive());
    checkEngine(spec, programs);
    if (runtime.clear(Progress.silent())) {
      progress.step("cleared what an earlier run left behind");
    }
    NativeRuntime.delete(bench.failedStart());
    // Registered before anything is started: Ctrl-C leaves nothing behind.
    Thread undo = new Thread(() -> undo(runtime), "cluster-undo-start");
    try {
      Runtime.getRuntime().addShutdownHook(undo);
    } catch (IllegalStateException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER, "told to end before a cluster was started", e);
    }
    try {
      runtime.checkMachine(spec);
      progress.step(
          "starting %d members of PostgreSQL %s%s"
              .formatted(
                  spec.groups() * spec.membersPerGroup(),
                  programs.versions().get("postgresql"),
                  spec.engine() == Engine.CITUS
                      ? " with Citus " + programs.citusVersion().orElse("")
                      : ""));
      ClusterFile launched = runtime.launch(spec, programs, progress);
      Cluster cluster = new Cluster(launched, spec.tuning(), bench, runtime);
      new BringUp(launched, runtime, cluster.status, progress).run();
      List<String> changes = new Timers(launched, spec.tuning()).apply();
      String version = cluster.engineVersion();
      ClusterFile ready = cluster.whenReady(version, changes, (System.nanoTime() - begun) / 1e9);
      bench.write(ready);
      progress.step("ready after %.1f s".formatted(ready.startSeconds()));
      return new Cluster(ready, spec.tuning(), bench, runtime);
    } catch (IOException | RuntimeException e) {
      try {
        runtime.keepLogs();
      } catch (IOException | RuntimeException notKept) {
        e.addSuppressed(notKept);
      } finally {
        runtime.clear(Progress.silent());
      }
      BenchException known = e instanceof BenchException said ? said : failed(e);
      throw new BenchException(
          known.kind(), runtime.withoutPasswords(keptLogs(known, bench)), known);
    } finally {
      removeHook(undo);
    }
  }

  private static void removeHook(Thread undo) {
    try {
      Runtime.getRuntime().removeShutdownHook(undo);
    } catch (IllegalStateException e) {
      return; // shutting down: the hook runs
    }
  }

  /** Paths of logs in a message lead to where they were kept. */
  private static String keptLogs(BenchException e, BenchFolder bench) {
    String message = String.valueOf(e.getMessage());
    for (Path place : bench.places()) {
      message =
          message.replaceAll(
              java.util.regex.Pattern.quote(place.resolve("logs") + "/") + "([^/ ;,]+)/",
              java.util.regex.Matcher.quoteReplacement(bench.failedStart() + "/") + "$1-");
      message = message.replace(place.resolve("logs") + "/", bench.failedStart() + "/");
    }
    return message;
  }

  private static void undo(NativeRuntime runtime) {
    try {
      runtime.end();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static BenchException failed(Exception e) {
    String message = String.valueOf(e.getMessage());
    boolean full = message.contains("No space left on device");
    return new BenchException(
        full ? BenchException.Kind.MACHINE : BenchException.Kind.CLUSTER,
        full ? "the disk is full: " + message : "starting or stopping the cluster: " + e,
        e);
  }

  private static void checkEngine(ClusterSpec spec, Programs programs) {
    if (spec.engine() == Engine.CITUS && programs.citusVersion().isEmpty()) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "PostgreSQL in %s has no Citus: install it from Citus' own packages (README.md), or use --engine fdw"
              .formatted(programs.postgresBin()));
    }
    if ("quorum".equals(spec.tuning().patroni().get("synchronous_mode"))
        && !programs.atLeast("patroni", 4, 0)) {
      throw BenchException.usage(
          "tuning %s: synchronous_mode quorum needs Patroni 4.0, here is %s"
              .formatted(spec.tuning().name(), programs.versions().get("patroni")));
    }
  }

  /** The engine's version, asked of the coordinator where the extension's says less. */
  private String engineVersion() {
    if (file.engine() != Engine.CITUS) {
      return file.engineVersion();
    }
    try (Connection connection =
        Sql.connect(primary(0), file.database(), file.credentials().application())) {
      return CitusVersion.ask(connection).orElse(file.engineVersion());
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot ask the coordinator for the version of Citus: " + Sql.message(e),
          e);
    }
  }

  private ClusterFile whenReady(String engineVersion, List<String> changes, double seconds) {
    List<Member> members = new ArrayList<>();
    for (Member member : file.members()) {
      long postmaster = runtime.postmaster(member).map(ProcessHandle::pid).orElse(0L);
      members.add(member.withPids(member.patroniPid(), postmaster));
    }
    return new ClusterFile(
        file.schema(),
        file.runtime(),
        file.engine(),
        engineVersion,
        file.versions(),
        file.tuning(),
        Instant.now(),
        Math.round(seconds * 1000) / 1000.0,
        file.workers(),
        file.membersPerGroup(),
        file.database(),
        members,
        file.routes(),
        file.etcd(),
        file.haproxy(),
        file.credentials(),
        file.network(),
        file.disk(),
        file.folder(),
        file.account(),
        file.launches(),
        changes);
  }

  /**
   * The cluster of this home that is up; empty where none is. A fault that a killed command left
   * open is undone.
   *
   * @throws BenchException where one runs and its {@code cluster.json} cannot be read
   */
  public static Optional<Cluster> find(Path home) {
    BenchFolder bench = BenchFolder.of(home);
    NativeRuntime runtime = new NativeRuntime(bench);
    if (!Files.exists(bench.clusterFile()) || !runtime.isAlive()) {
      return Optional.empty();
    }
    bench.checkNotDamaged(true);
    Optional<Cluster> found =
        bench.read().map(f -> new Cluster(f, Tuning.load(home, f.tuning()), bench, runtime));
    try {
      if (found.isPresent()) {
        found.get().openFaults().undoAbandoned();
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return found;
  }

  /**
   * Stops and removes whatever is left of a cluster of this home; does nothing where nothing is.
   *
   * @throws BenchException where another command has the cluster for itself
   */
  public static void clear(Path home, Progress progress) {
    BenchFolder bench = BenchFolder.of(home);
    if (!bench.exists()) {
      return;
    }
    try (Reservation alone = Reservation.take(home, "'./bench down'")) {
      bench.locked(
          () -> {
            NativeRuntime.delete(bench.failedStart());
            return new NativeRuntime(bench).clear(progress);
          });
    }
  }

  /** Whether processes or data of a cluster of this home are there. */
  public static boolean hasLeftovers(Path home) {
    BenchFolder bench = BenchFolder.of(home);
    return new NativeRuntime(bench).hasLeftovers();
  }

  /** Everything that a client needs, passwords included. */
  public ClusterFile file() {
    return file;
  }

  @Override
  public Facts facts() {
    return new Facts(
        file.runtime(),
        file.engine(),
        file.engineVersion(),
        file.versions(),
        new Manifest.Topology(file.workers(), file.membersPerGroup(), file.etcd().size()),
        file.tuning());
  }

  /** The tuning that was applied. */
  @Override
  public Tuning tuning() {
    return tuning;
  }

  /** How the cluster stands now. */
  public Status status() {
    return status.read();
  }

  /** Settings that a daemon changed from what the tuning says, as sentences. */
  public List<String> silentChanges() {
    return file.silentChanges();
  }

  /**
   * An address by name: {@code writer}, {@code reader}, {@code worker1} …, or {@code direct}, which
   * is the coordinator's primary at this moment.
   */
  public Route route(String name) {
    if (name.equals("direct")) {
      Member primary = primary(0);
      return new Route("direct", primary.host(), primary.port());
    }
    for (Route route : file.routes()) {
      if (route.name().equals(name)) {
        return route;
      }
    }
    List<String> valid = new ArrayList<>(file.routes().stream().map(Route::name).toList());
    valid.add("direct");
    throw BenchException.unknown("route", name, valid);
  }

  @Override
  public Access access(String name) {
    Route route = route(name);
    Map<String, String> properties = new TreeMap<>();
    tuning.driver().forEach((key, value) -> properties.put(key, String.valueOf(value)));
    return new Access(
        route.host(), route.port(), file.database(), file.credentials().application(), properties);
  }

  @Override
  public List<Route> workers() {
    List<Route> workers = new ArrayList<>();
    for (int group = 1; group <= file.workers(); group++) {
      workers.add(route(Member.groupName(group)));
    }
    return workers;
  }

  /** The primary of a group at this moment. */
  public Member primary(int group) {
    if (group < 0 || group > file.workers()) {
      throw BenchException.usage(
          "there is no group %d: this cluster has 0 to %d".formatted(group, file.workers()));
    }
    return StatusReader.primary(file, group, status.members())
        .orElseThrow(
            () ->
                new BenchException(
                    BenchException.Kind.CLUSTER, String.join("; ", status.read().reasons())));
  }

  /**
   * Waits until the cluster is ready and no group is unprotected: what a measurement or a fault may
   * start from. A group that Patroni leaves unprotected is {@linkplain SynchronousMode mended}, and
   * a standby that cannot follow its primary is copied anew. An error after that time says what was
   * last seen.
   */
  @Override
  public void awaitSettled(Duration atMost, Progress progress) {
    long deadline = System.nanoTime() + atMost.toNanos();
    long lookAt = System.nanoTime() + PATIENCE.toNanos();
    Map<String, Long> strays = new TreeMap<>();
    while (true) {
      Status seen = status.read();
      if (seen.ready() && seen.unprotected().isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "the cluster is not %s after %d s: %s"
                .formatted(
                    seen.ready() ? "settled" : "ready",
                    atMost.toSeconds(),
                    seen.ready()
                        ? "no synchronous standby in %s; see Patroni's logs in %s"
                            .formatted(
                                String.join(", ", seen.unprotected()),
                                Path.of(file.folder(), "logs"))
                        : String.join("; ", seen.reasons())));
      }
      copyStrays(seen, strays).forEach(progress::step);
      if (!seen.ready()) {
        lookAt = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > lookAt) {
        mend(seen.unprotected()).forEach(progress::step);
        lookAt = System.nanoTime() + PATIENCE.toNanos();
      }
      Waiting.millis(100);
    }
  }

  /**
   * A Patroni before 3.0.3 that was frozen for longer than its lease may take the leader key back
   * from the one that was promoted meanwhile, whose newer timeline then leads nowhere: it asks for
   * WAL for ever that its primary does not have, and {@code pg_rewind} sees no difference.
   *
   * @param since when each standby was first seen that runs without streaming
   */
  private List<String> copyStrays(Status seen, Map<String, Long> since) {
    List<String> running =
        seen.members().stream()
            .filter(m -> m.role().equals("standby") && m.state().equals("running"))
            .map(Status.MemberStatus::name)
            .toList();
    since.keySet().retainAll(running);
    List<String> done = new ArrayList<>();
    for (String name : running) {
      long first = since.computeIfAbsent(name, key -> System.nanoTime());
      if (System.nanoTime() - first < STRAYS.toNanos()) {
        continue;
      }
      since.remove(name);
      file.members().stream()
          .filter(member -> member.name().equals(name))
          .forEach(member -> copyIfStray(member).ifPresent(done::add));
    }
    return done;
  }

  private Optional<String> copyIfStray(Member standby) {
    Optional<Member> primary = StatusReader.primary(file, standby.group(), status.members());
    if (primary.isEmpty()) {
      return Optional.empty();
    }
    PatroniApi patroni = new PatroniApi(file.credentials().patroni());
    try {
      if (patroni.senders(primary.get()).contains(standby.name())) {
        return Optional.empty(); // catching up
      }
      patroni.post(standby, "/reinitialize", Map.of("force", true));
      return Optional.of(
          "%s could not follow %s for %d s: Patroni copies it anew; see %s"
              .formatted(
                  standby.name(), primary.get().name(), STRAYS.toSeconds(), standby.postgresLog()));
    } catch (IOException e) {
      return Optional.of(
          "%s could not be copied anew: %s; see %s"
              .formatted(standby.name(), e.getMessage(), standby.patroniLog()));
    }
  }

  private List<String> mend(List<String> unprotected) {
    SynchronousMode synchronous = new SynchronousMode(file, tuning);
    List<String> done = new ArrayList<>();
    for (int group = 0; group <= file.workers(); group++) {
      if (!unprotected.contains(Member.groupName(group))) {
        continue;
      }
      Optional<Member> primary = StatusReader.primary(file, group, status.members());
      try {
        if (primary.isPresent()) {
          synchronous.mend(primary.get()).ifPresent(done::add);
        }
      } catch (IOException e) {
        done.add(
            "%s could not be made synchronous again: %s"
                .formatted(Member.groupName(group), e.getMessage()));
      }
    }
    return done;
  }

  /**
   * What of the tuning's programs does not run beside Patroni, as a sentence for each member; none
   * where the tuning asks for none.
   */
  public List<String> missingCompanions() {
    MemberProgram companion = MemberProgram.HASTEN_FAILOVER;
    return file.members().stream()
        .filter(member -> companion.isIn(tuning, file.engine(), member.group()))
        .filter(member -> !runtime.daemons().runs(companion.beside(configuration(member))))
        .map(
            member ->
                "%s has no companion %s, which tuning %s asks for; see %s"
                    .formatted(
                        member.name(), companion.word(), tuning.name(), member.postgresLog()))
        .toList();
  }

  private Path configuration(Member member) {
    List<String> command = file.launch(member.name()).command();
    return Path.of(command.get(command.size() - 1));
  }

  /**
   * All promotions of a group since it was started, the newest last, as its primary's Patroni has
   * them; the last one may be missing there for a {@code loop_wait}.
   */
  public List<Promotion> promotions(int group) {
    Member primary = primary(group);
    try {
      return new PatroniApi(file.credentials().patroni()).history(primary);
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "%s: Patroni does not tell its history: %s; see %s"
              .formatted(primary.name(), e.getMessage(), primary.patroniLog()),
          e);
    }
  }

  private OpenFaults openFaults() {
    return new OpenFaults(
        bench.openFaults(), file, runtime.daemons(), new Links(file.network()), bench.disks());
  }

  /** Which faults this cluster can have. */
  public Breakable breakable() {
    return new Breakable(file.network().kind(), file.disk(), bench.home());
  }

  /** Breaks things of this cluster. */
  public Faults faults() {
    return new Faults(
        this,
        runtime,
        runtime.daemons(),
        new Links(file.network()),
        bench.disks(),
        openFaults(),
        breakable());
  }

  /** Puts this cluster under stress. */
  public Stresses stresses() {
    return new Stresses(this, runtime, faults());
  }

  /** What the members of a group write to their logs from now on. */
  public MemberLogs logs(int group) {
    return new MemberLogs(file.group(group));
  }

  /** Watches this cluster, HAProxy every {@link Observer#PERIOD}, until the observer is closed. */
  public Observer observe(Consumer<Observation> consumer) {
    return observe(Observer.PERIOD, consumer);
  }

  /** Watches this cluster, HAProxy with a period of one's own. */
  public Observer observe(Duration period, Consumer<Observation> consumer) {
    return new Observer(file, period, consumer).begin();
  }

  /** Versions by program: {@code postgresql}, {@code patroni}, {@code etcd}, {@code haproxy}. */
  public Map<String, String> versions() {
    return file.versions();
  }

  /**
   * Reads back what is in force, without any secret: every member's {@code pg_settings}, Patroni's
   * dynamic configuration of every group, HAProxy's configuration, the tuning.
   *
   * @return what could not be read, and what a daemon changed silently, as sentences
   */
  @Override
  public List<String> saveSettings(Path dir) {
    List<String> remarks = new ArrayList<>(new Settings(file, tuning).save(dir));
    remarks.addAll(silentChanges());
    return remarks;
  }

  /**
   * Copies all daemons' logs, without our passwords, flat: {@code worker1-b-patroni.log}, {@code
   * etcd1.log} ….
   */
  @Override
  public void saveLogs(Path dir) {
    try {
      Logs.copy(
          Path.of(file.folder(), "logs"), dir, line -> Secrets.removed(line, file.credentials()));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void checkDisk() {
    runtime.checkNotFull(file);
  }

  /** Stops all daemons and removes their data, in at most 10 s. */
  public void stop(Progress progress) {
    bench.locked(() -> runtime.clear(progress));
  }

  /**
   * Stops this cluster, unless somebody did so already: another one that was started since stays.
   *
   * @param what the command, as it is told to others that want the cluster meanwhile
   * @throws BenchException where another command has the cluster for itself; it stays up then
   */
  public void stopAlone(String what, Progress progress) {
    try (Reservation alone = Reservation.take(bench.home(), what)) {
      bench.locked(
          () ->
              bench.read().filter(up -> up.startedAt().equals(file.startedAt())).isPresent()
                  && runtime.clear(progress));
    }
  }

  /** Stops the cluster. */
  @Override
  public void close() {
    stop(Progress.silent());
  }
}
