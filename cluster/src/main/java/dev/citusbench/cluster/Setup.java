package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a fresh group needs beside what Patroni gives it: the application's role, the database, and
 * the right to use what the engine uses. Can be done again on a group that has some of it.
 */
final class Setup {
  private final ClusterFile file;

  Setup(ClusterFile file) {
    this.file = file;
  }

  /** Sets one group up; false while Patroni has not made Citus' database yet. */
  boolean group(Member primary) throws SQLException {
    Login superuser = file.credentials().superuser();
    Login application = file.credentials().application();
    try (Connection connection = Sql.connect(primary, "postgres", superuser);
        Statement statement = connection.createStatement()) {
      // On a primary without a synchronous standby nothing must wait, and no password be logged.
      statement.execute("SET synchronous_commit = local");
      statement.execute("SET log_min_error_statement = panic");
      boolean citus = file.engine() == Engine.CITUS;
      if (!exists(
          statement, "SELECT 1 FROM pg_roles WHERE rolname = " + Sql.literal(application.user()))) {
        statement.execute(
            "CREATE ROLE %s LOGIN PASSWORD %s"
                .formatted(application.user(), Sql.literal(application.password())));
        statement.execute("GRANT pg_monitor TO " + application.user());
      }
      // What it runs to make a user mapping has a password in it: an error must not log it.
      statement.execute(
          "ALTER ROLE %s SET log_min_error_statement = panic".formatted(application.user()));
      if (!exists(
          statement, "SELECT 1 FROM pg_database WHERE datname = " + Sql.literal(file.database()))) {
        if (citus) {
          return false;
        }
        statement.execute("CREATE DATABASE " + file.database());
      }
      statement.execute(
          "ALTER DATABASE %s OWNER TO %s".formatted(file.database(), application.user()));
    }
    try (Connection connection = Sql.connect(primary, file.database(), superuser);
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = local");
      statement.execute("SET log_min_error_statement = panic");
      switch (file.engine()) {
        case CITUS -> {
          if (!exists(statement, "SELECT 1 FROM pg_extension WHERE extname = 'citus'")) {
            return false;
          }
          // How nodes log in to each other as the application.
          statement.execute(
              "INSERT INTO pg_catalog.pg_dist_authinfo VALUES (0, %s, %s) ON CONFLICT DO NOTHING"
                  .formatted(
                      Sql.literal(application.user()),
                      Sql.literal("password=" + application.password())));
        }
        case FDW -> {
          statement.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw");
          statement.execute(
              "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO " + application.user());
        }
        case SINGLE -> {}
      }
    }
    return true;
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  /** Settings of a member that are not what the tuning asks for, as sentences. */
  List<String> differences(Member member, Tuning tuning) {
    List<String> differences = new ArrayList<>();
    try (Connection connection =
            Sql.connect(member, file.database(), file.credentials().superuser());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, setting, coalesce(unit, ''), vartype FROM pg_settings")) {
      var asked = DynamicConfiguration.parameters(file.engine(), tuning);
      while (rows.next()) {
        Object wanted = asked.remove(rows.getString(1));
        if (wanted == null) {
          continue;
        }
        String seen = rows.getString(2);
        String unit = rows.getString(3);
        if (!SettingValue.equal(String.valueOf(wanted), seen, unit)) {
          differences.add(
              "%s: %s is %s%s, asked for %s"
                  .formatted(member.name(), rows.getString(1), seen, unit, wanted));
        }
      }
      asked.forEach(
          (name, value) ->
              differences.add(
                  "%s: %s is not known to this server, asked for %s"
                      .formatted(member.name(), name, value)));
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot read the settings of %s back: %s; see %s"
              .formatted(member.name(), Sql.message(e), member.postgresLog()),
          e);
    }
    return differences;
  }
}
