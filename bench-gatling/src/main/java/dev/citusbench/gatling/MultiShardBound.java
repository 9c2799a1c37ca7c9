package dev.citusbench.gatling;

import dev.citusbench.results.Engine;
import dev.citusbench.results.PlanClass;
import dev.citusbench.sql.ExecutionCount;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What Citus may count as executed on several shards under a load at most: for each request, as
 * much as one execution of its operation takes, and nothing for an operation whose plan is for one
 * shard. So a request that went to several shards for a while is seen, though its plan is as stated
 * before and after. Only of a load that is alone: what others send is counted too.
 *
 * @param before the load
 * @param each of one execution, by operation
 */
record MultiShardBound(ExecutionCount before, Map<String, Long> each) {
  /** The driver's fifth execution is the first that it prepares on the server. */
  private static final int EXECUTIONS = 6;

  /** An index that no request has. */
  private static final long FAR_INDEX = 1_000_000_007L;

  /**
   * Executes the operations for several shards, and then looks at the counters.
   *
   * @param planClass of an operation, as EXPLAIN showed it
   * @return empty where the engine does not count
   */
  static Optional<MultiShardBound> measure(
      Connection connection, Engine engine, Mix mix, Function<String, PlanClass> planClass)
      throws SQLException {
    Map<String, Long> each = new TreeMap<>();
    for (Work work : mix.works()) {
      boolean several =
          switch (planClass.apply(work.name())) {
            case FAST_PATH, ROUTER, LOCAL -> false;
            case MULTI_SHARD, REPARTITION -> true;
          };
      each.put(work.name(), several ? most(connection, engine, work) : 0L);
    }
    return ExecutionCount.read(connection, engine).map(before -> new MultiShardBound(before, each));
  }

  private static long most(Connection connection, Engine engine, Work work) throws SQLException {
    long most = 0;
    for (int i = 0; i < EXECUTIONS; i++) {
      Optional<ExecutionCount> before = ExecutionCount.read(connection, engine);
      if (before.isEmpty()) {
        return 0;
      }
      work.run(connection, FAR_INDEX + i);
      long counted =
          ExecutionCount.read(connection, engine)
              .flatMap(after -> after.since(before.get()))
              .map(ExecutionCount::multiShard)
              .orElse(0L);
      most = Math.max(most, counted);
    }
    return most;
  }

  /**
   * What was counted beyond it; empty where nothing was, or where the counters began anew.
   *
   * @param requests by operation, that were sent, whatever became of them
   */
  Optional<String> exceeded(ExecutionCount after, Map<String, Long> requests) {
    long allowed =
        requests.entrySet().stream()
            .mapToLong(sent -> sent.getValue() * each.getOrDefault(sent.getKey(), 0L))
            .sum();
    return after
        .since(before)
        .filter(count -> count.multiShard() > allowed)
        .map(
            count ->
                "under the load Citus counted %,d executions on several shards, and its requests make %,d at most: some went to several shards that are meant for one"
                    .formatted(count.multiShard(), allowed));
  }
}
