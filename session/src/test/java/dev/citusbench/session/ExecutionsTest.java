package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.Phase;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Source;
import dev.citusbench.results.TimePart;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExecutionsTest {
  @Test
  void moreExecutionsThanAnswersAreWarmUpsAndErrors() {
    assertThat(Session.tooFew(new Manifest.Executions(120, 60, 100, 50))).isEmpty();
    assertThat(Session.tooFew(new Manifest.Executions(100, 50, 100, 50))).isEmpty();
  }

  @Test
  void fewerExecutionsThanAnswersMeanThatSomeRanOtherwise() {
    assertThat(Session.tooFew(new Manifest.Executions(99, 50, 100, 50)))
        .get()
        .asString()
        .contains("99 statements on one shard and 50 on several, but 100 and 50 operations");
    assertThat(Session.tooFew(new Manifest.Executions(500, 49, 100, 50))).isPresent();
  }

  @Test
  void anOperationForOneShardThatWentToSeveralIsSeen() {
    Map<String, Double> some = Map.of("multiShardExecutions", 0.002);
    assertThat(Session.tooFar(row(PlanClass.FAST_PATH, some)))
        .contains(
            "while lookup-order ran over writer, whose plan is fast-path, Citus counted 0.00200"
                + " executions on several shards for each of it");
    assertThat(Session.tooFar(row(PlanClass.LOCAL, some))).isPresent();
    assertThat(Session.tooFar(row(PlanClass.MULTI_SHARD, some))).isEmpty();
    assertThat(Session.tooFar(row(PlanClass.ROUTER, Map.of("multiShardExecutions", 0.0))))
        .isEmpty();
    assertThat(Session.tooFar(row(PlanClass.ROUTER, Map.of()))).isEmpty();
  }

  @Test
  void aRowOfWhichNobodyCountedThatIsUnwatched() {
    assertThat(Session.isUnwatched(row(PlanClass.ROUTER, Map.of("walBytes", 7.0)))).isTrue();
    assertThat(Session.isUnwatched(row(PlanClass.ROUTER, Map.of("multiShardExecutions", 0.0))))
        .isFalse();
  }

  private static Manifest.OperationResult row(PlanClass planClass, Map<String, Double> used) {
    return new Manifest.OperationResult(
            "lookup-order",
            planClass,
            1,
            Source.JMH,
            "writer",
            Outcome.OK,
            TimePart.SERVICE,
            Phase.STEADY,
            100,
            1,
            1,
            1,
            1,
            1,
            1,
            1)
        .withUse(used, Map.of());
  }
}
