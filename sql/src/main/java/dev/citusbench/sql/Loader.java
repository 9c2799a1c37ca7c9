package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fills the tables by parallel COPY. Threads take chunks of rows; each thread has one COPY a table
 * open to the coordinator, which sorts the rows by shard. On engine {@code fdw} the rows go
 * straight into the shards through the workers, because PostgreSQL inserts row by row where a
 * foreign partition is the target of a COPY.
 *
 * <p>The table {@code bench_load} of the coordinator says what is there: a load that was
 * interrupted left the state {@code loading}, and the next one begins from empty tables. It is also
 * how a load's tables are told from others' of the same names: only where it is there, with its own
 * columns, are tables ours that have the columns that a load gives them. All others are left alone.
 */
public final class Loader {
  private static final int MAX_THREADS = 16;
  private static final int CHUNK_ROWS = 5_000;
  private static final int SHARD_BUFFER_BYTES = 256 * 1024;

  /** Any number that no other program uses for an advisory lock: "citusben" in ASCII. */
  private static final long LOCK = 0x6369747573_62656EL;

  private static final String NOTE = "bench_load";
  private static final String NOTE_COLUMNS =
      "only_row, state, engine, scale, seed, shard_count, changed_at";

  /** Names and columns of the tables that a load makes empty. */
  private static final Map<String, String> EMPTY_TABLES =
      Map.of(
          "daily_revenue", "tenant_id, day, orders, revenue_cents",
          "ledger", "tenant_id, entry_id, written_at");

  private final Schema schema;
  private final Target target;
  private final Dataset data;
  private final int shardCount;
  private final int threads;

  /**
   * Makes a loader with as many threads as there are processors, at most {@value #MAX_THREADS}.
   *
   * @param sqlDir the checkout's folder {@code sql}
   */
  public Loader(Path sqlDir, Target target, DatasetSpec spec, int shardCount) {
    this(
        sqlDir,
        target,
        spec,
        shardCount,
        Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  public Loader(Path sqlDir, Target target, DatasetSpec spec, int shardCount, int threads) {
    this.schema = new Schema(sqlDir, target, shardCount);
    this.target = target;
    this.data = Dataset.of(spec);
    this.shardCount = shardCount;
    this.threads = threads;
  }

  /** What the database holds; empty where nothing was ever loaded. */
  public Optional<Loaded> loaded() {
    try (Connection connection = target.connectForLoad(0)) {
      return loaded(connection);
    } catch (SQLException e) {
      throw SqlFailure.of("read what is loaded", e);
    }
  }

  /**
   * Loads from empty tables; drops what an earlier load left.
   *
   * @throws BenchException where the database holds tables of the same names that no load made,
   *     where another load is going on, and where the rows found at the end are not those that were
   *     sent
   */
  public LoadResult load(LoadProgress progress) {
    long begin = System.nanoTime();
    try (Connection connection = target.connectForLoad(0)) {
      if (!tryLock(connection)) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "another load of database " + target.database() + " is going on: wait for it to end");
      }
      refuseForeignTables(connection);
      long all = 0;
      for (Table table : Table.values()) {
        all += data.rows(table);
      }
      progress.at("creating tables", 0, all);
      schema.drop();
      mark(connection, "loading");
      schema.create();
      long copyBegin = System.nanoTime();
      Map<Table, Long> sums = copyAll(progress, all);
      double seconds = seconds(copyBegin);
      progress.at("checking", all, all);
      Map<Table, Found> found = count(connection);
      compare(found, sums);
      progress.at("analyzing", all, all);
      analyze(connection);
      mark(connection, "complete");
      Map<String, Long> rows = new LinkedHashMap<>();
      found.forEach((table, counted) -> rows.put(table.label(), counted.rows()));
      return new LoadResult(rows, seconds, seconds(begin));
    } catch (SQLException e) {
      throw SqlFailure.of("load", e);
    }
  }

