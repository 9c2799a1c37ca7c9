package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Creates and drops the tables by the engine's SQL files, the same that run by hand. */
final class Schema {
  private final Path folder;
  private final Target target;
  private final int shardCount;

  Schema(Path sqlDir, Target target, int shardCount) {
    this.folder = sqlDir.resolve(target.engine().label());
    this.target = target;
    this.shardCount = shardCount;
  }

  /** Creates all tables; none may be there. */
  void create() {
    switch (target.engine()) {
      case CITUS, SINGLE -> run(0, "create_tables.sql");
      case FDW -> {
        onWorkers("create_shards.sql");
        run(0, "create_tables.sql");
      }
    }
  }

  /** Drops all tables with their rows, also those of a creation that was interrupted. */
  void drop() {
    switch (target.engine()) {
      case CITUS, SINGLE -> run(0, "drop_tables.sql");
      case FDW -> {
        run(0, "drop_tables.sql");
        onWorkers("drop_shards.sql");
      }
    }
  }

  /** Prepares a session of the coordinator for loading, where the engine has settings for that. */
  void prepareForLoad(Connection connection) {
    Path settings = folder.resolve("load_settings.sql");
    if (Files.exists(settings)) {
      run(connection, Script.read(settings, variables(0)));
    }
  }

  private void onWorkers(String file) {
    for (int group = 1; group <= target.workers().size(); group++) {
      run(group, file);
    }
  }

  private void run(int group, String file) {
    try (Connection connection = target.connectForLoad(group)) {
      run(connection, Script.read(folder.resolve(file), variables(group)));
    } catch (SQLException e) {
      throw SqlFailure.of("connect to group " + group + " for " + file, e);
    }
  }

  /** Executes statements in auto-commit mode, as psql does. */
  static void run(Connection connection, List<Statement> statements) {
    for (Statement statement : statements) {
      String sql = statement.sql();
      try {
        if (statement.executesResult()) {
          for (String cell : cells(connection, sql)) {
            execute(connection, cell);
          }
        } else {
          execute(connection, sql);
        }
      } catch (SQLException e) {
        throw SqlFailure.of("execute " + statement.place(), e);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  private static List<String> cells(Connection connection, String sql) throws SQLException {
    List<String> cells = new ArrayList<>();
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        for (int column = 1; column <= columns; column++) {
          String cell = result.getString(column);
          if (cell != null) {
            cells.add(cell);
          }
        }
      }
    }
    return cells;
  }

  private Map<String, String> variables(int group) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DBNAME", target.database());
    variables.put("shard_count", Integer.toString(shardCount));
    switch (target.engine()) {
      case CITUS, SINGLE -> {}
      case FDW -> {
        if (target.workers().isEmpty()) {
          throw BenchException.usage("engine fdw needs at least one worker");
        }
        if (group == 0) {
          variables.put(
              "workers",
              String.join(",", target.workers().stream().map(Endpoint::toString).toList()));
          variables.put("worker_user", target.user());
          variables.put("worker_password", target.password());
        } else {
          variables.put("worker", Integer.toString(group));
          variables.put("workers", Integer.toString(target.workers().size()));
        }
      }
    }
    return variables;
  }
}
