package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.citusbench.gatling.StallingProxy.Span;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import dev.citusbench.session.Arrivals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the reported latencies against arithmetic. Something stands still for known times while
 * requests go on being due at known times: a request due in such a time has an answer when it ends,
 * so its latency is the end less its due time; all others take next to nothing. The reported count
 * must be exactly that of the requests that were due; percentiles and share of late requests must
 * be those, within 2 % or 5 ms, whichever is larger, and what {@link Canary} says that the machine
 * itself added in the same seconds: {@value #NOISE_MILLIS} ms at most. Where it added more, the
 * case is tried again, and skipped where that does not help.
 *
 * <p>The stalls last seconds and begin in the middle of the time between two arrivals, so that a
 * machine that is ten times as slow changes nothing. The results are also written to {@code
 * bench-gatling/target/latency-truth.md}.
 */
final class LatencyTruthIT {
  private static final int RATE = 25;
  private static final int SEED = 7;
  private static final int WARM_UP_SECONDS = 2;
  private static final int STEADY_SECONDS = 16;

  /** More than arrive in the longest stall, so that none waits for a connection. */
  private static final int CONNECTIONS = 128;

  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;
  private static final long LATE_NANOS = 100 * MILLI;

  /** 2 % of the longer stall. Where the machine adds more, something could hide in it. */
  private static final int NOISE_MILLIS = 80;

  private static final int ATTEMPTS = 3;

  /** From the begin of the steady phase. */
  private static final List<Span> STALLS =
      List.of(new Span(3 * SECOND, 5 * SECOND), new Span(9 * SECOND, 13 * SECOND));

  private static final Path RESULTS = Path.of("target", "latency-truth.md");

  @TempDir static Path root;
  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresServer.start(CONNECTIONS + 40);
    Files.createDirectories(RESULTS.toAbsolutePath().getParent());
    Files.writeString(
        RESULTS,
        """
        | | count | p50 | p90 | p99 | p99.9 | max | later than 100 ms |
        |---|---|---|---|---|---|---|---|
        """);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aStalledServerIsInTheServiceTimeOfEvenArrivals() throws Exception {
    stalledServer(Arrivals.CONSTANT);
  }

  @Test
  void aStalledServerIsInTheServiceTimeOfPoissonArrivals() throws Exception {
    stalledServer(Arrivals.POISSON);
  }

  /** What is held against arithmetic, measured once. */
  private interface Case {
    Truth measure(String folder) throws Exception;
  }

  /** Measures until the machine was quiet enough, and then judges. */
  private static void judge(String name, Case once) throws Exception {
    Truth truth = once.measure(name + "-1");
    for (int attempt = 2; attempt <= ATTEMPTS && !truth.wasQuiet(); attempt++) {
      truth = once.measure(name + "-" + attempt);
    }
    assumeThat(truth.wasQuiet())
        .as(
            "%s: in each of %d attempts this machine added more than %d ms, at last %s",
            truth.what, ATTEMPTS, NOISE_MILLIS, truth.machine)
        .isTrue();
    truth.end();
  }

  private static void stalledServer(Arrivals arrivals) throws Exception {
    judge(arrivals.label(), folder -> stalledServer(folder, arrivals));
  }

  private static Truth stalledServer(String folder, Arrivals arrivals) throws Exception {
    try (StallingProxy proxy = new StallingProxy(server.port());
        Canary canary = new Canary(server.connect(server.port()));
        TrafficRun run = start(folder, arrivals, proxy.port(), CONNECTIONS, "")) {
      long start = run.awaitStart();
      long[] due = due(arrivals, start);
      canary.reset();
      for (Span stall : STALLS) {
        proxy.stall(between(due, at(start, stall)));
      }
      run.awaitEnd();
      Truth truth = new Truth("server stalls, " + arrivals + " arrivals", run, canary.figures());
      long[] expected = waits(due, proxy.stalls());
      assertThat(proxy.stalls()).hasSameSizeAs(STALLS);
      truth.check(TimePart.RESPONSE, expected, true);
      truth.check(TimePart.SERVICE, expected, false);
      truth.nothingIn(TimePart.LAG, TimePart.QUEUE, TimePart.POOL);
      return truth;
    }
  }

  @Test
  void theWaitForAPoolThatIsTooSmallIsInPoolAndNotInService() throws Exception {
    judge("pool", LatencyTruthIT::poolThatIsTooSmall);
  }

  private static Truth poolThatIsTooSmall(String folder) throws Exception {
    Map<Integer, Double> holds = new TreeMap<>();
    for (Span stall : STALLS) {
      holds.put(
          (int) (RATE * (WARM_UP_SECONDS + stall.fromNanos() / SECOND)),
          (stall.toNanos() - stall.fromNanos()) / 1e9);
    }
    String asText =
        String.join(
            ",", holds.entrySet().stream().map(e -> e.getKey() + ":" + e.getValue()).toList());
    try (Canary canary = new Canary(server.connect(server.port()));
        TrafficRun run = start(folder, Arrivals.CONSTANT, server.port(), 1, asText)) {
      long start = run.awaitStart();
      canary.reset();
      run.awaitEnd();
      Truth truth = new Truth("pool of one connection", run, canary.figures());
      // One connection serves one after the other, in the order of arrival.
      long[] due = due(Arrivals.CONSTANT, start);
      long service = canary.figures().p50();
      long[] waits = new long[due.length];
      long free = start;
      for (int i = 0; i < due.length; i++) {
        long begins = Math.max(due[i], free);
        Double hold = holds.get(i + RATE * WARM_UP_SECONDS);
        free = begins + (hold == null ? service : (long) (hold * SECOND));
        waits[i] = begins - due[i];
      }
      truth.check(TimePart.POOL, waits, true);
      truth.nothingIn(TimePart.LAG, TimePart.QUEUE, TimePart.SERVICE);
      return truth;
    }
  }

  @Test
  void thePauseOfTheGeneratorIsInLagAndMakesTheRunInvalid() throws Exception {
    judge("pause", LatencyTruthIT::pausedGenerator);
  }

  private static Truth pausedGenerator(String folder) throws Exception {
    try (Canary canary = new Canary(server.connect(server.port()));
        TrafficRun run = start(folder, Arrivals.CONSTANT, server.port(), CONNECTIONS, "")) {
      long start = run.awaitStart();
      long[] due = due(Arrivals.CONSTANT, start);
      canary.reset();
      List<Span> pauses = new ArrayList<>();
      for (Span stall : STALLS) {
        pauses.add(pause(run.pid(), between(due, at(start, stall))));
      }
      run.awaitEnd();
      Truth truth = new Truth("generator paused", run, canary.figures());
      long[] expected = waits(due, pauses);
      truth.check(TimePart.RESPONSE, expected, true);
      truth.check(TimePart.LAG, expected, false);
      truth.nothingIn(TimePart.QUEUE, TimePart.POOL, TimePart.SERVICE);
      assertThat(run.text("reasons"))
          .contains("the generator was late: lag p99 ", "the generator was held up for ");
      truth.generator("lagP99Nanos", Figures.of(expected).p99());
      truth.generator(
          "hiccupMaxNanos",
          pauses.stream().mapToLong(each -> each.toNanos() - each.fromNanos()).max().orElseThrow());
      return truth;
    }
  }

  @Test
  void clientsThatWaitForEachAnswerHideTheSameStall() throws Exception {
    try (StallingProxy proxy = new StallingProxy(server.port())) {
      long[] closed = closedLoop(proxy);
      write("closed loop, 4 clients, 25 a second at most", closed);
      long[] pgbench = pgbench(proxy);
      write("pgbench without a rate, 16 clients", pgbench);
      // Each client can be caught by a stall only once, however long it lasts.
      double stalled = STALLS.stream().mapToLong(s -> s.toNanos() - s.fromNanos()).sum();
      double truth = stalled / (STEADY_SECONDS * (double) SECOND);
      assertThat(late(closed)).isBetween(4.0 * STALLS.size() / closed.length, truth / 2);
      assertThat(late(pgbench)).isBetween(16.0 * STALLS.size() / pgbench.length, truth / 2);
    }
  }

  private static long[] closedLoop(StallingProxy proxy) throws Exception {
    int clients = 4;
    List<Long> seen = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      connections.add(server.connect(proxy.port()));
    }
    long start = System.nanoTime() + 50 * MILLI;
    STALLS.forEach(stall -> proxy.stall(shifted(stall, start)));
    for (Connection connection : connections) {
      Thread thread =
          new Thread(
              () -> {
                try (Connection mine = connection;
                    var statement = mine.prepareStatement("select 1")) {
                  while (System.nanoTime() - start < STEADY_SECONDS * SECOND) {
                    long sent = System.nanoTime();
                    statement.executeQuery().close();
                    long took = System.nanoTime() - sent;
                    seen.add(took);
                    Thread.sleep(Math.max(0, 1000L * clients / RATE - took / MILLI));
                  }
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return seen.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] pgbench(StallingProxy proxy) throws Exception {
    Path folder = Files.createDirectory(root.resolve("pgbench"));
    Path script = Files.writeString(folder.resolve("select-1.sql"), "select 1;\n");
    ProcessBuilder builder =
        new ProcessBuilder(
                server.programs().resolve("pgbench").toString(),
                "--no-vacuum",
                "--protocol=prepared",
                "--file=" + script,
                "--client=16",
                "--time=" + STEADY_SECONDS,
                "--log",
                "--host=127.0.0.1",
                "--port=" + proxy.port(),
                "--username=" + PostgresServer.USER,
                PostgresServer.DATABASE)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("PGPASSWORD", server.password());
    long start = System.nanoTime();
    STALLS.forEach(stall -> proxy.stall(shifted(stall, start)));
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("output"))).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      Path log =
          files
              .filter(file -> file.getFileName().toString().startsWith("pgbench_log."))
              .findFirst()
              .orElseThrow();
      try (Stream<String> lines = Files.lines(log)) {
        // client, transaction, microseconds, …
        return lines.mapToLong(line -> 1000 * Long.parseLong(line.split(" ", -1)[2])).toArray();
      }
    }
  }

  private static TrafficRun start(
      String name, Arrivals arrivals, int port, int connections, String holds) throws IOException {
    return TrafficRun.start(
        Files.createDirectory(root.resolve(name)),
        Map.of(
            "url",
            PostgresServer.url(port),
            "user",
            PostgresServer.USER,
            "password",
            server.password(),
            "arrivals",
            arrivals.name(),
            "rate",
            "" + RATE,
            "seed",
            "" + SEED,
            "warmup",
            "" + WARM_UP_SECONDS,
            "steady",
            "" + STEADY_SECONDS,
            "connections",
            "" + connections,
            "holds",
            holds),
        false);
  }

  /** When the requests of the steady phase are due. */
  private static long[] due(Arrivals arrivals, long start) {
    long from = start + WARM_UP_SECONDS * SECOND;
    long to = from + STEADY_SECONDS * SECOND;
    LongStream all =
        switch (arrivals) {
          case CONSTANT ->
              LongStream.range(0, RATE * 60L).map(index -> start + index * SECOND / RATE);
          case POISSON -> {
            PrimitiveIterator.OfLong offsets = new ArrivalSchedule(arrivals, RATE, SEED).offsets();
            yield LongStream.generate(() -> start + offsets.nextLong()).limit(RATE * 60L);
          }
        };
    return all.filter(due -> due - from >= 0 && due - to < 0).toArray();
  }

  private static Span at(long start, Span stall) {
    return shifted(stall, start + WARM_UP_SECONDS * SECOND);
  }

  private static Span shifted(Span span, long by) {
    return new Span(span.fromNanos() + by, span.toNanos() + by);
  }

  /** The span, moved on to begin in the middle between two arrivals that are well apart. */
  private static Span between(long[] due, Span span) {
    for (int i = 1; i < due.length; i++) {
      long gap = due[i] - due[i - 1];
      if (due[i - 1] - span.fromNanos() >= 0 && gap >= 30 * MILLI) {
        return shifted(span, due[i - 1] + gap / 2 - span.fromNanos());
      }
    }
    throw new IllegalStateException("no gap");
  }

  /** How long each request waits for the end of the stall in which it is due. */
  private static long[] waits(long[] due, List<Span> stalls) {
    return Arrays.stream(due)
        .map(
            at ->
                stalls.stream()
                    .filter(stall -> at - stall.fromNanos() >= 0 && at - stall.toNanos() < 0)
                    .mapToLong(stall -> stall.toNanos() - at)
                    .sum())
        .toArray();
  }

  /** Stops the process for a while; what comes back is when it did nothing. */
  private static Span pause(long pid, Span span) throws IOException, InterruptedException {
    sleepUntil(span.fromNanos());
    signal("-STOP", pid);
    long stopped = System.nanoTime();
    sleepUntil(span.toNanos());
    signal("-CONT", pid);
    return new Span(stopped, System.nanoTime());
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    long left = nanoTime - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / MILLI, (int) (left % MILLI));
    }
  }

  private static double late(long[] nanos) {
    return (double) Arrays.stream(nanos).filter(each -> each >= LATE_NANOS).count() / nanos.length;
  }

  private static void write(String what, long[] nanos) throws IOException {
    write(row(what, Figures.of(nanos), late(nanos)));
  }

  private static void write(String rows) throws IOException {
    Files.writeString(RESULTS, rows, java.nio.file.StandardOpenOption.APPEND);
  }

  private static String row(String what, Figures figures, double late) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %.1f ms | %.1f ms | %.1f ms | %.1f ms | %.1f ms | %.2f %% |%n",
        what,
        figures.count(),
        figures.p50() / 1e6,
        figures.p90() / 1e6,
        figures.p99() / 1e6,
        figures.p999() / 1e6,
        figures.max() / 1e6,
        100 * late);
  }

  /** Reported figures against expected ones; gathers what does not agree. */
  private static final class Truth {
    private final String what;
    private final TrafficRun run;
    private final Figures machine;
    private final List<String> wrong = new ArrayList<>();
    private final StringBuilder rows = new StringBuilder();

    Truth(String what, TrafficRun run, Figures machine) {
      this.what = what;
      this.run = run;
      this.machine = machine;
    }

    /** Whether the machine added so little that nothing wrong could hide in it. */
    boolean wasQuiet() {
      return machine.max() <= NOISE_MILLIS * MILLI;
    }

    void check(TimePart part, long[] expectedNanos, boolean written) throws IOException {
      Figures expected = Figures.of(expectedNanos);
      Figures seen = run.figures(part, Outcome.OK);
      compare(part + " count", (double) seen.count(), (double) expected.count(), 0);
      nanos(part + " p50", seen.p50(), expected.p50(), machine.p99());
      nanos(part + " p90", seen.p90(), expected.p90(), machine.max());
      nanos(part + " p99", seen.p99(), expected.p99(), machine.max());
      nanos(part + " p99.9", seen.p999(), expected.p999(), machine.max());
      nanos(part + " max", seen.max(), expected.max(), machine.max());
      if (part == TimePart.RESPONSE) {
        double share = (double) run.later(LATE_NANOS) / seen.count();
        double margin = machine.max() / 1e9 * RATE / expected.count();
        compare("share of late requests", share, late(expectedNanos), 0.02 * share + margin);
        rows.append(row(what + ": reported", seen, share));
        rows.append(row(what + ": arithmetic", expected, late(expectedNanos)));
      } else if (written) {
        rows.append(row(what + ": `" + part + "` reported", seen, late(expectedNanos)));
        rows.append(row(what + ": `" + part + "` arithmetic", expected, late(expectedNanos)));
      }
    }

    void nothingIn(TimePart... parts) {
      for (TimePart part : parts) {
        nanos(part + " p99", run.figures(part, Outcome.OK).p99(), 0, machine.max());
      }
    }

    /** What the generator says of itself, and what the run is judged by. */
    void generator(String component, long expectedNanos) {
      nanos(component, (long) run.number(component), expectedNanos, machine.max());
    }

    private void nanos(String figure, long seenNanos, long expectedNanos, long noiseNanos) {
      double expected = expectedNanos / 1e6;
      double within = Math.max(0.02 * expected, 5) + noiseNanos / 1e6;
      compare(figure + ", ms", seenNanos / 1e6, expected, within);
    }

    private void compare(String figure, double seen, double expected, double within) {
      if (Math.abs(seen - expected) > within) {
        wrong.add(
            String.format(
                Locale.ROOT,
                "%s: %.3f is reported, %.3f is right, within %.3f",
                figure,
                seen,
                expected,
                within));
      }
    }

    void end() throws IOException {
      write(rows.toString());
      assertThat(wrong).as("%s; machine %s; %s", what, machine, run.text("generator")).isEmpty();
    }
  }
}
