package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Engine;
import org.junit.jupiter.api.Test;

final class PatroniKeysTest {
  @Test
  void withCitusGroupsAreNumbersBelowOneScope() {
    assertThat(PatroniKeys.scope(Engine.CITUS, 2)).isEqualTo("bench");
    assertThat(PatroniKeys.subject("/service/bench/2/leader"))
        .contains(new PatroniKeys.Subject(2, ""));
    assertThat(PatroniKeys.subject("/service/bench/0/members/coordinator-b"))
        .contains(new PatroniKeys.Subject(0, "coordinator-b"));
  }

  @Test
  void withoutCitusEachGroupHasAScope() {
    for (int group = 0; group <= 12; group++) {
      assertThat(
              PatroniKeys.subject("/service/" + PatroniKeys.scope(Engine.FDW, group) + "/leader"))
          .contains(new PatroniKeys.Subject(group, ""));
    }
  }

  @Test
  void theKeyOfTheSynchronousStandbyIsOfTheGroup() {
    assertThat(PatroniKeys.sync(Engine.CITUS, 2)).isEqualTo("/service/bench/2/sync");
    assertThat(PatroniKeys.sync(Engine.FDW, 2)).isEqualTo("/service/bench-worker2/sync");
  }

  @Test
  void otherKeysAreAboutNobody() {
    assertThat(PatroniKeys.subject("/service/bench/0/history")).isEmpty();
    assertThat(PatroniKeys.subject("/service/bench/0/optime/leader")).isEmpty();
    assertThat(PatroniKeys.subject("/service/other/leader")).isEmpty();
  }
}
