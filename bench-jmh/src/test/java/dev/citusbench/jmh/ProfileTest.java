package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.jmh.Benchmarks.Case;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.session.Room;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

class ProfileTest {
  private static final List<String> AVAILABLE = Benchmarks.operations();
  private static final Set<String> WRITING =
      Set.of("insert-event", "insert-events-batch", "copy-events", "place-order");
  private static final Variant PLAIN = Variant.of(Map.of(), 1);

  private static final Limits ON_FDW =
      new Limits(
          Engine.FDW,
          Map.of("fan-out", "of Citus", "insert-select-pull", "too much"),
          Limits.NONE.lack());

  private static Profile profile(boolean quick, String... line) throws Exception {
    return new Profile(new CommandLineOptions(line), quick, Profile.ROUTES, WRITING);
  }

  private static List<Options> passes(boolean quick, String... line) throws Exception {
    return passes(quick, Profile.ROUTES, line);
  }

  private static List<Options> passes(boolean quick, List<String> routes, String... line)
      throws Exception {
    return new Profile(new CommandLineOptions(line), quick, routes, WRITING)
        .passes(Limits.NONE, List.of("-Dbench.seed=7"));
  }

  private static List<Case> cases(boolean quick, String... line) throws Exception {
    return cases(passes(quick, line));
  }

  private static List<Case> cases(List<Options> passes) {
    return passes.stream().flatMap(pass -> Benchmarks.cases(pass).stream()).toList();
  }

  @Test
  void aFullRunMeasuresEverythingAndEachFloorThatItsRowsStandOn() throws Exception {
    List<Case> cases = cases(false);

    assertThat(cases).doesNotHaveDuplicates();
    assertThat(cases).extracting(Case::operation).containsAll(AVAILABLE);
    assertThat(cases)
        .contains(
            new Case("lookup-order", "reader", Mode.SampleTime, PLAIN),
            new Case("floor", "writer", Mode.SampleTime, Variant.of(Map.of(), 16)),
            new Case(
                "insert-events-batch",
                "writer",
                Mode.Throughput,
                Variant.of(Map.of("rows", "1000", "rewrite", "true"), 1)));
    assertThat(cases)
        .filteredOn(one -> !Benchmarks.WITHOUT_STATEMENT.contains(one.operation()))
        .allSatisfy(
            one ->
                assertThat(cases)
                    .contains(
                        new Case("floor", one.route(), Mode.SampleTime, one.variant().floor())));
  }

  @Test
  void aQuickRunMeasuresTheFloorOverAllRoutesFirstAndEveryOperationOnce() throws Exception {
    List<Case> cases = cases(true);

    assertThat(cases)
        .startsWith(
            new Case("floor", "writer", Mode.SampleTime, PLAIN),
            new Case("floor", "direct", Mode.SampleTime, PLAIN),
            new Case("floor", "reader", Mode.SampleTime, PLAIN))
        .doesNotHaveDuplicates();
    assertThat(cases)
        .extracting(Case::operation)
        .containsAll(
            AVAILABLE.stream()
                .filter(n -> !Benchmarks.WITHOUT_STATEMENT.contains(n))
                .filter(n -> !n.equals(Benchmarks.FAN_OUT))
                .toList());
    assertThat(cases).hasSizeLessThanOrEqualTo(24);
  }

  @Test
  void whatWritesIsMeasuredAfterWhatReadsAndNeverOnStandbys() throws Exception {
    for (boolean quick : List.of(true, false)) {
      assertThat(cases(quick))
          .filteredOn(one -> WRITING.contains(one.operation()))
          .extracting(Case::route)
          .doesNotContain("reader");
    }
    List<String> asked =
        cases(false, "-bm", "sample", "lookupOrder|insertEvent$").stream()
            .map(one -> one.operation() + " " + one.route())
            .toList();
    assertThat(asked)
        .containsExactly(
            "floor writer",
            "floor direct",
            "floor reader",
            "lookup-order writer",
            "lookup-order direct",
            "lookup-order reader",
            "insert-event writer",
            "insert-event direct");
  }

