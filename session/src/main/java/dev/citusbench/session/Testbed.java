package dev.citusbench.session;

import dev.citusbench.cluster.AttachedCluster;
import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.DiskSize;
import dev.citusbench.cluster.JdbcUrl;
import dev.citusbench.cluster.NetworkKind;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.SystemUnderTest;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.Endpoint;
import dev.citusbench.sql.LoadResult;
import dev.citusbench.sql.Loaded;
import dev.citusbench.sql.Loader;
import dev.citusbench.sql.Placement;
import dev.citusbench.sql.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is measured: a cluster that is up, ours or others', and the data set in it. */
public final class Testbed implements AutoCloseable {
  /** Citus' own default, {@code citus.shard_count}. */
  private static final int DEFAULT_SHARD_COUNT = 32;

  /** How long a standby may take to have what was loaded over {@code writer}. */
  private static final Duration CATCH_UP = Duration.ofSeconds(60);

  private final Settings settings;
  private final Listener listener;
  private final SystemUnderTest measured;
  private final boolean startedHere;

  private Testbed(
      Settings settings, Listener listener, SystemUnderTest measured, boolean startedHere) {
    this.settings = settings;
    this.listener = listener;
    this.measured = measured;
    this.startedHere = startedHere;
  }

  /**
   * The cluster that is up, or that the settings' URLs lead to; else a new one that {@link #close}
   * stops.
   *
   * @throws BenchException where the one that is up is not what the settings ask for
   */
  public static Testbed findOrStart(Settings settings, Listener listener) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      return attach(settings, listener);
    }
    Optional<Cluster> up = Cluster.find(settings.home());
    if (up.isPresent()) {
      return new Testbed(settings, listener, checked(up.get(), settings), false);
    }
    return start(settings, listener);
  }

  /**
   * The cluster that is up, or that the settings' URLs lead to.
   *
   * @throws BenchException where none is
   */
  public static Testbed find(Settings settings, Listener listener) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      return attach(settings, listener);
    }
    Cluster up =
        Cluster.find(settings.home())
            .orElseThrow(() -> BenchException.usage("no cluster is up; `./bench up` starts one"));
    return new Testbed(settings, listener, checked(up, settings), false);
  }

  /**
   * The engine that {@link #findOrStart} would measure, found without starting anything.
   *
   * @throws BenchException where it could not
   */
  public static Engine engine(Settings settings, Listener listener) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      return attach(settings, listener).engine();
    }
    return Cluster.find(settings.home())
        .map(up -> checked(up, settings).file().engine())
        .orElseGet(() -> chooseEngine(settings, Programs.find()));
  }

  private static Testbed attach(Settings settings, Listener listener) {
    AttachedCluster found =
        AttachedCluster.attach(settings.home(), settings.urls(), System.getenv());
    Testbed testbed = new Testbed(settings, listener, found, false);
    if (testbed.engine() == Engine.SINGLE) {
      int workers = testbed.foreignWorkers();
      if (workers > 0) {
        testbed = new Testbed(settings, listener, found.withForeignShards(workers), false);
      }
    }
    Engine asked = settings.engine();
    if (asked != null && asked != testbed.engine()) {
      throw BenchException.usage(
          "%s is of engine %s, and %s is asked for: leave out --engine%s"
              .formatted(
                  settings.urls().get("writer"),
                  testbed.engine(),
                  asked,
                  asked == Engine.CITUS ? ", or create the extension citus in that database" : ""));
    }
    return testbed;
  }

  private int foreignWorkers() {
    try (Connection connection = target("writer").connect()) {
      return Placement.foreignWorkers(connection);
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot look for tables of engine fdw: SQLSTATE %s: %s"
              .formatted(e.getSQLState(), e.getMessage()),
          e);
    }
  }

  /**
   * A new cluster; {@link #close} stops it.
   *
   * @throws BenchException where the settings are for a cluster that others run
   */
  public static Testbed start(Settings settings, Listener listener) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      throw BenchException.usage(
          "runtime attach measures a cluster that others run, so there is none to start: leave out --runtime attach and --url");
    }
    Tuning tuning = Tuning.load(settings.home(), settings.tuning());
    Programs programs = Programs.find();
    Engine engine = chooseEngine(settings, programs);
    listener.step("engine " + engine + why(settings, engine, programs));
    ClusterSpec spec =
        ClusterSpec.reference(settings.home(), engine, tuning, settings.quick() ? 1 : 3)
            .on(settings.network())
            .with(settings.disk());
    Cluster cluster = Cluster.start(spec, programs, listener::step);
    return new Testbed(settings, listener, cluster, true);
  }

  private static Engine chooseEngine(Settings settings, Programs programs) {
    Engine asked = settings.engine();
    boolean hasCitus = programs.citusVersion().isPresent();
    if (asked == Engine.CITUS && !hasCitus) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "engine citus: PostgreSQL %s on this machine has no Citus extension; install it from Citus' packages (README: \"How to get Citus\"), or take --engine fdw"
              .formatted(programs.versions().getOrDefault("postgresql", "")));
    }
    if (asked != null) {
      return asked;
    }
    return hasCitus ? Engine.CITUS : Engine.FDW;
  }

  private static String why(Settings settings, Engine chosen, Programs programs) {
    if (settings.engine() != null) {
      return "";
    }
    return chosen == Engine.CITUS
        ? ": extension %s found".formatted(programs.citusVersion().orElse(""))
        : ": this PostgreSQL has no Citus extension, so tables are distributed by postgres_fdw; what follows says nothing about Citus";
  }

  private static Cluster checked(Cluster up, Settings settings) {
    ClusterFile file = up.file();
    Engine asked = settings.engine();
    if (asked != null && asked != file.engine()) {
      throw otherwise("engine", file.engine().label(), asked.label());
    }
    NetworkKind network = file.network().kind();
    if (settings.isGiven(Name.NETWORK) && settings.network() != network) {
      throw otherwise("network", network.label(), settings.network().label());
    }
    DiskSize disk = file.disk();
    if (settings.isGiven(Name.DISK) && !settings.disk().equals(disk)) {
      throw otherwise("disk", disk.label(), settings.disk().label());
    }
    if (settings.isGiven(Name.TUNING) && !settings.tuning().equals(file.tuning())) {
      var known = Tuning.load(settings.home(), settings.tuning());
      throw otherwise("tuning", file.tuning(), known.name());
    }
    return up;
  }

  private static BenchException otherwise(String what, String up, String asked) {
    return BenchException.usage(
        "the cluster that is up has %s %s, and %s is asked for: `./bench down` first, or leave out --%s"
            .formatted(what, up, asked, what));
  }

  /**
   * Loads the data set that the settings ask for, unless it is there. What is loaded completely is
   * taken as it is where the settings do not say which one it should be.
   *
   * @throws BenchException where it is not there, the cluster is others' and the settings do not
   *     say that it may be loaded; where tables of the same names are there that no load made; and
   *     where it is not behind every URL, {@link #CATCH_UP} after a load; where the members' file
   *     systems are too small for it
   */
  public Data load() {
    Seen seen = look();
    if (seen.fitting().isPresent()) {
      DatasetSpec there = seen.fitting().get().spec();
      listener.step("data set of scale " + there.scale() + " is loaded");
      if (!isAttached()) { // others may be measuring there
        long removed = loader(there, shardCount()).removeWritten();
        if (removed > 0) {
          listener.step(
              "tables are back to the rows loaded: %,d that measurements had added are removed"
                  .formatted(removed));
        }
      }
      return seen.fitting().get();
    }
    checkMayLoad(seen.misfit());
    DatasetSpec asked = new DatasetSpec(settings.scale(), settings.seed());
    if (measured instanceof Cluster ours) {
      DiskNeed.check(ours.file().disk(), ours.file().engine(), asked.scale());
    }
    if (seen.another()) {
      listener.step("data set is loaded anew: " + seen.misfit());
    }
    listener.step(
        "loading the data set of scale %s: %,d orders"
            .formatted(asked.scale(), Math.round(500_000 * asked.scale())));
    LoadResult result = loaded(asked);
    listener.step(
        "%,d rows in %.1f s, %,.0f rows/s"
            .formatted(
                result.rows().values().stream().mapToLong(Long::longValue).sum(),
                result.seconds(),
                result.rowsPerSecond()));
    checkOtherUrls(asked, shardCount(), CATCH_UP);
    return new Data(
        asked,
        new Manifest.Dataset(
            asked.scale(), result.rows(), result.seconds(), result.rowsPerSecond()));
  }

  private LoadResult loaded(DatasetSpec asked) {
    try {
      return loader(asked, shardCount())
          .load((step, done, all) -> listener.progress(progress(step, done, all)));
    } catch (BenchException e) {
      throw explained(e);
    }
  }

  /** The failure, or the full disk that is behind it: of that, servers say little or nothing. */
  RuntimeException explained(RuntimeException failure) {
    try {
      measured.checkDisk();
      return failure;
    } catch (BenchException full) {
      full.addSuppressed(failure);
      return full;
    }
  }

  /**
   * When the data set that is there was loaded, or a load of it began; empty where there is none.
   */
  Optional<Instant> loadedAt() {
    DatasetSpec any = new DatasetSpec(settings.scale(), settings.seed());
    return loader(any, shardCount()).loaded().map(Loaded::changedAt);
  }

  /**
   * Looks whether a measurement will have its data set; of our own cluster there is nothing to ask.
   *
   * @throws BenchException where it has none, and none may be loaded
   */
  void checkData() {
    if (isAttached()) {
      Seen seen = look();
      if (seen.fitting().isEmpty()) {
        checkMayLoad(seen.misfit());
        loader(new DatasetSpec(settings.scale(), settings.seed()), shardCount())
            .refuseForeignTables();
      }
    }
  }

  /**
   * What the database holds.
   *
   * @param another whether there is one that does not fit
   * @param misfit why it does not
   */
  private record Seen(Optional<Data> fitting, boolean another, String misfit) {}

  private Seen look() {
    DatasetSpec asked = new DatasetSpec(settings.scale(), settings.seed());
    Optional<Loaded> there = loader(asked, shardCount()).loaded();
    if (there.isEmpty()) {
      return new Seen(Optional.empty(), false, "there is none");
    }
    DatasetSpec spec = there.get().spec();
    boolean asSaid =
        (!settings.isGiven(Name.SCALE) || spec.scale() == asked.scale())
            && (!settings.isGiven(Name.SEED) || spec.seed() == asked.seed());
    // Nobody here chose the number of others' shards.
    int shards = isAttached() ? there.get().shardCount() : shardCount();
    Optional<String> misfit =
        loader(asSaid ? spec : asked, shards).loaded().flatMap(Loaded::misfit);
    if (misfit.isPresent()) {
      return new Seen(Optional.empty(), true, misfit.get());
    }
    checkOtherUrls(spec, shards, Duration.ZERO);
    Data data = new Data(spec, new Manifest.Dataset(spec.scale(), there.get().rows(), 0, 0));
    return new Seen(Optional.of(data), false, "");
  }

  private void checkOtherUrls(DatasetSpec spec, int shards, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    for (JdbcUrl url : settings.urls().values()) {
      Loader there = new Loader(sql(), target(url.route()), spec, shards);
      while (there.loaded().filter(Loaded::fits).isEmpty()) {
        if (System.nanoTime() - end >= 0) {
          throw BenchException.usage(
              "%s has not the data set that %s has: is it another cluster, or a standby far behind?"
                  .formatted(url, settings.urls().get("writer")));
        }
        pause(url);
      }
    }
  }

  private static void pause(JdbcUrl url) {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException(
          BenchException.Kind.CLUSTER, "interrupted while waiting for the data set at " + url, e);
    }
  }

  private void checkMayLoad(String misfit) {
    if (!isAttached()) {
      return;
    }
    String database = String.valueOf(settings.urls().get("writer"));
    if (!settings.load()) {
      throw BenchException.usage(
          "%s has not the data set that is to be measured: %s. `./bench load` with the same options loads it, or --load (-D%s=true) here: its tables are tenants, products, orders, order_lines, events, daily_revenue, ledger and bench_load; no others are touched"
              .formatted(database, misfit, Name.LOAD.property()));
    }
    if (engine() == Engine.FDW) {
      throw BenchException.usage(
          "%s has not the data set that is to be measured: %s. With engine fdw it lies on the workers, which the URL does not lead to, so it cannot be loaded from here: see sql/fdw/create_tables.sql"
              .formatted(database, misfit));
    }
  }

  /** The data set that is there, and how it got there. */
  public record Data(DatasetSpec spec, Manifest.Dataset record) {}

  private static String progress(String step, long done, long all) {
    return all == 0
        ? step
        : "%s: %,d of %,d rows (%d %%)".formatted(step, done, all, 100 * done / all);
  }

  private Loader loader(DatasetSpec spec, int shards) {
    return new Loader(sql(), target("writer"), spec, shards);
  }

  private int shardCount() {
    return tuning().tables().get("shard_count") instanceof Number number
        ? number.intValue()
        : DEFAULT_SHARD_COUNT;
  }

  /** What is measured, whoever runs it. */
  SystemUnderTest measured() {
    return measured;
  }

  /** The tuning whose layers {@code pool} and {@code driver} clients use. */
  public Tuning tuning() {
    return measured.tuning();
  }

  private boolean isAttached() {
    return measured.facts().runtime() == RuntimeKind.ATTACH;
  }

  /**
   * The cluster of our own that is measured.
   *
   * @throws BenchException where it is others'
   */
  public Cluster cluster() {
    if (measured instanceof Cluster ours) {
      return ours;
    }
    throw BenchException.usage(
        "this needs a cluster of our own, and an attached one is run by others: leave out --runtime attach and --url");
  }

  public Engine engine() {
    return measured.facts().engine();
  }

  /**
   * The database over one of the routes, as the role that measures.
   *
   * @throws BenchException where there is no such route
   */
  public Target target(String route) {
    SystemUnderTest.Access access = measured.access(route);
    return new Target(
        engine(),
        new Endpoint(access.host(), access.port()),
        measured.workers().stream().map(at -> new Endpoint(at.host(), at.port())).toList(),
        access.database(),
        access.login().user(),
        access.login().password(),
        access.properties());
  }

  /** The folder of all SQL files. */
  public Path sql() {
    return settings.home().resolve("sql");
  }

  /** Where the cluster has its data; empty where that is not on this machine. */
  public Optional<Path> dataFolder() {
    return measured instanceof Cluster cluster
        ? Optional.of(Path.of(cluster.file().folder()))
        : Optional.empty();
  }

  /** Stops the cluster if it was started here. */
  @Override
  public void close() {
    if (startedHere) {
      cluster().stop(listener::step);
    }
  }
}
