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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Asks the engine for the plan of every operation, with several of its real parameters, and finds
 * its class.
 *
 * <p>Each statement is explained with its parameters in it, and, where the driver prepares on the
 * server, also as a prepared statement whose time for a generic plan has come ({@link
 * #EXECUTIONS}): whether it becomes one is left to the server, as it is while measuring.
 *
 * <p>On Citus the plan tells tasks and repartitioning; whether a router plan took the fast path is
 * told only by the planner's debug message, which is read from the warnings of the EXPLAIN. On
 * {@code fdw} the shards that the remote statements name are counted: one is a router plan, however
 * many foreign scans read it. An INSERT into a partitioned table has no remote statement in its
 * plan, so there the row is inserted, asked where it went, and rolled back. A COPY has no plan at
 * all. On Citus it is executed and rolled back, and the shards are counted that Citus sent rows to;
 * on {@code fdw} PostgreSQL is asked which partitions the rows of one chunk belong to.
 */
public final class PlanGuard {
  /** Parameters are looked for among this many indexes. */
  private static final int INDEXES = 1_000;

  /** An index that no warm-up reaches. */
  private static final long FAR_INDEX = 1_000_000_007L;

  /**
   * PostgreSQL plans a prepared statement anew five times; from the sixth on it takes a generic
   * plan if that costs no more ({@code choose_custom_plan} in its {@code plancache.c}).
   */
  private static final int EXECUTIONS = 6;

  /** SQLSTATEs of a statement that this engine or this schema cannot do. */
  private static final Pattern NO_PLAN = Pattern.compile("(0A|42)...");

  private static final String PREPARED = "bench_plan_guard";
  private static final String FAST_PATH_MESSAGE = "fast-path router query";
  private static final String PULL = "INSERT/SELECT method: " + Operation.PULL;
  private static final Pattern TASK_COUNT = Pattern.compile("^\\s*Task Count: (\\d+)");
  private static final Pattern SHARD = Pattern.compile("\\bpublic\\.[a-z_]+_(\\d+)\\b");
  private static final Pattern COPY_TO_SHARD =
      Pattern.compile(
          "(?:issuing COPY (?:\\w+\\.)?\\w+_|executing the copy locally for shard )(\\d+)\\b");

  private static final Pattern COPY_TARGET =
      Pattern.compile("copy\\s+([a-z_]+)\\s*\\(", Pattern.CASE_INSENSITIVE);

  private final Engine engine;

  public PlanGuard(Engine engine) {
    this.engine = engine;
  }

  private record Plan(PlanClass planClass, int tasks, boolean pulls) {
    Plan(PlanClass planClass, int tasks) {
      this(planClass, tasks, false);
    }
  }

  /** What an EXPLAIN answered, and what the server said beside it. */
  private record Explained(List<String> lines, List<String> messages) {}

  /**
   * Finds the plans of all operations that the engine can run. An operation whose plans differ is
   * told by one that is not as its file states.
   *
   * @param connection to the coordinator, in auto-commit mode, with the driver's settings that are
   *     measured
   */
  public List<PlanSeen> check(Connection connection, Operations operations, DatasetSpec spec)
      throws SQLException {
    Dataset data = Dataset.of(spec).placed(Placement.read(connection, engine, spec));
    PGConnection driver = connection.unwrap(PGConnection.class);
    boolean prepares =
        driver.getPrepareThreshold() != 0
            && driver.getPreferQueryMode() != PreferQueryMode.SIMPLE
            && engine != Engine.SINGLE;
    List<PlanSeen> seen = new ArrayList<>();
    for (Operation operation : operations.supported()) {
      seen.add(check(connection, operation, data, prepares));
    }
    return List.copyOf(seen);
  }

  private PlanSeen check(Connection connection, Operation operation, Dataset data, boolean prepares)
      throws SQLException {
    Plan widest = new Plan(PlanClass.LOCAL, 0);
    for (long index : indexes(operation, data)) {
      for (boolean prepared : prepares ? new boolean[] {false, true} : new boolean[] {false}) {
        if (prepared && operation.kind() == Operation.Kind.COPY) {
          continue;
        }
        String with = "parameters of index %d%s".formatted(index, prepared ? ", prepared" : "");
        Plan plan;
        try {
          plan = plan(connection, operation, data, index, prepared);
        } catch (SQLException e) {
          if (!NO_PLAN.matcher(String.valueOf(e.getSQLState())).matches()) {
            throw e;
          }
          return new PlanSeen(
              operation.name(),
              operation.planClass(),
              PlanClass.LOCAL,
              0,
              with,
              Optional.of(
                  "is refused: SQLSTATE %s: %s".formatted(e.getSQLState(), e.getMessage())));
        }
        if (plan.planClass() != operation.planClass() || plan.pulls() != operation.pulls()) {
          return new PlanSeen(
              operation.name(),
              operation.planClass(),
              plan.planClass(),
              plan.tasks(),
              with,
              plan.planClass() == operation.planClass()
                  ? Optional.of(otherWay(plan))
                  : Optional.empty());
        }
        widest = wider(widest, plan);
      }
    }
    return new PlanSeen(
        operation.name(),
        operation.planClass(),
        widest.planClass(),
        widest.tasks(),
        "all parameters that were tried",
        Optional.empty());
  }

  private static String otherWay(Plan plan) {
    return plan.pulls()
        ? "pulls its rows to the coordinator, which its file does not state"
        : "does not pull its rows to the coordinator, which its file states";
  }

  /**
   * Indexes of different parameters: the first, one far away, and those among the first where the
   * first parameter that matters is least, greatest, and in the middle. Of tenants, the first is
   * the one with most orders, the last has fewest.
   */
  static Set<Long> indexes(Operation operation, Dataset data) {
    Set<Long> indexes = new LinkedHashSet<>(List.of(0L));
    for (int i = 0; i < operation.parameters().size(); i++) {
      switch (operation.parameters().get(i).generator()) {
        case UNIQUE, KIND, PAYLOAD, TIME -> {}
        case TENANT, WORKER_TENANT, ORDER, PRODUCT, INTEGER, DAY, AFTER -> {
          long[] values = new long[operation.parameters().size()];
          TreeMap<Long, Long> indexByValue = new TreeMap<>();
          for (long index = 0; index < INDEXES; index++) {
            operation.draw(data, index, 0, values);
            indexByValue.putIfAbsent(values[i], index);
          }
          List<Long> byValue = List.copyOf(indexByValue.values());
          indexes.add(byValue.get(0));
          indexes.add(byValue.get(byValue.size() / 2));
          indexes.add(byValue.get(byValue.size() - 1));
          indexes.add(FAR_INDEX);
          return indexes;
        }
      }
    }
    return indexes;
  }

  private Plan plan(
      Connection connection, Operation operation, Dataset data, long index, boolean prepared)
      throws SQLException {
    if (operation.kind() == Operation.Kind.COPY) {
      return copyPlan(connection, operation, data, index);
    }
    long[] values = new long[operation.parameters().size()];
    operation.draw(data, index, 0, values);
    Plan widest = new Plan(PlanClass.LOCAL, 0);
    for (Statement statement : operation.statements()) {
      Binder binder = new Binder(operation, statement);
      widest =
          wider(
              widest,
              prepared
                  ? preparedPlan(connection, statement, binder, values)
                  : statementPlan(connection, statement.jdbcSql(), binder, values));
    }
    return widest;
  }

  private Plan statementPlan(Connection connection, String sql, Binder binder, long[] values)
      throws SQLException {
    return switch (engine) {
      case CITUS ->
          isInsertSelect(sql)
              ? citusInsertSelectPlan(connection, sql, binder, values)
              : citusPlan(explain(connection, "explain (costs off) " + sql, binder, values));
      case FDW ->
          isInsert(sql)
              ? fdwInsertPlan(connection, sql, binder, values)
              : fdwPlan(explain(connection, "explain (verbose, costs off) " + sql, binder, values));
      case SINGLE -> {
        explain(connection, "explain (costs off) " + sql, binder, values);
        yield new Plan(PlanClass.LOCAL, 0);
      }
    };
  }

  private static boolean isInsert(String sql) {
    return sql.toLowerCase(Locale.ROOT).startsWith("insert");
  }

  private static boolean isInsertSelect(String sql) {
    return isInsert(sql) && sql.toLowerCase(Locale.ROOT).contains("select");
  }

  /**
   * With the values in the text: Citus executes an INSERT … SELECT with parameters that it pulls to
   * the coordinator, but cannot explain it.
   */
  private Plan citusInsertSelectPlan(
      Connection connection, String sql, Binder binder, long[] values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("explain (costs off) " + sql)) {
      binder.bind(statement, values);
      return citusPlan(explain(connection, literal(statement)));
    }
  }

  /** The statement as pgjdbc prints it: with its values in place of the parameters. */
  private static String literal(PreparedStatement statement) {
    return statement.toString();
  }

  private Plan preparedPlan(
      Connection connection, Statement statement, Binder binder, long[] values)
      throws SQLException {
    if (engine == Engine.CITUS && isInsertSelect(statement.jdbcSql())) {
      return citusInsertSelectPlan(connection, statement.jdbcSql(), binder, values);
    }
    if (engine == Engine.FDW && isInsert(statement.jdbcSql())) {
      // Where a row goes is found when it is inserted, whatever the plan.
      return fdwInsertPlan(connection, statement.jdbcSql(), binder, values);
    }
    execute(
        connection,
        "prepare %s%s as %s".formatted(PREPARED, binder.types(), statement.numberedSql()));
    try {
      String explain =
          "explain (%scosts off) execute %s%s"
              .formatted(
                  engine == Engine.FDW ? "verbose, " : "", PREPARED, binder.literals(values));
      for (int i = 1; i < EXECUTIONS; i++) {
        execute(connection, explain);
      }
      Explained explained = explain(connection, explain);
      return engine == Engine.FDW ? fdwPlan(explained) : citusPlan(explained);
    } finally {
      execute(connection, "deallocate " + PREPARED);
    }
  }

  /** Remote tasks of a statement that has no parameters, on Citus. */
  int tasks(Connection connection, String sql) throws SQLException {
    return citusPlan(explain(connection, "explain (costs off) " + sql)).tasks();
  }

  private static Plan citusPlan(Explained explained) {
    return citusPlan(
        explained.lines(),
        explained.messages().stream().anyMatch(message -> message.contains(FAST_PATH_MESSAGE)));
  }

  private static Plan citusPlan(List<String> lines, boolean fastPath) {
    int tasks = 0;
    boolean repartition = false;
    boolean distributed = false;
    boolean pulls = false;
    for (String line : lines) {
      distributed |= line.contains("Custom Scan (Citus");
      repartition |= line.contains("MapMergeJob") || line.contains("repartition");
      pulls |= line.contains(PULL);
      Matcher matcher = TASK_COUNT.matcher(line);
      if (matcher.find()) {
        tasks += Integer.parseInt(matcher.group(1));
      }
    }
    if (!distributed) {
      return new Plan(PlanClass.LOCAL, 0);
    }
    if (repartition) {
      return new Plan(PlanClass.REPARTITION, tasks, pulls);
    }
    if (tasks > 1) {
      return new Plan(PlanClass.MULTI_SHARD, tasks, pulls);
    }
    return new Plan(fastPath ? PlanClass.FAST_PATH : PlanClass.ROUTER, tasks, pulls);
  }

  private static Plan fdwPlan(Explained explained) {
    Set<String> shards = new HashSet<>();
    for (String line : explained.lines()) {
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

  private Plan copyPlan(Connection connection, Operation operation, Dataset data, long index)
      throws SQLException {
    return switch (engine) {
      case CITUS -> citusCopyPlan(connection, operation, data, index);
      case FDW -> fdwCopyPlan(connection, operation, data, index);
      case SINGLE -> new Plan(PlanClass.LOCAL, 0);
    };
  }

  private static Plan citusCopyPlan(
      Connection connection, Operation operation, Dataset data, long index) throws SQLException {
    execute(connection, "set citus.log_remote_commands = on");
    execute(connection, "set client_min_messages = notice");
    connection.clearWarnings();
    connection.setAutoCommit(false);
    try (Execution execution = operation.open(connection, data)) {
      long rows = execution.execute(index);
      if (rows != operation.rows()) {
        throw new IllegalStateException(operation + " copied " + rows + " rows");
      }
      Set<String> shards = new HashSet<>();
      for (String message : messages(connection.getWarnings())) {
        Matcher matcher = COPY_TO_SHARD.matcher(message);
        if (matcher.find()) {
          shards.add(matcher.group(1));
        }
      }
      return byShards(shards.size());
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
      execute(connection, "reset citus.log_remote_commands");
      execute(connection, "reset client_min_messages");
      connection.clearWarnings();
    }
  }

  private static Plan fdwCopyPlan(
      Connection connection, Operation operation, Dataset data, long index) throws SQLException {
    int tenant = -1;
    for (int i = 0; i < operation.parameters().size() && tenant < 0; i++) {
      if (operation.parameters().get(i).generator() == Parameter.Generator.TENANT) {
        tenant = i;
      }
    }
    if (tenant < 0) {
      return new Plan(PlanClass.LOCAL, 0);
    }
    Set<Long> tenants = new HashSet<>();
    long[] values = new long[operation.parameters().size()];
    for (int row = 0; row < operation.rows(); row++) {
      operation.draw(data, index, row, values);
      tenants.add(values[tenant]);
    }
    Statement copy = operation.statements().get(0);
    Matcher target = COPY_TARGET.matcher(copy.jdbcSql());
    if (!target.lookingAt()) {
      throw BenchException.usage(copy.place() + ": a copy is 'copy <table> (…) from stdin'");
    }
    String sql =
        """
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
      statement.setString(2, target.group(1));
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
    return new Plan(reach, Math.max(a.tasks(), b.tasks()), a.pulls() || b.pulls());
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

  private Explained explain(Connection connection, String sql, Binder binder, long[] values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binder.bind(statement, values);
      return explained(connection, statement);
    }
  }

  /** Explains a statement that has no parameters. */
  private Explained explain(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return explained(connection, statement);
    }
  }

  private Explained explained(Connection connection, PreparedStatement statement)
      throws SQLException {
    if (engine != Engine.CITUS) {
      return new Explained(lines(statement), List.of());
    }
    execute(connection, "set client_min_messages = debug2");
    try {
      List<String> lines = lines(statement);
      return new Explained(lines, messages(statement.getWarnings()));
    } finally {
      execute(connection, "reset client_min_messages");
      connection.clearWarnings();
    }
  }

  private static List<String> messages(@Nullable SQLWarning first) {
    List<String> messages = new ArrayList<>();
    for (SQLWarning w = first; w != null; w = w.getNextWarning()) {
      messages.add(String.valueOf(w.getMessage()));
    }
    return messages;
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
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }
}