  @Test
  void shardsAloneMeanTheFanOutAndItsConnectionIsKept() throws Exception {
    assertThat(cases(false, "-bm", "sample", "-p", "shards=8"))
        .filteredOn(one -> one.operation().equals("fan-out"))
        .hasSize(4 * 2);
    assertThat(cases(false, "fan-out", "-p", "connection=new"))
        .filteredOn(one -> one.operation().equals("fan-out"))
        .isNotEmpty()
        .noneMatch(one -> one.variant().toString().contains("connection=new"));
  }

  @Test
  void severalThreadsWarmUpForLongerUnlessTheLineSaysHowLong() throws Exception {
    assertThat(passes(false))
        .filteredOn(pass -> pass.getThreads().orElse(1) > 1)
        .isNotEmpty()
        .allMatch(pass -> pass.getWarmupIterations().get() == 12);
    assertThat(passes(false, "-wi", "2")).allMatch(pass -> pass.getWarmupIterations().get() == 2);
  }

  @Test
  void theFanOutIsMeasuredOverItsWholeGridUnlessTheLineChooses() throws Exception {
    assertThat(cases(false, "fan-out"))
        .filteredOn(one -> one.operation().equals("fan-out"))
        .hasSize(4 * 4 * 2)
        .doesNotHaveDuplicates()
        .allMatch(one -> one.mode() == Mode.SampleTime && one.route().equals("writer"));
    assertThat(cases(false, "fan-out", "-p", "executorPool=2", "-p", "shards=8,12"))
        .filteredOn(one -> one.operation().equals("fan-out"))
        .extracting(one -> one.variant().toString())
        .containsExactlyInAnyOrder(
            "cachedConnections=1 executorPool=2 shards=8",
            "cachedConnections=1 executorPool=2 shards=12",
            "cachedConnections=16 executorPool=2 shards=8",
            "cachedConnections=16 executorPool=2 shards=12");
  }

  @Test
  void anyReadingOperationTakesTheExecutorsSettings() throws Exception {
    assertThat(cases(false, "-bm", "sample", "revenue-by-day", "-p", "executorPool=1,4,16"))
        .filteredOn(one -> one.route().equals("writer") && one.operation().equals("revenue-by-day"))
        .extracting(one -> one.variant().toString())
        .containsExactly("executorPool=1", "executorPool=4", "executorPool=16");
  }

  @Test
  void numbersOutOfRangeAreNamedWithTheirRange() {
    for (String wrong :
        List.of("executorPool=0", "executorPool=many", "cachedConnections=-1", "shards=1001")) {
      assertThatThrownBy(() -> cases(false, "fan-out", "-p", wrong))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining(wrong.split("=", -1)[0] + " '" + wrong.split("=", -1)[1] + "'")
          .hasMessageContaining("to 1,000");
    }
  }

  @Test
  void aFloorOnAKeptConnectionStandsBesideWhatConnectsAnew() throws Exception {
    assertThat(
            cases(
                true,
                "-bm",
                "sample",
                "lookup-order",
                "-p",
                "connection=new",
                "-p",
                "route=direct"))
        .containsExactly(
            new Case("floor", "direct", Mode.SampleTime, PLAIN),
            new Case(
                "lookup-order",
                "direct",
                Mode.SampleTime,
                Variant.of(Map.of("connection", "new"), 1)));
  }

  @Test
  void whatHasNoStatementIsMeasuredOnceWhateverTheConnectionOfOthers() throws Exception {
    assertThat(
            cases(
                true,
                "-bm",
                "sample",
                "ConnectionBenchmark",
                "-p",
                "connection=new,pooled",
                "-p",
                "route=writer"))
        .extracting(Case::toString)
        .containsExactlyInAnyOrder(
            "connect over writer (sample)",
            "floor over writer (sample)",
            "pool-borrow over writer (sample)");
  }

