package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest;
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
}
