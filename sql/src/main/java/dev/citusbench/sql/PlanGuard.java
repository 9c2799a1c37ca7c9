package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.PlanClass;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the engine for the plan of every operation, with real parameters, and finds its class.
 *
 * <p>On Citus the plan tells tasks and repartitioning; whether a router plan took the fast path is
 * told only by the planner's debug message, which is read from the warnings of the EXPLAIN. On
 * {@code fdw} the shards that the remote statements name are counted: one is a router plan, however
 * many foreign scans read it. An INSERT into a partitioned table has no remote statement in its
 * plan, so there the row is inserted, asked where it went, and rolled back. A COPY has no plan at
 * all: the shards of its rows' tenants are counted.
 */
public final class PlanGuard {
  /** Of the parameters: the guard must not choose, so it takes the first ones. */
  private static final long INDEX = 0;

  private static final String FAST_PATH_MESSAGE = "fast-path router query";
  private static final Pattern TASK_COUNT = Pattern.compile("^\\s*Task Count: (\\d+)");
  private static final Pattern SHARD = Pattern.compile("\\bpublic\\.[a-z_]+_(\\d+)\\b");

  private static final Pattern COPY_TARGET =
      Pattern.compile("copy\\s+([a-z_]+)\\s*\\(", Pattern.CASE_INSENSITIVE);

  private final Engine engine;

  public PlanGuard(Engine engine) {
    this.engine = engine;
  }

  private record Plan(PlanClass planClass, int tasks) {}

  /**
   * Finds the plans of all operations that the engine can run.
   *
   * @param connection to the coordinator, in auto-commit mode
   */
  public List<PlanSeen> check(Connection connection, Operations operations, DatasetSpec spec)
      throws SQLException {
    Dataset data = Dataset.of(spec);
    List<PlanSeen> seen = new ArrayList<>();
    for (Operation operation : operations.supported()) {
      Plan plan = plan(connection, operation, data);
      seen.add(
          new PlanSeen(operation.name(), operation.planClass(), plan.planClass(), plan.tasks()));
    }
    return List.copyOf(seen);
  }

  private Plan plan(Connection connection, Operation operation, Dataset data) throws SQLException {
    long[] values = new long[operation.parameters().size()];
    operation.draw(data, INDEX, 0, values);
    if (operation.kind() == Operation.Kind.COPY) {
      return copyPlan(connection, operation, data);
    }
    Plan widest = new Plan(PlanClass.LOCAL, 0);
    for (Statement statement : operation.statements()) {
      Binder binder = new Binder(operation, statement);
      widest = wider(widest, statementPlan(connection, statement.jdbcSql(), binder, values));
    }
    return widest;
  }

  private Plan statementPlan(Connection connection, String sql, Binder binder, long[] values)
      throws SQLException {
    return switch (engine) {
      case CITUS -> citusPlan(connection, sql, binder, values);
      case FDW ->
          sql.toLowerCase(Locale.ROOT).startsWith("insert")
              ? fdwInsertPlan(connection, sql, binder, values)
              : fdwPlan(explain(connection, "explain (verbose, costs off) " + sql, binder, values));
      case SINGLE -> {
        explain(connection, "explain (costs off) " + sql, binder, values);
        yield new Plan(PlanClass.LOCAL, 0);
      }
    };
  }