  /**
   * Compares counts and sums of the database with those that the generator computes anew.
   *
   * @throws BenchException naming the table where they differ
   */
  public void verify() {
    Map<Table, Long> sums = new EnumMap<>(Table.class);
    CopyText nowhere = new CopyText(1024);
    for (Table table : Table.values()) {
      long sum = 0;
      for (long index = 0; index < data.rows(table); index++) {
        nowhere.clear();
        sum += data.write(table, index, nowhere);
      }
      sums.put(table, sum);
    }
    try (Connection connection = target.connectForLoad(0)) {
      compare(count(connection), sums);
    } catch (SQLException e) {
      throw SqlFailure.of("count the loaded rows", e);
    }
  }

  /**
   * Removes the rows that operations added to the tables of the data set since the load, and
   * empties the tables that begin empty, so that what is measured next meets what a load leaves.
   *
   * @return how many there were
   */
  public long removeWritten() {
    long removed = 0;
    try (Connection connection = target.connectForLoad(0)) {
      for (Table table : Table.values()) {
        if (table.deleteWrittenSql().isPresent()) {
          try (java.sql.Statement statement = connection.createStatement()) {
            removed += statement.executeLargeUpdate(table.deleteWrittenSql().get());
          }
        }
      }
      for (String begunEmpty : List.of("daily_revenue", "ledger")) {
        try (java.sql.Statement statement = connection.createStatement()) {
          removed += statement.executeLargeUpdate("delete from " + begunEmpty);
        }
      }
      if (removed > 0) {
        analyze(connection);
      }
      return removed;
    } catch (SQLException e) {
      throw SqlFailure.of("remove what earlier measurements wrote", e);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
      return result.next() && result.getBoolean(1);
    }
  }