  @Test
  void threadsAndProtocolsThatAreAskedForHaveFloorsOfTheirOwn() throws Exception {
    assertThat(
            cases(
                true,
                "-bm",
                "sample",
                "lookup-order",
                "-t",
                "4",
                "-p",
                "protocol=simple",
                "-p",
                "route=writer"))
        .extracting(Case::toString)
        .containsExactly(
            "floor protocol=simple threads=4 over writer (sample)",
            "lookup-order protocol=simple threads=4 over writer (sample)");
  }

  @Test
  void threadsThatAreAskedForStandInForThoseOfTheFullRun() throws Exception {
    assertThat(cases(false, "-t", "2"))
        .doesNotHaveDuplicates()
        .allSatisfy(one -> assertThat(one.toString()).contains("threads=2"));
  }

  @Test
  void ratesAreASecondUnlessAUnitIsAsked() throws Exception {
    assertThat(passes(false, "-bm", "thrpt").get(0).getTimeUnit().get())
        .isEqualTo(TimeUnit.SECONDS);
    assertThat(passes(false, "-bm", "thrpt", "-tu", "ms").get(0).getTimeUnit().get())
        .isEqualTo(TimeUnit.MILLISECONDS);
  }

  @Test
  void noReadIsMeasuredAfterAWriteInWhateverMode() throws Exception {
    assertThat(cases(true, "-p", "route=writer", "lookup-order", "insert-event"))
        .extracting(Case::toString)
        .containsExactly(
            "floor over writer (sample)",
            "lookup-order over writer (sample)",
            "floor over writer (thrpt)",
            "lookup-order over writer (thrpt)",
            "insert-event over writer (sample)",
            "insert-event over writer (thrpt)");
  }

  @Test
  void theNameOfAnOperationChoosesItAlone() throws Exception {
    assertThat(cases(false, "insert-event"))
        .extracting(Case::operation)
        .containsOnly("floor", "insert-event");
  }

  @Test
  void whatTheEngineCannotDoIsLeftOutWithALine() throws Exception {
    for (boolean quick : List.of(true, false)) {
      assertThat(cases(profile(quick).passes(ON_FDW, List.of())))
          .isNotEmpty()
          .noneMatch(one -> one.toString().contains("executorPool"))
          .extracting(Case::operation)
          .doesNotContain("fan-out", "insert-select-pull");
    }
    assertThat(profile(true).leftOut(ON_FDW))
        .containsExactly("insert-select-pull on engine fdw, because too much");
    assertThat(profile(false).leftOut(ON_FDW))
        .containsExactly(
            "fan-out on engine fdw, because of Citus",
            "insert-select-pull on engine fdw, because too much",
            "executorPool, cachedConnections on engine fdw, because only Citus has this executor");
    assertThat(profile(false, "MultiShardWriteBenchmark").leftOut(ON_FDW))
        .containsExactly("insert-select-pull on engine fdw, because too much");
    assertThat(profile(false, "floor").leftOut(ON_FDW)).isEmpty();
    assertThat(profile(false).leftOut(Limits.NONE)).isEmpty();
  }

  @Test
  void whatIsAskedForAndCannotBeDoneIsRefused() throws Exception {
    for (String[] line :
        new String[][] {
          {"fan-out"}, {"lookup-order", "fan-out"}, {"FanOutBenchmark"}, {"-p", "shards=8"}
        }) {
      Profile profile = profile(false, line);
      profile.check(Limits.NONE);
      assertThatThrownBy(() -> profile.check(ON_FDW))
          .isInstanceOf(BenchException.class)
          .hasMessage("fan-out cannot be measured here, on engine fdw: of Citus");
    }
    for (String param : List.of("executorPool", "cachedConnections")) {
      Profile profile = profile(false, "revenue-by-day", "-p", param + "=4");
      profile.check(Limits.NONE);
      assertThatThrownBy(() -> profile.check(ON_FDW))
          .isInstanceOf(BenchException.class)
          .hasMessage("-p " + param + " is about Citus' executor, and the engine is fdw");
    }
    profile(false, "MultiShardWriteBenchmark").check(ON_FDW);
    profile(false).check(ON_FDW);
  }