  private static Plan citusPlan(Connection connection, String sql, Binder binder, long[] values)
      throws SQLException {
    execute(connection, "set client_min_messages = debug2");
    try (PreparedStatement statement = connection.prepareStatement("explain (costs off) " + sql)) {
      binder.bind(statement, values);
      List<String> lines = lines(statement);
      boolean fastPath = false;
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        fastPath |= String.valueOf(w.getMessage()).contains(FAST_PATH_MESSAGE);
      }
      return citusPlan(lines, fastPath);
    } finally {
      execute(connection, "reset client_min_messages");
      connection.clearWarnings();
    }
  }

  private static Plan citusPlan(List<String> lines, boolean fastPath) {
    int tasks = 0;
    boolean repartition = false;
    boolean distributed = false;
    for (String line : lines) {
      distributed |= line.contains("Custom Scan (Citus");
      repartition |= line.contains("MapMergeJob") || line.contains("repartition");
      Matcher matcher = TASK_COUNT.matcher(line);
      if (matcher.find()) {
        tasks += Integer.parseInt(matcher.group(1));
      }
    }
    if (!distributed) {
      return new Plan(PlanClass.LOCAL, 0);
    }
    if (repartition) {
      return new Plan(PlanClass.REPARTITION, tasks);
    }
    if (tasks > 1) {
      return new Plan(PlanClass.MULTI_SHARD, tasks);
    }
    return new Plan(fastPath ? PlanClass.FAST_PATH : PlanClass.ROUTER, tasks);
  }

  private static Plan fdwPlan(List<String> lines) {
    Set<String> shards = new HashSet<>();
    for (String line : lines) {
      if (line.contains("Remote SQL:")) {
        Matcher matcher = SHARD.matcher(line);
        while (matcher.find()) {
          shards.add(matcher.group(1));
        }
      }
    }
    return byShards(shards.size());
  }

  private static Plan fdwInsertPlan(Connection connection, String sql, Binder binder, long[] values)
      throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement =
        connection.prepareStatement(sql + " returning tableoid::regclass::text")) {
      binder.bind(statement, values);
      return byShards(new HashSet<>(lines(statement)).size());
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private Plan copyPlan(Connection connection, Operation operation, Dataset data)
      throws SQLException {
    int tenant = -1;
    for (int i = 0; i < operation.parameters().size() && tenant < 0; i++) {
      if (operation.parameters().get(i).generator() == Parameter.Generator.TENANT) {
        tenant = i;
      }
    }
    if (engine == Engine.SINGLE || tenant < 0) {
      return new Plan(PlanClass.LOCAL, 0);
    }
    Set<Long> tenants = new HashSet<>();
    long[] values = new long[operation.parameters().size()];
    for (int row = 0; row < operation.rows(); row++) {
      operation.draw(data, INDEX, row, values);
      tenants.add(values[tenant]);
    }
    Statement copy = operation.statements().get(0);
    Matcher target = COPY_TARGET.matcher(copy.jdbcSql());
    if (!target.lookingAt()) {
      throw BenchException.usage(copy.place() + ": a copy is 'copy <table> (…) from stdin'");
    }
    String table = target.group(1);
    String sql =
        engine == Engine.CITUS
            ? """
              select count(distinct get_shard_id_for_distribution_column(c.relid, t.tenant_id))
              from unnest(?) t (tenant_id),
                (select logicalrelid as relid
                 from pg_dist_partition
                 where logicalrelid = ?::regclass and partmethod = 'h') c"""
            : """
              select count(distinct i.inhrelid)
              from unnest(?) t (tenant_id), pg_inherits i
              where i.inhparent = ?::regclass
                and satisfies_hash_partition(
                  i.inhparent,
                  (select count(*)::integer from pg_inherits o
                   where o.inhparent = i.inhparent),
                  substring(i.inhrelid::regclass::text from '[0-9]+$')::integer,
                  t.tenant_id)""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("bigint", tenants.toArray()));
      statement.setString(2, table);
      return byShards(Integer.parseInt(lines(statement).get(0)));
    }
  }

  private static Plan byShards(int shards) {
    if (shards == 0) {
      return new Plan(PlanClass.LOCAL, 0);
    }
    return new Plan(shards == 1 ? PlanClass.ROUTER : PlanClass.MULTI_SHARD, shards);
  }

  private static Plan wider(Plan a, Plan b) {
    PlanClass reach = reach(a.planClass()) >= reach(b.planClass()) ? a.planClass() : b.planClass();
    return new Plan(reach, Math.max(a.tasks(), b.tasks()));
  }

  private static int reach(PlanClass planClass) {
    return switch (planClass) {
      case LOCAL -> 0;
      case FAST_PATH -> 1;
      case ROUTER -> 2;
      case MULTI_SHARD -> 3;
      case REPARTITION -> 4;
    };
  }

  private static List<String> explain(
      Connection connection, String sql, Binder binder, long[] values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binder.bind(statement, values);
      return lines(statement);
    }
  }

  private static List<String> lines(PreparedStatement statement) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        lines.add(String.valueOf(result.getString(1)));
      }
    }
    return lines;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
