package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.sql.ExecutionCount;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MultiShardBoundTest {
  private static final ExecutionCount BEFORE = new ExecutionCount("one", 1_000, 500);

  /** One execution of {@code top-tenants} takes two, for example with a subplan. */
  private static final MultiShardBound BOUND =
      new MultiShardBound(
          BEFORE, Map.of("lookup-order", 0L, "revenue-by-day", 1L, "top-tenants", 2L));

  private static final Map<String, Long> REQUESTS =
      Map.of("lookup-order", 10_000L, "revenue-by-day", 50L, "top-tenants", 20L);

  @Test
  void whatRequestsForSeveralShardsMakeIsAllowed() {
    assertThat(BOUND.exceeded(new ExecutionCount("one", 11_000, 590), REQUESTS)).isEmpty();
    assertThat(BOUND.exceeded(new ExecutionCount("one", 11_000, 500), REQUESTS)).isEmpty();
  }

  @Test
  void oneLookupThatWentToSeveralShardsIsOneTooMany() {
    assertThat(BOUND.exceeded(new ExecutionCount("one", 10_999, 591), REQUESTS))
        .hasValueSatisfying(
            seen ->
                assertThat(seen)
                    .startsWith(
                        "under the load Citus counted 91 executions on several shards, and its"
                            + " requests make 90 at most"));
  }

  @Test
  void anotherServersCountersSayNothing() {
    assertThat(BOUND.exceeded(new ExecutionCount("another", 0, 1_000_000), REQUESTS)).isEmpty();
  }
}
