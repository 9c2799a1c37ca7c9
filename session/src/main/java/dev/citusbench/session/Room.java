package dev.citusbench.session;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postgresql.PGConnection;

/**
 * Whether servers have room for the connections that a measurement will have open at once. Each
 * route is looked at when it is asked for first, and then kept in mind.
 */
public final class Room {
  /** PostgreSQL's own defaults. */
  private static final int MAX_CONNECTIONS = 100;

  private static final int RESERVED = 3;

  /**
   * Sessions of a cluster of our own on the coordinator: four of Patroni (its loop, its REST API,
   * its care of Citus, the rewind of a standby), and one of Citus from each of the other members.
   */
  private static final int OF_DAEMONS = 4 + 5;

  /**
   * Sessions that hold a place are counted without those of Citus' nodes among each other, which
   * its own limit leaves out too: anybody sees what a session is named. Of which kind it is, only
   * its own role sees, or one that may read all statistics; unseen background workers, which hold
   * no place, are counted, and told.
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
        a.used, a.by_role, a.in_database, a.of_clients, a.unseen
      from pg_roles r, pg_database d, (
        select count(*) as used,
          count(*) filter (where usename = current_user) as by_role,
          count(*) filter (where datname = current_database()) as in_database,
          count(*) filter (where coalesce(application_name, '') not like 'citus\\_internal%') as of_clients,
          count(*) filter (where backend_type is null) as unseen
        from pg_stat_activity
        where pid <> pg_backend_pid() and usesysid is not null and datid is not null
          and coalesce(backend_type, 'client backend') = 'client backend') a
      where r.rolname = current_user and d.datname = current_database()""";

  /**
   * One of the limits on connections.
   *
   * @param room what it leaves
   */
  private record Limit(int room, String seen) {}

  /**
   * What a demand lacks.
   *
   * @param wanted connections
   * @param room how many there can be; 0 or more
   * @param seen the limit, in words
   */
  public record Lack(int wanted, int room, String seen) {
    /** {@code 33 connections, and the server has room for 17 (…)}. */
    @Override
    public String toString() {
      return "%d connections, and the server has room for %d (%s)".formatted(wanted, room, seen);
    }
  }

  private final Tuning tuning;
  private final Function<String, List<Limit>> look;
  private final Map<String, List<Limit>> limits = new HashMap<>();

  private Room(Tuning tuning, Function<String, List<Limit>> look) {
    this.tuning = tuning;
    this.look = look;
  }

  /**
   * What a measurement with these settings would find: on others' cluster what is free now, on one
   * of our own what its tuning lets in.
   *
   * @throws BenchException where there is no such cluster, or no such tuning
   */
  public static Room of(Settings settings, Listener listener) {
    if (settings.runtime() == RuntimeKind.ATTACH) {
      return free(Testbed.find(settings, listener));
    }
    return ofTuning(
        Cluster.find(settings.home())
            .map(Cluster::tuning)
            .orElseGet(() -> Tuning.load(settings.home(), settings.tuning())));
  }

  /** What the servers have free now. */
  static Room free(Testbed testbed) {
    return new Room(testbed.tuning(), route -> ask(testbed.target(route)));
  }

  /** What a cluster of this tuning lets in. */
  static Room ofTuning(Tuning tuning) {
    int max = number(tuning, "max_connections", MAX_CONNECTIONS);
    int reserved = number(tuning, "superuser_reserved_connections", RESERVED);
    Limit limit =
        new Limit(
            max - reserved - OF_DAEMONS,
            "max_connections %d of tuning %s, %d of them reserved and %d of the daemons"
                .formatted(max, tuning.name(), reserved, OF_DAEMONS));
    return new Room(tuning, route -> List.of(limit));
  }

  private static int number(Tuning tuning, String setting, int byDefault) {
    return tuning.postgres().get(setting) instanceof Number number ? number.intValue() : byDefault;
  }

  /**
   * What a demand lacks; empty where there is room for it.
   *
   * @throws BenchException where the server does not answer
   */
  public Optional<Lack> lack(Demand demand) {
    int wanted = demand.connections().applyAsInt(tuning);
    return limits.computeIfAbsent(demand.route(), look).stream()
        .filter(limit -> wanted > limit.room())
        .min(Comparator.comparingInt(Limit::room))
        .map(limit -> new Lack(wanted, Math.max(0, limit.room()), limit.seen()));
  }

  /**
   * Looks whether there is room.
   *
   * @throws BenchException where the demand is larger, or the server does not answer
   */
  void check(Demand demand) {
    lack(demand)
        .ifPresent(
            lack -> {
              throw BenchException.usage(
                  "%s needs %d connections over route %s, and the server has room for %d (%s): %s"
                      .formatted(
                          demand.what(),
                          lack.wanted(),
                          demand.route(),
                          lack.room(),
                          lack.seen(),
                          lack.room() > 0
                              ? demand.fewer().apply(lack.room())
                              : "end other sessions first"));
            });
  }

  /**
   * What a server leaves free now. Behind a pooler, which gives its clients the server's places in
   * turn, nobody can tell, and all is taken.
   */
  private static List<Limit> ask(Target target) {
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ASK)) {
      if (!row.next() || isPooled(connection, row.getInt(1))) {
        return List.of();
      }
      int max = row.getInt(2);
      int reserved = row.getInt(3);
      int used = row.getInt(7);
      int unseen = row.getInt(11);
      List<Limit> limits = new ArrayList<>();
      limits.add(
          new Limit(
              max - reserved - used,
              "max_connections %d, %d of them reserved and %d used%s"
                  .formatted(max, reserved, used, ofUnseen(unseen))));
      limit(row.getInt(4), row.getInt(8), "the connection limit of role " + target.user())
          .ifPresent(limits::add);
      limit(row.getInt(5), row.getInt(9), "the connection limit of database " + target.database())
          .ifPresent(limits::add);
      limit(row.getInt(6), row.getInt(10), "citus.max_client_connections").ifPresent(limits::add);
      return limits;
    } catch (SQLException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot ask for max_connections: SQLSTATE %s: %s"
              .formatted(e.getSQLState(), e.getMessage()),
          e);
    }
  }

  private static String ofUnseen(int sessions) {
    return sessions == 0
        ? ""
        : ", %d of these by other roles: some may be background workers, which only a role with pg_read_all_stats can tell"
            .formatted(sessions);
  }

  /** A pooler makes up the process that it tells its clients of. */
  private static boolean isPooled(Connection connection, int backend) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID() != backend;
  }

  private static Optional<Limit> limit(int limit, int used, String what) {
    return limit < 0
        ? Optional.empty()
        : Optional.of(new Limit(limit - used, "%s is %d, %d used".formatted(what, limit, used)));
  }
}
