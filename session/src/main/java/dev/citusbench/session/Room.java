package dev.citusbench.session;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** Whether a server has room for the connections that a measurement will have open at once. */
final class Room {
  /** PostgreSQL's own defaults. */
  private static final int MAX_CONNECTIONS = 100;

  private static final int RESERVED = 3;

  /**
   * Sessions that hold a place are counted without those of Citus' nodes among each other, which
   * its own limit leaves out too. A role that may not read of others sees them all the same, but
   * not what they are.
   */
  private static final String ASK =
      """
      select pg_backend_pid(),
        current_setting('max_connections')::integer,
        case when r.rolsuper then 0 else
          current_setting('superuser_reserved_connections')::integer
          + coalesce(current_setting('reserved_connections', true)::integer, 0) end,
        case when r.rolsuper then -1 else r.rolconnlimit end,
        case when r.rolsuper then -1 else d.datconnlimit end,
        case when r.rolsuper then -1 else
          coalesce(current_setting('citus.max_client_connections', true)::integer, -1) end,
        a.used, a.by_role, a.in_database, a.of_clients
      from pg_roles r, pg_database d, (
        select count(*) as used,
          count(*) filter (where usename = current_user) as by_role,
          count(*) filter (where datname = current_database()) as in_database,
          count(*) filter (where coalesce(application_name, '') not like 'citus\\_internal%') as of_clients
        from pg_stat_activity
        where pid <> pg_backend_pid() and usesysid is not null and datid is not null
          and coalesce(backend_type, 'client backend') = 'client backend') a
      where r.rolname = current_user and d.datname = current_database()""";

  private Room() {}

  /**
   * Compares with what a cluster of this tuning would have.
   *
   * @throws BenchException where the demand is larger
   */
  static void check(Demand demand, Tuning tuning) {
    int max = number(tuning, "max_connections", MAX_CONNECTIONS);
    int reserved = number(tuning, "superuser_reserved_connections", RESERVED);
    check(
        demand,
        demand.connections().applyAsInt(tuning),
        max - reserved,
        "max_connections %d of tuning %s, %d of them reserved"
            .formatted(max, tuning.name(), reserved));
  }

  private static int number(Tuning tuning, String setting, int byDefault) {
    return tuning.postgres().get(setting) instanceof Number number ? number.intValue() : byDefault;
  }

  /**
   * Compares with what the server has free now. Behind a pooler, which gives its clients the
   * server's places in turn, nobody can tell, and all is taken.
   *
   * @throws BenchException where the demand is larger
   */
  static void check(Demand demand, Tuning tuning, Target target) {
    int wanted = demand.connections().applyAsInt(tuning);
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ASK)) {
      if (!row.next() || isPooled(connection, row.getInt(1))) {
        return;
      }
      int max = row.getInt(2);
      int reserved = row.getInt(3);
      int used = row.getInt(7);
      check(
          demand,
          wanted,
          max - reserved - used,
          "max_connections %d, %d of them reserved and %d used".formatted(max, reserved, used));
      checkLimit(
          demand,
          wanted,
          row.getInt(4),
          row.getInt(8),
          "the connection limit of role " + target.user());
      checkLimit(
          demand,
          wanted,
          row.getInt(5),
          row.getInt(9),
          "the connection limit of database " + target.database());
      checkLimit(demand, wanted, row.getInt(6), row.getInt(10), "citus.max_client_connections");
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot ask for max_connections: SQLSTATE %s: %s"
              .formatted(e.getSQLState(), e.getMessage()),
          e);
    }
  }

  /** A pooler makes up the process that it tells its clients of. */
  private static boolean isPooled(Connection connection, int backend) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID() != backend;
  }

  private static void checkLimit(Demand demand, int wanted, int limit, int used, String what) {
    if (limit >= 0) {
      check(demand, wanted, limit - used, "%s is %d, %d used".formatted(what, limit, used));
    }
  }

  private static void check(Demand demand, int wanted, int room, String seen) {
    if (wanted > room) {
      throw BenchException.usage(
          "%s needs %d connections over route %s, and the server has room for %d (%s): %s"
              .formatted(
                  demand.what(),
                  wanted,
                  demand.route(),
                  Math.max(0, room),
                  seen,
                  room > 0 ? demand.fewer().apply(room) : "end other sessions first"));
    }
  }
}
