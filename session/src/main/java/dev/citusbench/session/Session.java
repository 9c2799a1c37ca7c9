package dev.citusbench.session;

import dev.citusbench.cluster.Breakable;
import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.Reservation;
import dev.citusbench.cluster.SystemUnderTest;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.RunFolder;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.results.Source;
import dev.citusbench.results.TimePart;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.ExecutionCount;
import dev.citusbench.sql.Operations;
import dev.citusbench.sql.PlanGuard;
import dev.citusbench.sql.PlanSeen;
import dev.citusbench.sql.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One measuring session: a cluster that is up, its data set loaded, and a run folder to write to.
 *
 * <p>What is there is used: the cluster that is up, the data that is loaded, the run folder of the
 * command that started this process. What is missing is made, and only what this session made is
 * stopped by {@link #close}.
 *
 * <p>A measurement that went through to its end calls {@link #complete}. A session that is closed
 * without it, also because the process is told to end (Ctrl-C), leaves a run folder that is kept
 * and says why it is invalid.
 */
public final class Session implements AutoCloseable {
  /** Environment variable by which a command tells its process id to one that measures for it. */
  public static final String PARENT = "CITUS_HA_BENCH_PARENT";

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Settings settings;
  private final Listener listener;
  private final RunKind what;
  private final Testbed testbed;
  private final @Nullable Reservation alone;
  private final Instant startedAt = Instant.now();
  private final Manifest.Machine machine = new MachineFacts(Path.of("/proc")).read();
  private final Thread onShutdown;
  private final Operations operations;
  private Manifest.Dataset dataset = new Manifest.Dataset(0, Map.of(), 0, 0);
  private DatasetSpec spec = new DatasetSpec(1, 0);
  private Optional<Instant> loadedAt = Optional.empty();
  private final RunFolder folder;
  private final boolean joined;
  private Map<String, PlanSeen> plans = Map.of();
  private Optional<ExecutionCount> executed = Optional.empty();
  private long answeredSingleShard;
  private long answeredMultiShard;
  private @Nullable ProcessorUse processorUse;
  private volatile Runnable beforeShutdown = () -> {};
  private boolean closed;

  private Session(
      Settings settings,
      RunKind what,
      Listener listener,
      Testbed testbed,
      @Nullable Reservation alone,
      Thread onShutdown) {
    this.settings = settings;
    this.what = what;
    this.listener = listener;
    this.testbed = testbed;
    this.alone = alone;
    this.onShutdown = onShutdown;
    this.operations = Operations.read(testbed.sql(), testbed.engine());
    Path join = settings.folder();
    this.joined = join != null;
    this.folder = join != null ? RunFolder.join(join) : RunFolder.create(runs(settings), head());
  }

  /** Where the run folders of a checkout lie. */
  public static Path runs(Settings settings) {
    return settings.home().resolve("results/runs");
  }

  /**
   * Takes the cluster of this home for itself, finds or starts it, loads what is not loaded, opens
   * the run folder, and checks the plan of every operation. A part of a run measures in the name of
   * the command that has the cluster.
   *
   * @throws BenchException where one of these cannot be done; what was started is stopped then
   */
  public static Session open(Settings settings, RunKind what, Listener listener) {
    return open(settings, what, listener, List.of());
  }

  /**
   * As {@link #open(Settings, RunKind, Listener)}, for other clients than the load generator's pool
   * too.
   *
   * @param ofOthers connections that they need, which the server must have room for, as for those
   *     of the pool in all but {@link RunKind#JMH}
   */
  public static Session open(
      Settings settings, RunKind what, Listener listener, List<Demand> ofOthers) {
    List<Demand> demands = new ArrayList<>(ofOthers);
    if (what != RunKind.JMH) {
      demands.add(PoolSize.demand(settings));
    }
    endWithParent();
    checkInput(settings, what, listener, demands);
    if (settings.folder() == null) {
      RunFolder.recover(runs(settings))
          .forEach(id -> listener.step("kept as invalid, because it was interrupted: " + id));
    }
    Reservation alone =
        settings.folder() == null
            ? Reservation.take(settings.home(), "a measurement, '%s'".formatted(what))
            : null;
    Session session = openedOrUndone(settings, what, listener, demands, alone);
    try {
      session.prepare();
    } catch (RuntimeException e) {
      RuntimeException why = session.testbed.explained(e);
      session.endBecauseOf(why);
      throw why;
    }
    return session;
  }

  /**
   * Opens a session that is closed when this process is told to end. That is arranged before
   * anything is started, so there is no moment at which a cluster would be left up: told to end
   * while a cluster starts, the start fails and is undone, or ends with a session to close.
   */
  private static Session openedOrUndone(
      Settings settings,
      RunKind what,
      Listener listener,
      List<Demand> demands,
      @Nullable Reservation alone) {
    CompletableFuture<Optional<Session>> opened = new CompletableFuture<>();
    boolean othersRun = settings.runtime() == RuntimeKind.ATTACH; // nothing to wait for
    Thread onShutdown =
        new Thread(
            () ->
                (othersRun ? opened.getNow(Optional.empty()) : opened.join())
                    .ifPresent(Session::closeAtTheEnd),
            "close-session");
    Runtime.getRuntime().addShutdownHook(onShutdown);
    try {
      Session session = opened(settings, what, listener, demands, alone, onShutdown);
      opened.complete(Optional.of(session));
      return session;
    } finally {
      if (opened.complete(Optional.empty())) {
        remove(onShutdown);
      }
    }
  }

  /** Whether there was time for it: once this process is ending, the hook runs. */
  private static boolean remove(Thread onShutdown) {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static Session opened(
      Settings settings,
      RunKind what,
      Listener listener,
      List<Demand> demands,
      @Nullable Reservation alone,
      Thread onShutdown) {
    Testbed testbed = null;
    try {
      testbed = testbed(settings, what, listener);
      if (settings.runtime() == RuntimeKind.ATTACH) {
        demands.forEach(Room.free(testbed)::check);
        testbed.checkData();
      }
      return new Session(settings, what, listener, testbed, alone, onShutdown);
    } catch (RuntimeException e) {
      release(testbed, alone);
      throw e;
    }
  }

  private static void release(@Nullable Testbed testbed, @Nullable Reservation alone) {
    try {
      if (testbed != null) {
        testbed.close();
      }
    } finally {
      if (alone != null) {
        alone.close();
      }
    }
  }

  /** What can be wrong before anything is started. */
  private static void checkInput(
      Settings settings, RunKind what, Listener listener, List<Demand> demands) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      if (what == RunKind.FAILOVER) {
        throw BenchException.usage(
            "faults need a cluster of our own, and an attached one is run by others: leave out --runtime attach and --url");
      }
    } else {
      demands.forEach(Room.of(settings, listener)::check);
      if (startsAlways(settings, what) || Cluster.find(settings.home()).isEmpty()) {
        Engine engine = settings.engine() == null ? Engine.CITUS : settings.engine();
        DiskNeed.check(settings.disk(), engine, settings.scale());
      }
      if (what == RunKind.FAILOVER || what == RunKind.RUN) {
        checkFaults(settings, what);
      }
    }
    Operations.check(settings.home().resolve("sql"));
  }

  /** A fault that is asked for by its name must be possible; of all of them those are that are. */
  private static void checkFaults(Settings settings, RunKind what) {
    if (settings.isEveryFault()) {
      return;
    }
    Breakable breakable = breakable(settings, what);
    for (FaultKind kind : settings.faults()) {
      breakable
          .lacking(kind)
          .ifPresent(
              lacking -> {
                throw lacking.of("--fault " + kind.word());
              });
    }
  }

  private static Breakable breakable(Settings settings, RunKind what) {
    Breakable started = new Breakable(settings.network(), settings.disk(), settings.home());
    if (startsAlways(settings, what)) {
      return started;
    }
    return Cluster.find(settings.home()).map(Cluster::breakable).orElse(started);
  }

  /** A whole run kills nodes: never those of a cluster that somebody has up. */
  private static boolean startsAlways(Settings settings, RunKind what) {
    return what == RunKind.RUN
        && settings.folder() == null
        && settings.runtime() != RuntimeKind.ATTACH;
  }

  private static Testbed testbed(Settings settings, RunKind what, Listener listener) {
    if (settings.folder() != null) {
      return Testbed.find(settings, listener); // a part measures the cluster of its run, or none
    }
    return startsAlways(settings, what)
        ? Testbed.start(settings, listener)
        : Testbed.findOrStart(settings, listener);
  }

  /** Looks by itself: of a process that is no child, the JDK would tell up to 5 s later. */
  private static void endWith(ProcessHandle parent) {
    try {
      while (parent.isAlive()) {
        Thread.sleep(100);
      }
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A process that measures for a command must not go on measuring when that one was killed. */
  private static void endWithParent() {
    String command = System.getenv(PARENT);
    ProcessHandle.current()
        .parent()
        .filter(parent -> Long.toString(parent.pid()).equals(command))
        .ifPresent(
            parent -> {
              Thread watch = new Thread(() -> endWith(parent), "end-with-parent");
              watch.setDaemon(true);
              watch.start();
            });
  }

  private void prepare() {
    testbed.measured().awaitSettled(READY_WITHIN, listener::step);
    Testbed.Data data = testbed.load();
    dataset = data.record();
    spec = data.spec();
    loadedAt = testbed.loadedAt();
    if (what != RunKind.RUN) {
      recordSettings();
    }
    plans = checkPlans("before");
    executed = countExecutions();
    processorUse = ProcessorUse.begin(machine.cores());
  }

  /** What this process measures with, and what a daemon made of the tuning. */
  private void recordSettings() {
    Path dir = folder.dir().resolve("settings");
    Map<String, Object> load = new TreeMap<>(settings.inForce());
    if (testbed.measured() instanceof Cluster ours) {
      load.put(Settings.Name.NETWORK.label(), ours.file().network().kind().label());
      load.put(Settings.Name.DISK.label(), ours.file().disk().label());
    }
    Map<String, Object> jvm = new TreeMap<>();
    jvm.put("version", Runtime.version().toString());
    jvm.put("nice", new MachineFacts(Path.of("/proc")).nice());
    jvm.put(
        "flags",
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-Dbench."))
            .toList());
    try {
      Files.createDirectories(dir);
      JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      json.writeValue(dir.resolve("load-" + what.label() + ".json"), load);
      json.writeValue(dir.resolve("jvm-" + what.label() + ".json"), jvm);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + dir, e);
    }
  }

  /** Something that readers of the run must know, though it does not make it invalid. */
  public void remark(String text) {
    listener.step("note: " + text);
    folder.events().append(Instant.now(), "note", Map.of("text", text));
  }

  private Map<String, PlanSeen> checkPlans(String when) {
    Map<String, PlanSeen> seen = new TreeMap<>();
    try (Connection connection = connect("writer")) {
      for (PlanSeen plan : new PlanGuard(engine()).check(connection, operations, spec)) {
        seen.put(plan.operation(), plan);
        plan.problem()
            .ifPresent(problem -> invalid("plan guard, " + when + " measuring: " + problem));
      }
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "plan guard, %s measuring: SQLSTATE %s: %s"
              .formatted(when, e.getSQLState(), e.getMessage()),
          e);
    }
    return seen;
  }

  private Optional<ExecutionCount> countExecutions() {
    try (Connection connection = connect("writer")) {
      return ExecutionCount.read(connection, engine());
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "citus_stat_counters: SQLSTATE %s: %s".formatted(e.getSQLState(), e.getMessage()),
          e);
    }
  }

  /** Looks at the plans again, and records how the operations ran. */
  private void recordPlans() {
    Optional<ExecutionCount> counted =
        countExecutions().flatMap(now -> executed.flatMap(now::since));
    Map<String, PlanSeen> after = checkPlans("after");
    List<Manifest.OperationPlan> rows = new ArrayList<>();
    plans.forEach(
        (name, before) -> {
          PlanSeen then = after.getOrDefault(name, before);
          before.change(then).ifPresent(change -> invalid("plan guard: " + change));
          rows.add(
              new Manifest.OperationPlan(
                  name,
                  before.stated(),
                  new Manifest.Plan(before.seen(), before.tasks()),
                  new Manifest.Plan(then.seen(), then.tasks())));
        });
    Manifest.Executions executions =
        counted
            .map(
                count ->
                    new Manifest.Executions(
                        count.singleShard(),
                        count.multiShard(),
                        answeredSingleShard,
                        answeredMultiShard))
            .orElse(null);
    if (executions != null) {
      tooFew(executions).ifPresent(reason -> invalid("plan guard: " + reason));
    }
    contribute("plans", Contribution.of(new Manifest.PlanCheck(what.label(), rows, executions)));
  }

  /**
   * What was answered must have been executed at least as often on as many shards as its plan has.
   * This is a lower bound, and no proof: from before the first operation to after the last, Citus
   * also counts warm-ups, every statement of an operation that has several, JMH's throughput
   * passes, and what others run in this database. They can hide some operations that ran otherwise.
   *
   * <p>JMH's rows are held against an exact count of their own as well ({@link #tooFar}), and
   * Gatling's steady load against an upper bound. While faults are measured, probes go to several
   * shards too, and a failover of the coordinator begins the counters anew: there one that was
   * meant for one shard and went to several for a while is not seen, unless EXPLAIN shows it before
   * or after.
   */
  static Optional<String> tooFew(Manifest.Executions executions) {
    boolean single = executions.singleShard() < executions.answeredSingleShard();
    boolean multi = executions.multiShard() < executions.answeredMultiShard();
    return single || multi
        ? Optional.of(
            "Citus counted %,d statements on one shard and %,d on several, but %,d and %,d operations of these plans were answered: some ran otherwise"
                .formatted(
                    executions.singleShard(),
                    executions.multiShard(),
                    executions.answeredSingleShard(),
                    executions.answeredMultiShard()))
        : Optional.empty();
  }

  /**
   * While only one operation runs, which is so in JMH, Citus must count nothing on several shards
   * if it is meant for one. The coordinator's primary counts: what goes to a standby is not seen.
   *
   * @return what was counted instead
   */
  static Optional<String> tooFar(Manifest.OperationResult row) {
    double seen = row.perOperation().getOrDefault(Manifest.OperationResult.MULTI_SHARD, 0.0);
    boolean oneShard =
        switch (row.planClass()) {
          case FAST_PATH, ROUTER, LOCAL -> true;
          case MULTI_SHARD, REPARTITION -> false;
        };
    return oneShard && seen > 0
        ? Optional.of(
            "while %s ran over %s, whose plan is %s, Citus counted %.3g executions on several shards for each of it"
                .formatted(row.label(), row.route(), row.planClass(), seen))
        : Optional.empty();
  }

  /** Whether a row of JMH, over a route to the primary that counts, lacks that count. */
  static boolean isUnwatched(Manifest.OperationResult row) {
    return row.source() == Source.JMH
        && List.of("writer", "direct").contains(row.route())
        && !row.perOperation().containsKey(Manifest.OperationResult.MULTI_SHARD);
  }

  private void checkReach(List<Manifest.OperationResult> rows) {
    for (Manifest.OperationResult row : rows) {
      if (executed.isPresent() && isUnwatched(row)) {
        remark(
            "while %s ran over %s, nobody counted what Citus executed on several shards"
                .formatted(row.label(), row.route()));
      }
      tooFar(row)
          .ifPresent(
              seen -> {
                if (settings.runtime() == RuntimeKind.ATTACH) {
                  remark(seen + "; they may be others'");
                } else {
                  invalid("plan guard: " + seen);
                }
              });
    }
  }

  /** Adds up what clients of the coordinator's primary got answers to. */
  private void countAnswers(List<Manifest.OperationResult> rows) {
    for (Manifest.OperationResult row : rows) {
      boolean counted =
          row.outcome() == Outcome.OK
              && row.time() == TimePart.SERVICE
              && List.of("writer", "direct").contains(row.route());
      if (counted) {
        switch (row.planClass()) {
          case FAST_PATH, ROUTER -> answeredSingleShard += row.count();
          case MULTI_SHARD -> answeredMultiShard += row.count();
          case REPARTITION, LOCAL -> {}
        }
      }
    }
  }

  public Settings settings() {
    return settings;
  }

  /**
   * The cluster of our own that is measured, to break and to watch it.
   *
   * @throws BenchException where it is others'
   */
  public Cluster cluster() {
    return testbed.cluster();
  }

  /** The tuning whose layers {@code pool} and {@code driver} this process uses. */
  public Tuning tuning() {
    return testbed.tuning();
  }

  /** Connections of the load generator's pool; no more than the server gives. */
  public int poolSize() {
    return PoolSize.of(settings, tuning());
  }

  public Engine engine() {
    return testbed.engine();
  }

  public Operations operations() {
    return operations;
  }

  /** The data set that is loaded. */
  public DatasetSpec dataset() {
    return spec;
  }

  /** The run folder, unfinished until {@link #complete}. */
  public RunFolder folder() {
    return folder;
  }

  /** The plan class of an operation, as EXPLAIN showed it before measuring. */
  public PlanClass planClass(String operation) {
    PlanSeen seen = plans.get(operation);
    return seen == null ? operations.find(operation).planClass() : seen.seen();
  }

  /** How many remote tasks the plan of an operation has; 0 where it has none. */
  public int tasks(String operation) {
    PlanSeen seen = plans.get(operation);
    return seen == null ? 0 : seen.tasks();
  }

  /**
   * The database over one of the cluster's routes, as the role that measures.
   *
   * @throws BenchException where there is no such route
   */
  public Target target(String route) {
    return testbed.target(route);
  }

  /** A new connection over a route, with the driver properties of the tuning, outside any pool. */
  public Connection connect(String route) throws SQLException {
    return target(route).connect();
  }

  /** Adds figures and faults to the record. */
  public void contribute(String part, Contribution contribution) {
    countAnswers(contribution.operations());
    checkReach(contribution.operations());
    folder.contribute(part, contribution);
  }

  /**
   * Where this process is told to end, waits for {@code stop} before it closes the session: it ends
   * what is being measured, in bounded time, so that what there is can be contributed first. The
   * last one given counts.
   */
  public void beforeShutdown(Runnable stop) {
    beforeShutdown = stop;
  }

  /** Whether the cluster is of our own, and has been stopped. */
  public boolean isStopped() {
    return settings.runtime() != RuntimeKind.ATTACH && Cluster.find(settings.home()).isEmpty();
  }

  /** Marks the run as invalid; it is kept. */
  public void invalid(String reason) {
    listener.step("INVALID: " + reason);
    folder.contribute("invalid", Contribution.invalid(reason));
  }

  /**
   * Keeps what there is, as invalid. What hinders that, a full disk for example, is not the cause.
   */
  private void endBecauseOf(RuntimeException failure) {
    try {
      try {
        folder.contribute("invalid", Contribution.invalid("ended by: " + failure.getMessage()));
      } finally {
        close();
      }
    } catch (BenchException | UncheckedIOException notKept) {
      failure.addSuppressed(notKept);
    }
  }

  /** Nobody is left to throw to. */
  private void closeAtTheEnd() {
    try {
      try {
        beforeShutdown.run();
      } finally {
        close();
      }
    } catch (BenchException e) {
      listener.step(e.getMessage());
    } catch (UncheckedIOException e) {
      listener.step(BenchException.of(e).getMessage());
    }
  }

  /**
   * Ends a measurement that went through: checks the plans again, records what was in force, and
   * finishes the run folder, unless another process will. The cluster stays as it is until {@link
   * #close}.
   *
   * @return the run folder; still the unfinished one where it was joined
   */
  public synchronized Path complete() {
    if (closed) {
      throw new IllegalStateException("the session is closed already");
    }
    if (what != RunKind.RUN && processorUse != null) {
      contribute("processor", Contribution.of(processorUse.share(what.label())));
    }
    checkSameData();
    recordPlans();
    Path done = finish(head());
    closed = true;
    return done;
  }

  /** Of others' cluster nobody is kept from loading it. */
  private void checkSameData() {
    Optional<Instant> now = testbed.loadedAt();
    if (!now.equals(loadedAt)) {
      invalid(
          now.map(at -> "the data set was loaded anew at %s, while it was measured".formatted(at))
              .orElse("the data set was dropped while it was measured"));
    }
  }

  private Path finish(Manifest head) {
    if (joined) {
      folder.leave();
      return folder.dir();
    }
    try {
      SystemUnderTest measured = testbed.measured();
      measured.saveSettings(folder.dir().resolve("settings")).forEach(this::remark);
      measured.saveLogs(folder.dir().resolve("logs"));
    } catch (BenchException | UncheckedIOException e) {
      if (!isStopped()) {
        throw e;
      }
      remark("not all settings and logs are in the record: the cluster was stopped");
    }
    return folder.complete(head);
  }

  /** Leaves a run that did not complete as an invalid one, and stops what this session started. */
  @Override
  public synchronized void close() {
    if (Thread.currentThread() != onShutdown && !remove(onShutdown)) {
      return; // shutting down: the hook closes this session
    }
    try {
      if (!closed) {
        closed = true;
        invalid("it ended before it was complete");
        finish(head());
      }
    } finally {
      release(testbed, alone);
    }
  }

  private Manifest head() {
    SystemUnderTest.Facts facts = testbed.measured().facts();
    Map<String, String> versions = facts.versions();
    List<String> invalidReasons = new ArrayList<>();
    return new Manifest(
        Manifest.SCHEMA,
        "",
        what,
        true,
        invalidReasons,
        startedAt,
        Duration.between(startedAt, Instant.now()).toMillis() / 1000.0,
        new Manifest.EngineVersion(facts.engine(), facts.engineVersion()),
        facts.runtime(),
        new Manifest.Versions(
            versions.getOrDefault("postgresql", SystemUnderTest.UNKNOWN),
            versions.getOrDefault("patroni", SystemUnderTest.UNKNOWN),
            versions.getOrDefault("etcd", SystemUnderTest.UNKNOWN),
            versions.getOrDefault("haproxy", SystemUnderTest.UNKNOWN),
            Runtime.version().toString(),
            Version.suite()),
        facts.topology(),
        facts.tuning(),
        spec.seed(),
        machine,
        dataset,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of());
  }
}
