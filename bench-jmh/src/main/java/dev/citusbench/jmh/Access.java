package dev.citusbench.jmh;

import com.zaxxer.hikari.HikariDataSource;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.session.ConnectionPool;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import dev.citusbench.sql.Dataset;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.FanOut;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How all threads of a benchmark reach the database. Lives in a forked JVM, which finds the cluster
 * through {@code .bench/cluster.json}, or the URLs that it was given, and the data set through
 * {@code bench.} properties; it starts and stops nothing.
 */
@State(Scope.Benchmark)
public class Access {
  static final String KEPT = "kept";
  static final String NEW = "new";
  static final String POOLED = "pooled";
  static final List<String> CONNECTIONS = List.of(KEPT, NEW, POOLED);

  /** HikariCP's own default of {@code maximumPoolSize}. */
  private static final int HIKARI_DEFAULT = 10;

  /**
   * {@code writer} goes through HAProxy to the coordinator's primary, {@code direct} straight to
   * it, {@code reader} through HAProxy to its standbys, for operations that only read.
   */
  @Param({"writer", "direct", "reader"})
  public String route = "writer";

  /** As {@link Protocol} has it. */
  @Param(Variant.AS_TUNED)
  public String protocol = Variant.AS_TUNED;

  /**
   * {@code kept}: each thread has one, warm. {@code new}: each execution opens and closes one, with
   * all that a cold one lacks. {@code pooled}: each execution borrows one from HikariCP, as large
   * and as tuned as the tuning's layer {@code pool} has it.
   */
  @Param(KEPT)
  public String connection = KEPT;

  /**
   * Connections that Citus may open to each worker for a statement: a number for {@code
   * citus.max_adaptive_executor_pool_size} of the session, or what the tuning says.
   */
  @Param(Variant.AS_TUNED)
  public String executorPool = Variant.AS_TUNED;

  /** Connections that Citus keeps to each worker: {@code citus.max_cached_conns_per_worker}. */
  @Param(Variant.AS_TUNED)
  public String cachedConnections = Variant.AS_TUNED;

  private Settings settings;
  private Testbed testbed;
  private Target target;
  private @Nullable HikariDataSource pool;

  @Setup(Level.Trial)
  public void open(BenchmarkParams benchmark) {
    settings = Settings.from(System.getProperties());
    testbed = Testbed.find(settings, Listener.onStandardError());
    Target tuned = testbed.target(route);
    Map<String, String> driver = new TreeMap<>(tuned.driver());
    driver.putAll(Protocol.driver(protocol));
    String rewrite = benchmark.getParam(Variant.REWRITE);
    if (rewrite != null && !rewrite.equals(Variant.AS_TUNED)) {
      driver.put("reWriteBatchedInserts", rewrite);
    }
    setOfSession(driver, "citus.max_adaptive_executor_pool_size", executorPool);
    setOfSession(driver, "citus.max_cached_conns_per_worker", cachedConnections);
    target =
        new Target(
            tuned.engine(),
            tuned.writer(),
            tuned.workers(),
            tuned.database(),
            tuned.user(),
            tuned.password(),
            driver);
    if (connection.equals(POOLED)
        || OperationName.of(benchmark.getBenchmark()).equals(Benchmarks.POOL_BORROW)) {
      pool = new HikariDataSource(ConnectionPool.config(target, testbed.tuning().pool()));
    }
  }

  private static void setOfSession(Map<String, String> driver, String name, String value) {
    if (!value.equals(Variant.AS_TUNED)) {
      driver.merge("options", "-c %s=%s".formatted(name, value), (all, more) -> all + " " + more);
    }
  }

  /** Connections of the pool that a tuning's layer {@code pool} makes. */
  static int poolSize(Tuning tuning) {
    return tuning.pool().get("maximumPoolSize") instanceof Number number
        ? number.intValue()
        : HIKARI_DEFAULT;
  }

  FanOut fanOut(int shards) {
    return new FanOut(testbed.sql(), shards);
  }

  /** The operation of this name, as the engine that is up runs it. */
  Operation operation(String name) {
    return Operations.read(testbed.sql(), testbed.engine()).find(name);
  }

  Dataset data() {
    return Dataset.of(new DatasetSpec(settings.scale(), settings.seed()));
  }

  /** A connection for one execution, or for a thread that keeps it; closing gives it back. */
  Connection connect() throws SQLException {
    return pool == null ? target.connect() : pool.getConnection();
  }

  @TearDown(Level.Trial)
  public void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
