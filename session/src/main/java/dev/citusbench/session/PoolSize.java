package dev.citusbench.session;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How many connections the load generator's pool has, and whether the server has room for it. */
final class PoolSize {
  /** PostgreSQL's own defaults. */
  private static final int MAX_CONNECTIONS = 100;

  private static final int RESERVED = 3;

  private PoolSize() {}

  /** What the settings say; otherwise the tuning; otherwise the settings' default. */
  static int of(Settings settings, Tuning tuning) {
    return !settings.isGiven(Name.CONNECTIONS)
            && tuning.pool().get("maximumPoolSize") instanceof Number number
        ? number.intValue()
        : settings.connections();
  }

  /**
   * Compares with what a cluster of this tuning would have.
   *
   * @throws BenchException where the pool is larger
   */
  static void check(Settings settings, Tuning tuning) {
    int max = number(tuning, "max_connections", MAX_CONNECTIONS);
    int reserved = number(tuning, "superuser_reserved_connections", RESERVED);
    check(
        of(settings, tuning),
        max - reserved,
        "max_connections %d of tuning %s, %d of them reserved"
            .formatted(max, tuning.name(), reserved));
  }

  private static int number(Tuning tuning, String setting, int byDefault) {
    return tuning.postgres().get(setting) instanceof Number number ? number.intValue() : byDefault;
  }

  /**
   * Compares with what the server says.
   *
   * @throws BenchException where the pool is larger
   */
  static void check(Settings settings, Tuning tuning, Target target) {
    String sql =
        """
        select current_setting('max_connections')::integer,
          case when r.rolsuper then 0 else
            current_setting('superuser_reserved_connections')::integer
            + coalesce(current_setting('reserved_connections', true)::integer, 0) end,
          case when r.rolsuper then -1 else r.rolconnlimit end,
          case when r.rolsuper then -1 else d.datconnlimit end,
          case when r.rolsuper then -1 else
            coalesce(current_setting('citus.max_client_connections', true)::integer, -1) end
        from pg_roles r, pg_database d
        where r.rolname = current_user and d.datname = current_database()""";
    int pool = of(settings, tuning);
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        return;
      }
      int max = row.getInt(1);
      int reserved = row.getInt(2);
      check(
          pool, max - reserved, "max_connections %d, %d of them reserved".formatted(max, reserved));
      checkLimit(pool, row.getInt(3), "the connection limit of role " + target.user());
      checkLimit(pool, row.getInt(4), "the connection limit of database " + target.database());
      checkLimit(pool, row.getInt(5), "citus.max_client_connections");
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot ask for max_connections: SQLSTATE %s: %s"
              .formatted(e.getSQLState(), e.getMessage()),
          e);
    }
  }

  private static void checkLimit(int pool, int limit, String what) {
    if (limit >= 0) {
      check(pool, limit, what);
    }
  }

  static void check(int pool, int room, String what) {
    if (pool > room) {
      throw BenchException.usage(
          "a pool of %d connections is larger than the %d that the server gives (%s): take --connections %d or fewer"
              .formatted(pool, room, what, room));
    }
  }
}
