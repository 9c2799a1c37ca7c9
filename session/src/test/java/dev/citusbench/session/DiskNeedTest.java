package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.DiskSize;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DiskNeedTest {
  @Test
  void aDataSetThatDoesNotFitIsRefusedWithASizeThatWouldDo() {
    DiskSize tooSmall = DiskSize.of("1GB");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> DiskNeed.check(tooSmall, Engine.CITUS, 4))
        .withMessageStartingWith("--disk 1GB is too small for the data set of scale 4.0")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE))
        .satisfies(
            e -> {
              Matcher advice = Pattern.compile("take --disk (\\S+)").matcher(e.getMessage());
              assertThat(advice.find()).isTrue();
              DiskNeed.check(DiskSize.of(advice.group(1)), Engine.CITUS, 4);
            });
  }

  @Test
  void whereAllIsInOneGroupItTakesMore() {
    DiskSize disk = DiskSize.of("3GB");
    assertThatCode(() -> DiskNeed.check(disk, Engine.FDW, 3)).doesNotThrowAnyException();
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> DiskNeed.check(disk, Engine.SINGLE, 3));
  }

  @Test
  void theQuickDataSetFitsTheSmallestDiskAndTheMachinesOwnIsNotAsked() {
    for (Engine engine : Engine.values()) {
      DiskNeed.check(DiskSize.of("1GB"), engine, 0.1);
      DiskNeed.check(DiskSize.NONE, engine, 100);
    }
  }
}