  @Test
  void theWidestOfEachRouteAndThePoolNeedConnections() throws Exception {
    Tuning tuning = Tuning.load(Path.of("..").toRealPath(), Tuning.BASE); // its pool has 16

    assertThat(demands(tuning, "lookup-order", "-bm", "sample", "-t", "30"))
        .containsExactly("direct 31 -t 39", "reader 30 -t 40", "writer 31 -t 39");
    assertThat(
            demands(
                tuning, "lookup-order", "-p", "connection=pooled", "-p", "route=writer", "-t", "4"))
        .containsExactly("writer 5 -t 39", "writer 17 it out");
    assertThat(demands(tuning, "-t", "32"))
        .containsExactly("direct 33 -t 39", "reader 32 -t 40", "writer 33 -t 39");
    assertThat(demands(tuning)) // what is wider is left out where there is no room
        .containsExactly("direct 2 -t 39", "reader 1 -t 40", "writer 2 -t 39");
  }

  /** Each route has its own, and the pool has 16. */
  private static Limits withRoom(Map<String, Integer> connections) throws Exception {
    Tuning tuning = Tuning.load(Path.of("..").toRealPath(), Tuning.BASE);
    return Limits.NONE.with(
        demand -> {
          int wanted = demand.connections().applyAsInt(tuning);
          int room = connections.getOrDefault(demand.route(), 0);
          return wanted > room
              ? Optional.of(new Room.Lack(wanted, room, "a test"))
              : Optional.empty();
        });
  }

  @Test
  void whatIsTooWideIsLeftOutOfADefaultRunWithALineForEachWidth() throws Exception {
    Limits limits = withRoom(Map.of("writer", 17, "direct", 17, "reader", 1));
    List<Case> all = cases(false);
    List<Case> some = cases(profile(false).passes(limits, List.of()));

    assertThat(some).isSubsetOf(all).extracting(Case::operation).containsAll(AVAILABLE);
    assertThat(all)
        .filteredOn(one -> !some.contains(one))
        .isNotEmpty()
        .allMatch(one -> one.variant().threads() == 32);
    assertThat(profile(false).leftOut(limits))
        .containsExactly(
            "floor threads=32, copy-events threads=32, insert-event threads=32,"
                + " insert-events-batch threads=32 over writer, because that needs 33 connections,"
                + " and the server has room for 17 (a test)");
    assertThat(profile(true).leftOut(limits)).isEmpty();
  }

  @Test
  void withRoomForHardlyAnythingOneThreadIsMeasured() throws Exception {
    Limits limits = withRoom(Map.of("writer", 4, "direct", 40, "reader", 1));
    List<Case> some = cases(profile(false).passes(limits, List.of()));

    assertThat(some)
        .filteredOn(one -> one.route().equals("writer"))
        .allMatch(one -> one.variant().threads() <= 2 && !one.isPooled());
    assertThat(some)
        .contains(
            new Case("pool-borrow", "direct", Mode.SampleTime, PLAIN),
            new Case(
                "lookup-order",
                "writer",
                Mode.SampleTime,
                Variant.of(Map.of("connection", "new"), 1)));
    assertThat(profile(false).leftOut(limits))
        .hasSize(4) // 4, 8 and 32 threads, and 16 with the pool
        .allMatch(line -> line.endsWith(" connections, and the server has room for 4 (a test)"))
        .anyMatch(
            line ->
                line.startsWith("pool-borrow, pool-borrow threads=16, ")
                    && line.contains("lookup-order connection=pooled")
                    && line.contains(" over writer, because that needs 17 connections"));
  }

  @Test
  void thePassesLastAsLongAsTheirIterationsInAllForks() throws Exception {
    assertThat(length(true, "floor", "-p", "route=writer", "-bm", "sample")).isEqualTo(3);
    assertThat(length(false, "floor", "-p", "route=writer", "-bm", "sample"))
        .isEqualTo(3 * (3 + 5));
    assertThat(length(false, "floor", "-bm", "sample", "-f", "0", "-wi", "0", "-i", "2", "-r", "3"))
        .isEqualTo(3 * 2 * 3);
    assertThat(length(false, "floor", "-bm", "ss")).isZero();
    assertThat(length(false)).isBetween(600L, 7_200L);
  }

