package dev.citusbench.session;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.Route;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.Endpoint;
import dev.citusbench.sql.LoadResult;
import dev.citusbench.sql.Loaded;
import dev.citusbench.sql.Loader;
import dev.citusbench.sql.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is measured: a cluster that is up, and the data set in it. */
public final class Testbed implements AutoCloseable {
  /** Citus' own default, {@code citus.shard_count}. */
  private static final int DEFAULT_SHARD_COUNT = 32;

  private final Settings settings;
  private final Listener listener;
  private final Cluster cluster;
  private final boolean startedHere;

  private Testbed(Settings settings, Listener listener, Cluster cluster, boolean startedHere) {
    this.settings = settings;
    this.listener = listener;
    this.cluster = cluster;
    this.startedHere = startedHere;
  }

  /**
   * The cluster that is up, or else a new one that {@link #close} stops.
   *
   * @throws BenchException where the one that is up is not what the settings ask for
   */
  public static Testbed findOrStart(Settings settings, Listener listener) {
    Optional<Cluster> up = Cluster.find(settings.home());
    if (up.isPresent()) {
      return new Testbed(settings, listener, checked(up.get(), settings), false);
    }
    return start(settings, listener);
  }

  /**
   * The cluster that is up.
   *
   * @throws BenchException where none is
   */
  public static Testbed find(Settings settings, Listener listener) {
    Cluster up =
        Cluster.find(settings.home())
            .orElseThrow(() -> BenchException.usage("no cluster is up; `./bench up` starts one"));
    return new Testbed(settings, listener, checked(up, settings), false);
  }

  /** A new cluster; {@link #close} stops it. */
  public static Testbed start(Settings settings, Listener listener) {
    Tuning tuning = Tuning.load(settings.home(), settings.tuning());
    Engine engine = chooseEngine(settings, Programs.find(), listener);
    ClusterSpec spec =
        ClusterSpec.reference(settings.home(), engine, tuning, settings.quick() ? 1 : 3);
    Cluster cluster = Cluster.start(spec, listener::step);
    return new Testbed(settings, listener, cluster, true);
  }

  private static Engine chooseEngine(Settings settings, Programs programs, Listener listener) {
    Engine asked = settings.engine();
    Optional<String> citus = programs.citusVersion();
    if (asked == Engine.CITUS && citus.isEmpty()) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "engine citus: PostgreSQL %s on this machine has no Citus extension; install it from Citus' packages (README: \"How to get Citus\"), or take --engine fdw"
              .formatted(programs.versions().getOrDefault("postgresql", "")));
    }
    if (asked != null) {
      listener.step("engine " + asked);
      return asked;
    }
    if (citus.isPresent()) {
      listener.step("engine citus: extension " + citus.get() + " found");
      return Engine.CITUS;
    }
    listener.step(
        "engine fdw: this PostgreSQL has no Citus extension, so tables are distributed by postgres_fdw; what follows says nothing about Citus");
    return Engine.FDW;
  }

  private static Cluster checked(Cluster up, Settings settings) {
    ClusterFile file = up.file();
    Engine asked = settings.engine();
    if (asked != null && asked != file.engine()) {
      throw otherwise("engine", file.engine().label(), asked.label());
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
   */
  public Data load() {
    DatasetSpec asked = new DatasetSpec(settings.scale(), settings.seed());
    Loader loader = loader(asked);
    Optional<Loaded> there = loader.loaded();
    if (there.isPresent()) {
      DatasetSpec spec = there.get().spec();
      boolean asSaid =
          (!settings.isGiven(Name.SCALE) || spec.scale() == asked.scale())
              && (!settings.isGiven(Name.SEED) || spec.seed() == asked.seed());
      if (asSaid && loader(spec).loaded().flatMap(l -> l.misfit()).isEmpty()) {
        listener.step("data set of scale " + spec.scale() + " is loaded");
        return new Data(spec, new Manifest.Dataset(spec.scale(), there.get().rows(), 0, 0));
      }
      listener.step(
          "data set is loaded anew: " + there.get().misfit().orElse("another is asked for"));
    }
    listener.step(
        "loading the data set of scale %s: %,d orders"
            .formatted(asked.scale(), Math.round(500_000 * asked.scale())));
    LoadResult result =
        loader.load((step, done, all) -> listener.progress(progress(step, done, all)));
    listener.step(
        "%,d rows in %.1f s, %,.0f rows/s"
            .formatted(
                result.rows().values().stream().mapToLong(Long::longValue).sum(),
                result.seconds(),
                result.rowsPerSecond()));
    return new Data(
        asked,
        new Manifest.Dataset(
            asked.scale(), result.rows(), result.seconds(), result.rowsPerSecond()));
  }

  /** The data set that is there, and how it got there. */
  public record Data(DatasetSpec spec, Manifest.Dataset record) {}

  private static String progress(String step, long done, long all) {
    return all == 0
        ? step
        : "%s: %,d of %,d rows (%d %%)".formatted(step, done, all, 100 * done / all);
  }

  private Loader loader(DatasetSpec spec) {
    return new Loader(sql(), target("writer"), spec, shardCount());
  }

  private int shardCount() {
    return cluster.tuning().tables().get("shard_count") instanceof Number number
        ? number.intValue()
        : DEFAULT_SHARD_COUNT;
  }

  public Cluster cluster() {
    return cluster;
  }

  public Engine engine() {
    return cluster.file().engine();
  }

  /** Whether {@link #close} stops the cluster. */
  public boolean startedHere() {
    return startedHere;
  }

  /**
   * The database over one of the routes, as the role that measures.
   *
   * @throws BenchException where there is no such route
   */
  public Target target(String route) {
    ClusterFile file = cluster.file();
    Route to = cluster.route(route);
    List<Endpoint> workers = new ArrayList<>();
    for (int group = 1; group <= file.workers(); group++) {
      Route worker = cluster.route("worker" + group);
      workers.add(new Endpoint(worker.host(), worker.port()));
    }
    Map<String, String> driver = new TreeMap<>();
    cluster.tuning().driver().forEach((name, value) -> driver.put(name, String.valueOf(value)));
    return new Target(
        file.engine(),
        new Endpoint(to.host(), to.port()),
        workers,
        file.database(),
        file.credentials().application().user(),
        file.credentials().application().password(),
        driver);
  }

  Path sql() {
    return settings.home().resolve("sql");
  }

  /** Stops the cluster if it was started here. */
  @Override
  public void close() {
    if (startedHere) {
      cluster.stop(listener::step);
    }
  }
}
