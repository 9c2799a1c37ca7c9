package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Which group holds which tenant's rows; so that a write or a read can be aimed at a group. */
public final class Placement {
  private final int[] groupOfTenant;

  private final long[][] tenantsOfWorker;

  Placement(int[] groupOfTenant) {
    this.groupOfTenant = groupOfTenant;
    int[] groups = Arrays.stream(groupOfTenant).distinct().sorted().toArray();
    boolean dealt = groups.length < 2;
    int workers = dealt ? 2 : groups.length;
    this.tenantsOfWorker = new long[workers][];
    for (int worker = 0; worker < workers; worker++) {
      int index = worker;
      this.tenantsOfWorker[worker] =
          LongStream.rangeClosed(1, groupOfTenant.length)
              .filter(
                  tenant ->
                      dealt ? (tenant - 1) % workers == index : group(tenant) == groups[index])
              .toArray();
    }
  }

  /** Asks the coordinator; shards that are moved later are not followed. */
  public static Placement read(Connection coordinator, Engine engine, DatasetSpec spec)
      throws SQLException {
    int tenants = (int) Dataset.of(spec).rows(Table.TENANTS);
    return new Placement(
        switch (engine) {
          case CITUS -> citusGroups(coordinator, tenants);
          case FDW -> fdwGroups(coordinator, tenants);
          case SINGLE -> new int[tenants];
        });
  }

  /**
   * The group that holds a tenant's rows.
   *
   * @param tenantId from 1
   */
  public int group(long tenantId) {
    return groupOfTenant[(int) tenantId - 1];
  }

  /**
   * The tenants of a worker. Workers are numbered from 1 without gaps, in the order of the groups
   * that hold tenants, whatever these groups' own numbers: one may have been removed or drained,
   * and a coordinator may hold shards. Where all tenants lie in one group, they are dealt out to
   * two workers that are not there, so that no two numbers share a tenant.
   *
   * @param number from 1; beyond the last worker the first one follows
   * @throws BenchException where it holds none, which takes a single tenant
   */
  long[] tenantsOfWorker(int number) {
    long[] tenants = tenantsOfWorker[(number - 1) % tenantsOfWorker.length];
    if (tenants.length == 0) {
      throw BenchException.usage(
          "worker %d holds none of the %d tenants: load a larger scale"
              .formatted(number, groupOfTenant.length));
    }
    return tenants;
  }

  /** The tenants of a group, the largest first. */
  public List<Long> tenants(int group) {
    List<Long> tenants = new ArrayList<>();
    for (int i = 0; i < groupOfTenant.length; i++) {
      if (groupOfTenant[i] == group) {
        tenants.add(i + 1L);
      }
    }
    return tenants;
  }

  /**
   * How many workers have the shards of engine {@code fdw}; 0 where the tables are not of that
   * engine, or not there.
   */
  public static int foreignWorkers(Connection coordinator) throws SQLException {
    String sql =
        """
        select count(distinct substring(s.srvname from '^worker([0-9]+)_'))
        from pg_inherits i
        join pg_foreign_table t on t.ftrelid = i.inhrelid
        join pg_foreign_server s on s.oid = t.ftserver
        where i.inhparent = to_regclass('tenants')""";
    try (PreparedStatement statement = coordinator.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  private static int[] citusGroups(Connection coordinator, int tenants) throws SQLException {
    String sql =
        """
        select tenant_id, p.groupid
        from generate_series(1, ?) tenant_id
        join pg_dist_placement p
          on p.shardid = get_shard_id_for_distribution_column('tenants'::regclass, tenant_id)""";
    int[] groups = new int[tenants];
    try (PreparedStatement statement = coordinator.prepareStatement(sql)) {
      statement.setInt(1, tenants);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          groups[result.getInt(1) - 1] = result.getInt(2);
        }
      }
    }
    return groups;
  }

  private static int[] fdwGroups(Connection coordinator, int tenants) throws SQLException {
    String sql =
        """
        select substring(t.ftrelid::regclass::text from '[0-9]+$')::integer,
          substring(s.srvname from '^worker([0-9]+)_')::integer
        from pg_inherits i
        join pg_foreign_table t on t.ftrelid = i.inhrelid
        join pg_foreign_server s on s.oid = t.ftserver
        where i.inhparent = 'tenants'::regclass
        order by 1""";
    List<Integer> groupOfShard = new ArrayList<>();
    try (PreparedStatement statement = coordinator.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        groupOfShard.add(result.getInt(2));
      }
    }
    int[] shards = shardsByTenant(coordinator, groupOfShard.size(), tenants);
    int[] groups = new int[tenants];
    for (int i = 0; i < tenants; i++) {
      groups[i] = groupOfShard.get(shards[i]);
    }
    return groups;
  }

  /** The hash partition of each tenant, as PostgreSQL itself computes it. */
  static int[] shardsByTenant(Connection coordinator, int shardCount, long tenants)
      throws SQLException {
    String sql =
        """
        select tenant_id, shard
        from generate_series(1::bigint, ?) tenant_id, generate_series(0, ? - 1) shard
        where satisfies_hash_partition('tenants'::regclass, ?, shard, tenant_id)""";
    int[] shards = new int[(int) tenants];
    try (PreparedStatement statement = coordinator.prepareStatement(sql)) {
      statement.setLong(1, tenants);
      statement.setInt(2, shardCount);
      statement.setInt(3, shardCount);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          shards[(int) result.getLong(1) - 1] = result.getInt(2);
        }
      }
    }
    return shards;
  }
}
