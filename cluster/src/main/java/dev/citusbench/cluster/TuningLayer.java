package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** The layers of a tuning, and the keys that each one knows. */
public enum TuningLayer {
  /** Patroni's dynamic configuration, and the programs that run for it or beside it. */
  PATRONI {
    @Override
    Map<String, TuningKey> known() {
      Map<String, TuningKey> keys = new TreeMap<>();
      // From Patroni 3.2 smaller timers are raised with only a line in its log; 3.0 takes them.
      keys.put("ttl", TuningKey.integer(3, 86_400));
      keys.put("loop_wait", TuningKey.integer(1, 3_600));
      keys.put("retry_timeout", TuningKey.integer(2, 3_600));
      keys.put("maximum_lag_on_failover", TuningKey.integer(0, Long.MAX_VALUE));
      keys.put("maximum_lag_on_syncnode", TuningKey.integer(-1, Long.MAX_VALUE));
      keys.put("primary_start_timeout", TuningKey.integer(0, 86_400));
      keys.put("primary_stop_timeout", TuningKey.integer(0, 86_400));
      keys.put("synchronous_mode", TuningKey.choice("true", "false", "quorum"));
      keys.put("synchronous_mode_strict", TuningKey.bool());
      keys.put("synchronous_node_count", TuningKey.integer(1, 8));
      keys.put("failsafe_mode", TuningKey.bool());
      keys.put("check_timeline", TuningKey.bool());
      keys.put("use_pg_rewind", TuningKey.bool());
      keys.put("use_slots", TuningKey.bool());
      keys.put("member_slots_ttl", TuningKey.text());
      for (MemberProgram program : MemberProgram.values()) {
        keys.put(program.key(), TuningKey.choice(program.word()));
      }
      return keys;
    }
  },
  /** PostgreSQL's settings. */
  POSTGRES {
    @Override
    Map<String, TuningKey> known() {
      Map<String, TuningKey> keys = new TreeMap<>();
      try (InputStream in = TuningLayer.class.getResourceAsStream("postgres-settings.tsv")) {
        if (in == null) {
          throw new IllegalStateException("postgres-settings.tsv is not on the class path");
        }
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          List<String> f = Arrays.asList(line.split("\t", -1));
          keys.put(f.get(0), TuningKey.postgres(f.get(1), f.get(2), f.get(3)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return keys;
    }
  },
  /** Settings of the Citus extension, without their prefix. */
  CITUS {
    @Override
    Map<String, TuningKey> known() {
      Map<String, TuningKey> keys = new TreeMap<>();
      keys.put("all_modifications_commutative", TuningKey.bool());
      keys.put("binary_worker_copy_format", TuningKey.bool());
      keys.put("cluster_name", TuningKey.text());
      keys.put("coordinator_aggregation_strategy", TuningKey.choice("row-gather", "disabled"));
      keys.put("count_distinct_error_rate", TuningKey.real(0, 1));
      keys.put("defer_drop_after_shard_move", TuningKey.bool());
      keys.put("distributed_deadlock_detection_factor", TuningKey.real(-1, 1000));
      keys.put("enable_binary_protocol", TuningKey.bool());
      keys.put("enable_fast_path_router_planner", TuningKey.bool());
      keys.put("enable_local_execution", TuningKey.bool());
      keys.put("enable_local_fast_path_query_optimization", TuningKey.bool());
      keys.put("enable_repartition_joins", TuningKey.bool());
      keys.put("enable_repartitioned_insert_select", TuningKey.bool());
      keys.put("enable_schema_based_sharding", TuningKey.bool());
      keys.put("enable_stat_counters", TuningKey.bool());
      keys.put("executor_slow_start_interval", TuningKey.postgres("integer", "0", "2147483647"));
      keys.put("explain_all_tasks", TuningKey.bool());
      keys.put("force_max_query_parallelization", TuningKey.bool());
      keys.put("limit_clause_row_fetch_count", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("local_copy_flush_threshold", TuningKey.postgres("integer", "1", "2147483647"));
      keys.put("local_shared_pool_size", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("log_distributed_deadlock_detection", TuningKey.bool());
      keys.put("log_remote_commands", TuningKey.bool());
      keys.put("max_adaptive_executor_pool_size", TuningKey.integer(1, Integer.MAX_VALUE));
      keys.put("max_cached_connection_lifetime", TuningKey.postgres("integer", "-1", "2147483647"));
      keys.put("max_cached_conns_per_worker", TuningKey.integer(0, Integer.MAX_VALUE));
      keys.put("max_client_connections", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("max_intermediate_result_size", TuningKey.postgres("integer", "-1", "2097151"));
      keys.put("max_shared_pool_size", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("metadata_sync_mode", TuningKey.choice("transactional", "nontransactional"));
      keys.put("multi_shard_modify_mode", TuningKey.choice("parallel", "sequential"));
      keys.put("multi_task_query_log_level", TuningKey.text());
      keys.put("node_conninfo", TuningKey.text());
      keys.put("node_connection_timeout", TuningKey.postgres("integer", "10", "3600000"));
      keys.put("partition_buffer_size", TuningKey.postgres("integer", "0", "1048576"));
      keys.put("prevent_incomplete_connection_establishment", TuningKey.bool());
      keys.put("propagate_set_commands", TuningKey.choice("none", "local"));
      keys.put("recover_2pc_interval", TuningKey.postgres("integer", "-1", "604800000"));
      keys.put("remote_task_check_interval", TuningKey.postgres("integer", "1", "2147483647"));
      keys.put("repartition_join_bucket_count_per_node", TuningKey.integer(1, Integer.MAX_VALUE));
      keys.put("select_opens_transaction_block", TuningKey.bool());
      keys.put("sort_returning", TuningKey.bool());
      keys.put("stat_statements_max", TuningKey.integer(1000, 10_000_000));
      keys.put("stat_statements_purge_interval", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("stat_statements_track", TuningKey.choice("none", "all"));
      keys.put("stat_tenants_limit", TuningKey.integer(1, 10_000));
      keys.put("stat_tenants_log_level", TuningKey.text());
      keys.put("stat_tenants_period", TuningKey.postgres("integer", "1", "86400"));
      keys.put("stat_tenants_track", TuningKey.choice("none", "all"));
      keys.put("stat_tenants_untracked_sample_rate", TuningKey.real(0, 1));
      keys.put(
          "task_assignment_policy", TuningKey.choice("greedy", "round-robin", "first-replica"));
      keys.put("use_citus_managed_tables", TuningKey.bool());
      keys.put("use_secondary_nodes", TuningKey.choice("never", "always"));
      keys.put("values_materialization_threshold", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("writable_standby_coordinator", TuningKey.bool());
      return keys;
    }
  },
  /** HAProxy: checks, time-outs and limits. */
  HAPROXY {
    @Override
    Map<String, TuningKey> known() {
      Map<String, TuningKey> keys = new TreeMap<>();
      keys.put("inter", TuningKey.duration(10, 60_000));
      keys.put("fastinter", TuningKey.duration(10, 60_000));
      keys.put("downinter", TuningKey.duration(10, 60_000));
      keys.put("fall", TuningKey.integer(1, 100));
      keys.put("rise", TuningKey.integer(1, 100));
      keys.put("on_marked_down", TuningKey.choice("shutdown-sessions", "none"));
      keys.put("timeout_connect", TuningKey.duration(10, 3_600_000));
      keys.put("timeout_client", TuningKey.duration(10, 86_400_000));
      keys.put("timeout_server", TuningKey.duration(10, 86_400_000));
      keys.put("timeout_check", TuningKey.duration(10, 60_000));
      keys.put("retries", TuningKey.integer(0, 100));
      keys.put("maxconn", TuningKey.integer(10, 100_000));
      return keys;
    }
  },
  /** HikariCP. */
  POOL {
    @Override
    Map<String, TuningKey> known() {
      Map<String, TuningKey> keys = new TreeMap<>();
      keys.put("maximumPoolSize", TuningKey.integer(1, 10_000));
      keys.put("minimumIdle", TuningKey.integer(0, 10_000));
      keys.put("connectionTimeout", TuningKey.integer(250, Integer.MAX_VALUE));
      keys.put("validationTimeout", TuningKey.integer(250, Integer.MAX_VALUE));
      keys.put("idleTimeout", TuningKey.integer(0, Integer.MAX_VALUE));
      keys.put("maxLifetime", TuningKey.integer(0, Integer.MAX_VALUE));
      keys.put("keepaliveTime", TuningKey.integer(0, Integer.MAX_VALUE));
      keys.put("leakDetectionThreshold", TuningKey.integer(0, Integer.MAX_VALUE));
      keys.put("initializationFailTimeout", TuningKey.integer(-1, Integer.MAX_VALUE));
      keys.put("connectionTestQuery", TuningKey.text());
      keys.put("isolateInternalQueries", TuningKey.bool());
      keys.put("exceptionOverrideClassName", TuningKey.text());
      return keys;
    }
  },
  /** The PostgreSQL JDBC driver. */
  DRIVER {
    @Override
    Map<String, TuningKey> known() {
      // What says where to connect and as whom belongs to the cluster, not to a tuning.
      Set<String> ours = Set.of("user", "password", "PGHOST", "PGPORT", "PGDBNAME", "service");
      Map<String, TuningKey> keys = new TreeMap<>();
      for (DriverPropertyInfo property : driverProperties()) {
        if (!ours.contains(property.name)) {
          boolean words = property.choices != null && property.choices.length > 0;
          keys.put(
              property.name,
              words
                  ? TuningKey.choice(property.choices)
                  : TuningKey.driver(String.valueOf(property.value)));
        }
      }
      return keys;
    }
  },
  /** How tables are made. */
  TABLES {
    @Override
    Map<String, TuningKey> known() {
      return new TreeMap<>(Map.of("shard_count", TuningKey.integer(1, 1024)));
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // never changes after this
  private final Map<String, TuningKey> keys = Collections.unmodifiableMap(known());

  abstract Map<String, TuningKey> known();

  private static DriverPropertyInfo[] driverProperties() {
    String url = "jdbc:postgresql:";
    try {
      return DriverManager.getDriver(url).getPropertyInfo(url, new Properties());
    } catch (SQLException e) {
      throw new IllegalStateException("the PostgreSQL JDBC driver is not on the class path", e);
    }
  }

  Map<String, TuningKey> keys() {
    return keys;
  }

  List<String> qualified() {
    return keys.keySet().stream().map(k -> label() + "." + k).toList();
  }

  /** The section's name in a tuning file. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  static TuningLayer of(String label) {
    for (TuningLayer layer : values()) {
      if (layer.label().equals(label)) {
        return layer;
      }
    }
    throw BenchException.unknown(
        "layer", label, Arrays.stream(values()).map(TuningLayer::label).toList());
  }
}
