package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A table of its own with as many shards as asked for, each with as many rows, and the query over
 * all of it: what a fan-out costs, apart from how much data there is. Engine {@code citus} only.
 */
public final class FanOut {
  /** So few that a task is mostly what Citus and the connection to the worker cost. */
  private static final long ROWS_PER_SHARD = 1_000;

  private final Path folder;
  private final Map<String, String> variables;
  private final int shards;

  /**
   * The table of this number of shards.
   *
   * @param sqlDir the folder of all SQL files
   */
  public FanOut(Path sqlDir, int shards) {
    this.folder = sqlDir.resolve("citus");
    this.shards = shards;
    this.variables =
        Map.of(
            "table", "fan_out_" + shards,
            "shards", Integer.toString(shards),
            "rows", Long.toString(shards * ROWS_PER_SHARD));
  }

  /** Creates and fills the table; one that an interrupted benchmark left is dropped before. */
  public void create(Connection connection) {
    Schema.run(connection, read("fan_out_create.sql"));
  }

  /** Drops the tables of all numbers of shards. */
  public static void dropAll(Path sqlDir, Connection connection) {
    Schema.run(connection, Script.read(sqlDir.resolve("citus/fan_out_drop.sql"), Map.of()));
  }

  /** The query; its answer is one row. */
  public String query() {
    return read("fan_out_query.sql").get(0).sql();
  }

  /**
   * Looks at the plan of the query.
   *
   * @throws BenchException where it is not one task a shard
   */
  public void checkPlan(Connection connection) throws SQLException {
    int tasks = new PlanGuard(Engine.CITUS).tasks(connection, query());
    if (tasks != shards) {
      throw new BenchException(
          BenchException.Kind.INVALID_RUN,
          "the query over %d shards has %d tasks: %s".formatted(shards, tasks, query()));
    }
  }

  private List<Statement> read(String file) {
    return Script.read(folder.resolve(file), variables);
  }
}
