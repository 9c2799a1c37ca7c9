package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BottleneckTest {
  @Test
  void theProcessorComesFirst() {
    Bottleneck found =
        Bottleneck.of(Map.of("processor", 0.9, "disk", 0.99, "wait IPC:SyncRep", 0.95));
    assertThat(found.resource()).isEqualTo("processor");
    assertThat(found.share()).isEqualTo(0.9);
    assertThat(found.sentence())
        .isEqualTo("The processor was used up: 90 % of all cores of this machine.");
  }

  @Test
  void theDiskComesAfterWaits() {
    Map<String, Double> busy = Map.of("processor", 0.899, "disk", 0.97, "wait IO:WALSync", 0.98);
    assertThat(Bottleneck.of(busy).resource()).isEqualTo("wait IO:WALSync");
    Bottleneck found =
        Bottleneck.of(Map.of("processor", 0.899, "disk", 0.97, "wait IO:WALSync", 0.4));
    assertThat(found.resource()).isEqualTo("disk");
    assertThat(found.sentence())
        .isEqualTo(
            "The cluster's disk was busy for 97 % of the time; whether it could have done more at"
                + " once is not known.");
  }

  @ParameterizedTest
  @CsvSource({
    "IPC:SyncRep, the synchronous standby to confirm",
    "IO:WALSync, the WAL to reach the disk",
    "IO:WALWrite, the WAL to be written",
    "LWLock:WALWrite, the WAL to be written",
    "LWLock:WALInsert, room in the buffers of the WAL",
    "Lock:transactionid, locks of other transactions",
    "Extension:Extension, one event"
  })
  void theLongestWaitIsExplained(String event, String meaning) {
    Bottleneck found =
        Bottleneck.of(Map.of("processor", 0.7, "wait " + event, 0.5, "wait IO:DataFileRead", 0.3));
    assertThat(found.resource()).isEqualTo("wait " + event);
    assertThat(found.share()).isEqualTo(0.5);
    assertThat(found.sentence())
        .isEqualTo(
            "Sessions on the primaries waited for "
                + meaning
                + " in 50 % of their statements' time ("
                + event
                + ").");
  }

  @Test
  void otherwiseTheHighestFiguresAreNamed() {
    Bottleneck found =
        Bottleneck.of(
            Map.of(
                "processor", 0.71, "disk", 0.1, "wait IPC:SyncRep", 0.49, "wait Lock:tuple", 0.2));
    assertThat(found.resource()).isNull();
    assertThat(found.share()).isNull();
    assertThat(found.sentence())
        .isEqualTo(
            "No resource at its limit was seen. The highest: processor 71 %,"
                + " wait IPC:SyncRep 49 %, wait Lock:tuple 20 %.");
  }

  @Test
  void whatNobodyLookedAtIsNotClaimed() {
    assertThat(Bottleneck.of(Map.of()))
        .isEqualTo(new Bottleneck(null, null, "What was busy was not recorded."));
  }
}