  private static long length(boolean quick, String... line) throws Exception {
    return passes(quick, line).stream()
        .mapToLong(pass -> Benchmarks.length(pass).toSeconds())
        .sum();
  }

  @Test
  void whatIsAskedForIsNotLeftOutForWantOfRoom() throws Exception {
    Limits limits = withRoom(Map.of("writer", 4, "direct", 4, "reader", 4));
    for (String[] line : new String[][] {{"-t", "8"}, {"floor", "-t", "8"}}) {
      assertThat(profile(false, line).leftOut(limits)).noneMatch(left -> left.contains("floor"));
      assertThat(profile(false, line).demands(limits))
          .isNotEmpty()
          .allMatch(demand -> limits.lack().apply(demand).isPresent());
    }
  }

  private static List<String> demands(Tuning tuning, String... line) throws Exception {
    return profile(false, line).demands(Limits.NONE).stream()
        .map(
            demand ->
                "%s %d %s"
                    .formatted(
                        demand.route(),
                        demand.connections().applyAsInt(tuning),
                        demand.fewer().apply(40).replaceAll("take |leave | or fewer", "")))
        .toList();
  }

  @Test
  void theCommandLineWinsOverTheQuickProfile() throws Exception {
    Options pass =
        passes(true, "floor", "-f", "2", "-r", "5s", "-jvmArgsAppend", "-Xmx128m").get(0);

    assertThat(pass.getForkCount().get()).isEqualTo(2);
    assertThat(pass.getMeasurementTime().get()).isEqualTo(TimeValue.seconds(5));
    assertThat(pass.getWarmupIterations().get()).isEqualTo(1);
    assertThat(pass.getJvmArgsAppend().get()).containsExactly("-Xmx128m", "-Dbench.seed=7");
  }

  @Test
  void anUnknownBenchmarkOrRouteIsNamedWithTheNearest() {
    assertThatThrownBy(() -> passes(false, "lookup-ordr"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown benchmark 'lookup-ordr': did you mean 'lookup-order'?");
    assertThatThrownBy(() -> passes(false, "floor", "-p", "route=wirter"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown route 'wirter': did you mean 'writer'?");
    assertThatThrownBy(() -> passes(false, "floor", "-p", "protocol=extended"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown protocol 'extended': did you mean 'extended-0'?");
    assertThatThrownBy(() -> passes(false, "floor", "-p", "connection=pool"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown connection 'pool': did you mean 'pooled'?");
    assertThatThrownBy(() -> passes(false, "copy-events", "-p", "rows=0"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("rows '0': give 'file', or a number from 1 to 999999");
    assertThatThrownBy(() -> passes(false, "insert-event", "-p", "route=reader"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("insert-event: what writes cannot be measured over");
    assertThatThrownBy(() -> passes(false, "fan-out", "-p", "route=reader"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("fan-out: what writes cannot be measured over");
    assertThatThrownBy(() -> passes(false, "["))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("'[' is no regular expression");
  }

  @Test
  void routesThatAreNotThereAreLeftOutOrRefused() throws Exception {
    for (boolean quick : List.of(true, false)) {
      assertThat(cases(passes(quick, List.of("writer"))))
          .extracting(Case::route)
          .containsOnly("writer");
      assertThat(cases(passes(quick, List.of("reader"))))
          .extracting(Case::operation)
          .contains("floor", "lookup-order")
          .doesNotContainAnyElementsOf(WRITING);
    }
    assertThat(cases(passes(false, List.of("writer", "reader"), "lookup-order")))
        .extracting(Case::route)
        .containsOnly("writer", "reader");
    assertThatThrownBy(() -> passes(true, List.of("writer"), "-p", "route=direct"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown route 'direct'");
  }
}