  /**
   * Columns of the table that the name leads to in this session, as a statement would find it;
   * empty where there is none.
   */
  private static Optional<String> columns(Connection connection, String table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select string_agg(attname, ', ' order by attnum)
            from pg_attribute
            where attrelid = to_regclass(?) and attnum > 0 and not attisdropped""")) {
      statement.setString(1, table);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
      }
    }
  }

  private static boolean isNoted(Connection connection) throws SQLException {
    return columns(connection, NOTE).equals(Optional.of(NOTE_COLUMNS));
  }

  /** Names and columns of the tables that a load makes, beside its note. */
  private static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    for (Table table : Table.values()) {
      tables.put(table.label(), table.columns());
    }
    tables.putAll(EMPTY_TABLES);
    return tables;
  }

  /** The tables of a load's names that no load made. */
  private static List<String> strangers(Connection connection) throws SQLException {
    boolean noted = isNoted(connection);
    List<String> strangers = new ArrayList<>();
    if (!noted && columns(connection, NOTE).isPresent()) {
      strangers.add(NOTE);
    }
    for (Map.Entry<String, String> table : tables().entrySet()) {
      Optional<String> seen = columns(connection, table.getKey());
      if (seen.isPresent() && !(noted && seen.get().equals(table.getValue()))) {
        strangers.add(table.getKey());
      }
    }
    return strangers;
  }

  /**
   * Refuses a database that a load would not touch, without touching it.
   *
   * @throws BenchException where it holds tables of a load's names that no load made
   */
  public void refuseForeignTables() {
    try (Connection connection = target.connectForLoad(0)) {
      refuseForeignTables(connection);
    } catch (SQLException e) {
      throw SqlFailure.of("look for tables of others", e);
    }
  }

  private void refuseForeignTables(Connection connection) throws SQLException {
    List<String> strangers = strangers(connection);
    if (!strangers.isEmpty()) {
      throw BenchException.usage(
          ("database %s has tables that no load made (%s), so all are left alone: load into another"
                  + " database, or rename or drop them there")
              .formatted(target.database(), String.join(", ", strangers)));
    }
  }

  private Optional<Loaded> loaded(Connection connection) throws SQLException {
    if (!isNoted(connection) || columns(connection, Table.EVENTS.label()).isEmpty()) {
      return Optional.empty();
    }
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select state, scale, seed, shard_count, engine, changed_at from " + NOTE)) {
      if (!result.next()) {
        return Optional.empty();
      }
      boolean complete = result.getString(1).equals("complete");
      DatasetSpec spec = new DatasetSpec(result.getDouble(2), result.getLong(3));
      int shards = result.getInt(4);
      String engine = result.getString(5);
      Instant changedAt = result.getObject(6, OffsetDateTime.class).toInstant();
      Dataset there = Dataset.of(spec);
      Map<String, Long> rows = new LinkedHashMap<>();
      for (Table table : Table.values()) {
        rows.put(table.label(), there.rows(table));
      }
      Optional<String> misfit = misfit(complete, spec, shards, engine);
      return Optional.of(
          new Loaded(
              complete,
              spec,
              shards,
              changedAt,
              rows,
              misfit.isPresent() ? misfit : changedTable(connection)));
    }
  }

  /** Says which table is not there any more, or has become another one. */
  private static Optional<String> changedTable(Connection connection) throws SQLException {
    for (Map.Entry<String, String> table : tables().entrySet()) {
      Optional<String> seen = columns(connection, table.getKey());
      if (!seen.equals(Optional.of(table.getValue()))) {
        return Optional.of(
            seen.isEmpty()
                ? "table " + table.getKey() + " is gone"
                : "table " + table.getKey() + " is not the one that was loaded");
      }
    }
    return Optional.empty();
  }

  private Optional<String> misfit(boolean complete, DatasetSpec spec, int shards, String engine) {
    if (!complete) {
      return Optional.of("the load was interrupted");
    }
    if (!engine.equals(target.engine().label())) {
      return Optional.of("it was loaded for engine " + engine);
    }
    if (!spec.equals(data.spec())) {
      return Optional.of("it has scale %s and seed %d".formatted(spec.scale(), spec.seed()));
    }
    if (shards != shardCount && target.engine() != Engine.SINGLE) {
      return Optional.of("it has " + shards + " shards");
    }
    return Optional.empty();
  }

  private void mark(Connection connection, String state) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      if (columns(connection, NOTE).isEmpty()) {
        statement.execute(
            """
            create table bench_load (
              only_row boolean primary key default true check (only_row),
              state text not null check (state in ('loading', 'complete')),
              engine text not null,
              scale double precision not null,
              seed bigint not null,
              shard_count integer not null,
              changed_at timestamptz not null default now())""");
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into bench_load (state, engine, scale, seed, shard_count)
            values (?, ?, ?, ?, ?)
            on conflict (only_row) do update
            set state = excluded.state, engine = excluded.engine, scale = excluded.scale,
              seed = excluded.seed, shard_count = excluded.shard_count, changed_at = now()""")) {
      statement.setString(1, state);
      statement.setString(2, target.engine().label());
      statement.setDouble(3, data.spec().scale());
      statement.setLong(4, data.spec().seed());
      statement.setInt(5, shardCount);
      statement.executeUpdate();
    }
  }

  private Map<Table, Long> copyAll(LoadProgress progress, long all) {
    AtomicLong done = new AtomicLong();
    AtomicBoolean failed = new AtomicBoolean();
    Map<Table, AtomicLong> nextRow = new EnumMap<>(Table.class);
    Map<Table, AtomicLong> sums = new EnumMap<>(Table.class);
    for (Table table : Table.values()) {
      nextRow.put(table, new AtomicLong());
      sums.put(table, new AtomicLong());
    }
    List<Callable<Long>> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(
          () -> {
            try (Rows rows = open()) {
              for (Table table : Table.values()) {
                AtomicLong next = from(nextRow, table);
                long count = data.rows(table);
                long sum = 0;
                for (long first = next.getAndAdd(CHUNK_ROWS);
                    first < count && !failed.get();
                    first = next.getAndAdd(CHUNK_ROWS)) {
                  long end = Math.min(count, first + CHUNK_ROWS);
                  sum += rows.send(table, first, end);
                  progress.at("loading", done.addAndGet(end - first), all);
                }
                rows.finish(table);
                from(sums, table).addAndGet(sum);
              }
            } catch (SQLException | RuntimeException e) {
              failed.set(true);
              throw e;
            }
            return 0L;
          });
    }
    runAll(workers);
    Map<Table, Long> result = new EnumMap<>(Table.class);
    sums.forEach((table, sum) -> result.put(table, sum.get()));
    return result;
  }

  private static AtomicLong from(Map<Table, AtomicLong> map, Table table) {
    AtomicLong value = map.get(table);
    if (value == null) {
      throw new IllegalStateException("no entry for " + table);
    }
    return value;
  }

  /** Runs tasks on a thread each; the first failure is thrown when all have ended. */
  private static List<Long> runAll(List<Callable<Long>> tasks) {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            tasks.size(),
            task -> {
              Thread thread = new Thread(task, "bench-load");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Long> results = new ArrayList<>();
      for (Future<Long> future : executor.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException(
          BenchException.Kind.CLUSTER, "the load was interrupted; the next one starts anew", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BenchException bench) {
        throw bench;
      }
      if (e.getCause() instanceof SQLException sql) {
        throw SqlFailure.of("load", sql);
      }
      throw new IllegalStateException("a loader thread failed", e.getCause());
    } finally {
      executor.shutdownNow();
      try {
        executor.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Rows open() throws SQLException {
    return switch (target.engine()) {
      case CITUS, SINGLE -> new CoordinatorRows(data, target, schema);
      case FDW -> new ShardRows(data, target, shardCount, SHARD_BUFFER_BYTES);
    };
  }

  /** What a table holds. */
  private record Found(long rows, long sum) {}

  private Map<Table, Found> count(Connection coordinator) throws SQLException {
    Map<Table, Found> found = new EnumMap<>(Table.class);
    for (Table table : Table.values()) {
      found.put(
          table,
          target.engine() == Engine.FDW && table.distributed()
              ? countShards(table)
              : count(coordinator, table.checkSql(table.label())));
    }
    return found;
  }

  /**
   * On the workers themselves: through the coordinator every row would be fetched to be counted.
   */
  private Found countShards(Table table) throws SQLException {
    long rows = 0;
    long sum = 0;
    for (int worker = 0; worker < target.workers().size(); worker++) {
      try (Connection connection = target.connectForLoad(worker + 1)) {
        for (int shard = worker; shard < shardCount; shard += target.workers().size()) {
          Found found = count(connection, table.checkSql(table.label() + "_" + shard));
          rows += found.rows();
          sum += found.sum();
        }
      }
    }
    return new Found(rows, sum);
  }

  private static Found count(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      if (!result.next()) {
        throw new SQLException("no row for " + sql, "02000");
      }
      return new Found(result.getLong(1), result.getLong(2));
    }
  }

  private void compare(Map<Table, Found> found, Map<Table, Long> sums) {
    for (Table table : Table.values()) {
      Found seen = found.getOrDefault(table, new Found(0, 0));
      Found asked = new Found(data.rows(table), sums.getOrDefault(table, 0L));
      if (!seen.equals(asked)) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            ("table %s does not hold what was loaded: %,d rows with sum %d, instead of %,d rows with"
                    + " sum %d; load again")
                .formatted(table.label(), seen.rows(), seen.sum(), asked.rows(), asked.sum()));
      }
    }
  }

  /** Makes statistics, and the visibility maps that index-only scans need. */
  private void analyze(Connection connection) throws SQLException {
    String names =
        String.join(
            ", ",
            List.of(
                Table.TENANTS.label(),
                Table.PRODUCTS.label(),
                Table.ORDERS.label(),
                Table.ORDER_LINES.label(),
                Table.EVENTS.label()));
    switch (target.engine()) {
      case CITUS, SINGLE -> execute(connection, "vacuum analyze " + names);
      case FDW -> {
        execute(connection, "vacuum analyze " + Table.PRODUCTS.label());
        analyzeShards();
      }
    }
  }

  private void analyzeShards() {
    List<Callable<Long>> tasks = new ArrayList<>();
    int workers = target.workers().size();
    for (int worker = 0; worker < workers; worker++) {
      int first = worker;
      tasks.add(
          () -> {
            try (Connection shards = target.connectForLoad(first + 1);
                Connection coordinator = target.connectForLoad(0)) {
              for (int shard = first; shard < shardCount; shard += workers) {
                for (Table table : Table.values()) {
                  if (table.distributed()) {
                    String name = table.label() + "_" + shard;
                    execute(shards, "vacuum analyze " + name);
                    execute(coordinator, "analyze " + name);
                  }
                }
              }
            }
            return 0L;
          });
    }
    runAll(tasks);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
