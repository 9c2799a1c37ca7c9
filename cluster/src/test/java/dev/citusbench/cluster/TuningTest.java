package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TuningTest {
  @TempDir Path home;

  @BeforeEach
  void linkShippedTunings() throws IOException {
    Path folder = Files.createDirectories(home.resolve("cluster/tunings"));
    for (String name : Tuning.names(TestHome.checkout())) {
      Files.copy(
          TestHome.checkout().resolve("cluster/tunings/" + name + ".yaml"),
          folder.resolve(name + ".yaml"));
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(home.resolve("cluster/tunings/" + name + ".yaml"), text);
  }

  private String problemOf(String text) throws IOException {
    write("mine", text);
    String[] message = new String[1];
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Tuning.load(home, "mine"))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE))
        .satisfies(e -> message[0] = e.getMessage());
    return String.valueOf(message[0]);
  }

  static java.util.List<String> shippedTunings() {
    return Tuning.names(TestHome.checkout());
  }

  @ParameterizedTest
  @MethodSource("shippedTunings")
  void everyShippedTuningIsValidAndSaysWhy(String name) {
    Tuning tuning = Tuning.load(home, name);
    assertThat(tuning.why()).isNotBlank();
    assertThat(tuning.patroni()).containsKeys("ttl", "loop_wait", "retry_timeout");
  }

  @Test
  void timersThatALaterPatroniRaisesAreRefusedWithIt() {
    Timers.checkLeast(Tuning.load(home, "ha-floor"), "4.0.7");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Timers.checkLeast(Tuning.load(home, "ha-unsafe-5s"), "4.0.7"))
        .withMessageContaining("tuning ha-unsafe-5s: ")
        .withMessageContaining("needs Patroni before 3.2")
        .withMessageContaining("4.0.7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ha-async", "ha-fast-async"})
  void anAsynchronousTuningSaysSo(String name) {
    assertThat(Tuning.load(home, name).patroni().get("synchronous_mode")).hasToString("false");
    assertThat(DynamicConfiguration.isSynchronous(Tuning.load(home, name))).isFalse();
  }

  @Test
  void aTuningHoldsWhatDiffersAndTheRestOfTheBase() throws IOException {
    write("mine", "why: a test\npatroni:\n  loop_wait: 5\n");
    Tuning tuning = Tuning.load(home, "mine");
    assertThat(tuning.patroni()).containsEntry("loop_wait", 5L).containsEntry("ttl", 30L);
    assertThat(tuning.tables()).containsEntry("shard_count", 32L);
    assertThat(tuning.why()).isEqualTo("a test");
  }

  @Test
  void aTuningExtendsTheOneThatItNames() throws IOException {
    write("mine", "why: a test\nextends: ha-floor\nhaproxy:\n  fall: 3\n");
    Tuning tuning = Tuning.load(home, "mine");
    assertThat(tuning.patroni()).containsEntry("loop_wait", 1L);
    assertThat(tuning.haproxy()).containsEntry("fall", 3L).containsEntry("inter", "200ms");
  }

  @Test
  void wordsForTrueAndFalseBecomeThat() throws IOException {
    write("mine", "why: a test\npostgres:\n  jit: off\n  wal_log_hints: yes\n");
    assertThat(Tuning.load(home, "mine").postgres())
        .containsEntry("jit", false)
        .containsEntry("wal_log_hints", true);
  }

  @Test
  void unknownTuningNamesTheNearestOne() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Tuning.load(home, "ha-defualt"))
        .withMessageContaining("ha-default");
  }

  @Test
  void aNameThatIsAPathIsUnknown() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Tuning.load(home, "../tunings/ha-default"))
        .withMessageContaining("unknown tuning");
  }

  @Test
  void unknownKeyNamesFileLineAndNearestKey() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n  loop_wait: 5\n  looop_wait: 5\n"))
        .contains("mine.yaml:4: ")
        .contains("patroni.looop_wait")
        .contains("patroni.loop_wait");
  }

  @Test
  void unknownSettingOfPostgresNamesOnlyTheNearestOne() throws IOException {
    assertThat(problemOf("why: x\npostgres:\n  shared_bufers: 1MB\n"))
        .contains("mine.yaml:3: ")
        .contains("postgres.shared_buffers")
        .hasSizeLessThan(300);
  }

  @Test
  void unknownSectionNamesTheNearestOne() throws IOException {
    assertThat(problemOf("why: x\npatron:\n  ttl: 5\n")).contains("mine.yaml:2: ", "patroni");
  }

  @ParameterizedTest
  @CsvSource({
    "patroni, loop_wait, 0",
    "patroni, ttl, soon",
    "patroni, synchronous_mode, maybe",
    "patroni, failsafe_mode, 7",
    "postgres, max_connections, 0",
    "postgres, max_connections, 1.5",
    "postgres, shared_buffers, 12XB",
    "postgres, jit, perhaps",
    "citus, max_adaptive_executor_pool_size, 0",
    "citus, multi_shard_modify_mode, both",
    "haproxy, inter, 1",
    "haproxy, inter, 1ms",
    "haproxy, fall, 0",
    "haproxy, on_marked_down, explode",
    "pool, connectionTimeout, 100",
    "pool, maximumPoolSize, 0",
    "driver, tcpKeepAlive, 3",
    "driver, preferQueryMode, quick",
    "driver, socketTimeout, long",
    "tables, shard_count, 0",
    "tables, shard_count, 5000",
  })
  void valueOutOfRangeNamesFileLineKeyAndValue(String layer, String key, String value)
      throws IOException {
    assertThat(problemOf("why: x\n\n" + layer + ":\n  " + key + ": " + value + "\n"))
        .contains("mine.yaml:4: ", layer + "." + key, value, "expected");
  }

  @Test
  void timersThatLoseTheLeaderLockAreRefused() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n  ttl: 20\n"))
        .contains("mine.yaml:3", "loop_wait + 2 × retry_timeout = 10 + 2 × 10 = 30", "ttl = 20");
  }

  @Test
  void aTuningWithoutWhyIsRefused() throws IOException {
    assertThat(problemOf("patroni:\n  ttl: 40\n")).contains("mine.yaml", "'why' is missing");
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n  ttl: 40\n  ttl: 50\n"))
        .contains("mine.yaml:4", "patroni.ttl", "twice");
  }

  @Test
  void brokenYamlNamesTheLine() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n  ttl: [\n")).contains("mine.yaml:");
  }

  @Test
  void aListIsRefused() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n  ttl: [1, 2]\n")).contains("mine.yaml:3", "a list");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    assertThat(problemOf("")).contains("mine.yaml");
  }

  @Test
  void anEmptySectionIsRefused() throws IOException {
    assertThat(problemOf("why: x\npatroni:\n")).contains("mine.yaml:2", "patroni");
  }

  @Test
  void tuningsThatExtendEachOtherAreRefused() throws IOException {
    write("other", "why: y\nextends: mine\n");
    assertThat(problemOf("why: x\nextends: other\n")).contains("circle", "mine → other");
  }

  @Test
  void anUnknownParentNamesTheFileThatAsksForIt() throws IOException {
    assertThat(problemOf("why: x\nextends: ha-defualt\n")).contains("mine.yaml:2: ", "ha-default");
  }
}
