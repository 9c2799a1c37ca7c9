package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A plausible run: JMH rows, a steady and a failover load, two faults. Figures are made up. */
final class SampleRun {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LOAD = START.plusSeconds(100);
  private static final int STEADY_FROM = 5;
  private static final int FIRST_FAULT = 60;
  private static final int SECOND_FAULT = 85;
  private static final int END = 110;

  /** Median service time in microseconds, by operation. */
  private static final Map<String, Integer> OPERATIONS = new LinkedHashMap<>();

  static {
    OPERATIONS.put("lookup-order", 420);
    OPERATIONS.put("tenant-dashboard", 1_350);
    OPERATIONS.put("order-with-products", 780);
    OPERATIONS.put("place-order", 2_900);
    OPERATIONS.put("insert-event", 1_100);
    OPERATIONS.put("insert-events-batch", 6_400);
    OPERATIONS.put("copy-events", 9_100);
    OPERATIONS.put("revenue-by-day", 21_000);
    OPERATIONS.put("top-tenants", 33_000);
    OPERATIONS.put("orders-by-status", 11_500);
  }

  private final Random random = new Random(7);

  private SampleRun() {}

  /** Writes a run into a folder {@code runs} and returns the run's folder. */
  static Path write(Path runs, Manifest head) throws IOException {
    return new SampleRun().writeRun(runs, head);
  }

  static Manifest head() {
    return Manifests.head(START);
  }

  private Path writeRun(Path runs, Manifest head) throws IOException {
    RunFolder folder = RunFolder.create(runs, head);
    folder.contribute("jmh", Contribution.of(jmh()));
    folder.contribute("gatling", load(folder));
    Path settings = Files.createDirectories(folder.dir().resolve("settings"));
    Files.writeString(settings.resolve("tuning.yaml"), "why: the reference\npatroni:\n  ttl: 30\n");
    Files.writeString(settings.resolve("haproxy.cfg"), "listen writer\n  # <b>&amp;</b>\n");
    return folder.complete(head);
  }

  private static List<OperationResult> jmh() {
    List<OperationResult> rows = new ArrayList<>();
    Map<String, Integer> all = new LinkedHashMap<>();
    all.put("floor", 85);
    all.putAll(OPERATIONS);
    for (String route : List.of("writer", "direct")) {
      all.forEach(
          (name, micros) -> {
            long p50 = micros * 900L - (route.equals("direct") ? 31_000 : 0);
            long floor = 85 * 900L - (route.equals("direct") ? 31_000 : 0);
            OperationResult row =
                Manifests.row(name, Source.JMH, route, TimePart.SERVICE, Phase.STEADY, p50)
                    .withVariant(null, name.equals("floor") ? null : floor);
            rows.add(
                switch (name) {
                  case "insert-event" -> row.withRowsPerSecond(1_020);
                  case "insert-events-batch" -> row.withRowsPerSecond(17_400);
                  case "copy-events" -> row.withRowsPerSecond(121_000);
                  default -> row;
                });
            if (name.equals("insert-events-batch")) {
              rows.add(row.withRowsPerSecond(3_000).withVariant("rewrite=false rows=10", floor));
            }
          });
    }
    rows.addAll(fanOut());
    rows.addAll(inserts());
    return rows;
  }

  /** 1.2 ms, 0.35 ms a task and -0.2 ms a connection, and something that no model has. */
  private static List<OperationResult> fanOut() {
    List<OperationResult> rows = new ArrayList<>();
    for (int cached : new int[] {1, 4}) {
      for (int pool : new int[] {1, 4, 16}) {
        for (int shards : new int[] {4, 8, 16, 32, 64}) {
          double connections = Math.min(2.0 * pool, shards) * 0.98;
          double millis =
              1.2 + 0.35 * shards - 0.2 * connections + 0.1 * Math.sin(shards * pool + cached);
          rows.add(Manifests.fanOut(cached, pool, shards, connections, Math.round(millis * 1e6)));
        }
      }
    }
    for (int pool : new int[] {1, 4, 16}) {
      rows.add(
          Manifests.row(
                  "revenue-by-day",
                  Source.JMH,
                  "writer",
                  TimePart.SERVICE,
                  Phase.STEADY,
                  5_000_000 + 200_000L * pool)
              .withVariant("executorPool=" + pool, 76_500L));
    }
    return rows;
  }

  /** One way in that has its knee at 8 clients, and one without. */
  private static List<OperationResult> inserts() {
    List<OperationResult> rows = new ArrayList<>();
    Map<Integer, Double> writer = Map.of(2, 1_900.0, 4, 3_200.0, 8, 4_100.0, 16, 4_150.0);
    Map<Integer, Double> direct = Map.of(2, 2_000.0, 4, 3_500.0, 8, 5_200.0, 16, 7_000.0);
    for (int clients : new int[] {2, 4, 8, 16}) {
      Map<String, Double> used =
          Map.of("commits", 1.02, "walBytes", 410.5, "clientCpuNanos", 92_000.0);
      Map<String, Double> busy =
          Map.of("processor", 0.82, "disk", 0.4, "wait IPC:SyncRep", 0.71, "wait IO:WALSync", 0.1);
      rows.add(
          Manifests.insert("insert-event", "writer", clients, writer.getOrDefault(clients, 0.0))
              .withUse(used, busy));
      rows.add(
          Manifests.insert("insert-event", "direct", clients, direct.getOrDefault(clients, 0.0))
              .withUse(used, busy));
    }
    return rows;
  }

  private Contribution load(RunFolder folder) {
    HandClock now = new HandClock(LOAD);
    EventLog events = folder.events();
    Path file = folder.dir().resolve("latency-gatling.hlog");
    try (LatencyLog log =
        new LatencyLog(
            file,
            now,
            false,
            (at, phase) ->
                events.append(
                    at, Event.PHASE, Map.of("phase", phase.label(), "part", "gatling")))) {
      PhaseSums sums = new PhaseSums();
      for (int second = 0; second < END; second++) {
        phase(second, log, now, events);
        PhaseSpan at = phaseAt(second);
        sums.lasted(at.phase(), at.fault(), Duration.ofSeconds(1));
        for (String operation : OPERATIONS.keySet()) {
          for (int n = 0; n < 60; n++) {
            request(log, sums, operation, second);
          }
        }
        now.set(LOAD.plusSeconds(second + 1));
        log.tick();
      }
      List<OperationResult> rows =
          sums.rows(
              name ->
                  new LatencyLog.Described(
                      Manifests.planClass(name), Manifests.tasks(name), Source.GATLING, "writer"));
      return new Contribution(rows, faults(), List.of())
          .withUnasked(
              List.of(
                  new Manifest.LeaderChange(
                      2, 3, LOAD.plusSeconds(FIRST_FAULT + 20), "worker2-a", "worker2-b")))
          .withEndurance(endurance());
    }
  }

  /** A ladder that was climbed to a leader change, and one to its end. */
  private static List<Endurance> endurance() {
    Manifest.LeaderChange change =
        new Manifest.LeaderChange(
            1, 4, LOAD.plusSeconds(SECOND_FAULT + 15), "worker1-b", "worker1-a");
    return List.of(
        Endurance.of(
            "pause",
            "worker1",
            "worker1-b",
            "ms",
            LOAD.plusSeconds(SECOND_FAULT + 12),
            2,
            null,
            4_000,
            List.of(1_000L, 3_000L, 7_000L, 15_000L, 25_000L),
            List.of(
                new Endurance.Step(1_000, 2, 0, 0, List.of(), 1_000, 0, 1_000.1),
                new Endurance.Step(3_000, 2, 0, 0, List.of(), 1_400, 0, 3_000.1),
                new Endurance.Step(7_000, 2, 0, 0, List.of(), 2_200, 4, 7_000.2),
                new Endurance.Step(15_000, 2, 1, 0, List.of(change), 3_800, 412, 15_000.1))),
        Endurance.of(
            "load",
            "machine",
            "machine",
            "processes/core",
            LOAD.plusSeconds(SECOND_FAULT + 20),
            2,
            21_000L,
            4_000,
            List.of(2L, 8L, 32L),
            List.of(
                new Endurance.Step(2, 2, 0, 0, List.of(), 5_000, 0, 20_000.3),
                new Endurance.Step(8, 2, 0, 0, List.of(), 5_000, 0, 20_001.4),
                new Endurance.Step(32, 2, 0, 0, List.of(), 4_900, 17, 20_023.0))));
  }

  private static void phase(int second, LatencyLog log, HandClock now, EventLog events) {
    switch (second) {
      case 0 -> log.phase(Phase.WARM_UP);
      case STEADY_FROM -> log.phase(Phase.STEADY);
      case FIRST_FAULT, SECOND_FAULT -> {
        begins(Phase.OUTAGE, second, now, events);
        events.append(
            now.instant(),
            Event.FAULT_OPENED,
            Map.of(
                "kind",
                "kill-postgres",
                "member",
                second == FIRST_FAULT ? "worker1-a" : "coord-a"));
        events.append(
            now.instant().plusMillis(1_850),
            "leader changed",
            Map.of("group", 1, "to", "worker1-b"));
      }
      case FIRST_FAULT + 5, SECOND_FAULT + 3 -> begins(Phase.RECOVERY, second, now, events);
      case FIRST_FAULT + 10, SECOND_FAULT + 8 -> begins(Phase.AFTER, second, now, events);
      default -> {}
    }
  }

  /** As the suite tells it: afterwards, and with the target of the fault. */
  private static void begins(Phase phase, int second, HandClock now, EventLog events) {
    events.append(
        now.instant(),
        Event.PHASE,
        Map.of(
            "phase",
            phase.label(),
            "part",
            "gatling",
            Event.FAULT,
            second < SECOND_FAULT ? "worker1" : "coordinator"));
  }

  /** The phase that one second is in. */
  private static PhaseSpan phaseAt(int second) {
    boolean first = second < SECOND_FAULT;
    int since = second - (first ? FIRST_FAULT : SECOND_FAULT);
    Phase phase =
        second < STEADY_FROM
            ? Phase.WARM_UP
            : since < 0
                ? Phase.STEADY
                : since < (first ? 5 : 3)
                    ? Phase.OUTAGE
                    : since < (first ? 10 : 8) ? Phase.RECOVERY : Phase.AFTER;
    Instant from = LOAD.plusSeconds(second);
    return since < 0
        ? new PhaseSpan(phase, from, from.plusSeconds(1))
        : new PhaseSpan(phase, first ? 0 : 1, from, from.plusSeconds(1));
  }

  private void request(LatencyLog log, PhaseSums sums, String operation, int second) {
    boolean first = second >= FIRST_FAULT && second < FIRST_FAULT + 4;
    boolean other = second >= SECOND_FAULT && second < SECOND_FAULT + 2;
    boolean multi = Manifests.planClass(operation) == PlanClass.MULTI_SHARD;
    boolean broken = (first && (multi || random.nextInt(2) == 0)) || other;
    double slow = second >= FIRST_FAULT && second < FIRST_FAULT + 10 ? 1.8 : 1;
    long service =
        (long)
            (OPERATIONS.getOrDefault(operation, 1000)
                * 1000.0
                * slow
                * Math.exp(random.nextGaussian() * 0.28)
                * (random.nextInt(150) == 0 ? 7 : 1));
    if (broken) {
      service = (long) (3e9 * random.nextDouble());
    }
    long lag = (long) (20_000 * Math.exp(random.nextGaussian()));
    long queue = (long) (9_000 * Math.exp(random.nextGaussian()));
    long pool = (long) (broken ? 5e8 * random.nextDouble() : 6_000);
    Outcome outcome = broken && random.nextInt(3) > 0 ? Outcome.FAILED : Outcome.OK;
    PhaseSpan at = phaseAt(second);
    Map.of(
            TimePart.LAG, lag,
            TimePart.QUEUE, queue,
            TimePart.POOL, pool,
            TimePart.SERVICE, service,
            TimePart.RESPONSE, lag + queue + pool + service)
        .forEach(
            (part, nanos) -> {
              log.record(operation, part, outcome, nanos);
              sums.add(new Series(operation, part, outcome), at.phase(), at.fault(), nanos);
            });
  }

  private static List<Manifest.FaultResult> faults() {
    return List.of(
        fault(
            "worker1",
            "worker1-a",
            LOAD.plusSeconds(FIRST_FAULT),
            3_000,
            List.of(
                new Manifest.Outage("write", 1, 4_180, 20, Map.of("08006", 161L, "57P03", 12L)),
                new Manifest.Outage("read", 1, 3_960, 20, Map.of("08006", 144L)),
                new Manifest.Outage("write", 0, 0, 20, Map.of()),
                new Manifest.Outage("write", 2, 0, 20, Map.of()),
                new Manifest.Outage("multi-shard", 0, 4_210, 50, Map.of("08006", 61L)),
                pooled("write", 1, 6_900, Manifest.Outage.HIKARI, null),
                pooled("write", 1, 4_300, Manifest.Outage.HIKARI_OVERRIDE, null))),
        fault(
            "coordinator",
            "coordinator-a",
            LOAD.plusSeconds(SECOND_FAULT),
            13_500,
            List.of(
                new Manifest.Outage("write", 0, 2_140, 20, Map.of("08001", 40L, "25006", 3L)),
                new Manifest.Outage("read", 0, 2_100, 20, Map.of("08001", 40L)),
                new Manifest.Outage("multi-shard", 0, 2_150, 50, Map.of("08001", 21L)),
                pooled("write", 0, 19_400, Manifest.Outage.HIKARI, true),
                pooled("write", 0, 2_300, Manifest.Outage.HIKARI_OVERRIDE, null))));
  }

  private static Manifest.Outage pooled(
      String probe, int group, double millis, String client, @Nullable Boolean unended) {
    return new Manifest.Outage(probe, group, millis, 100, Map.of("25006", 33L), client, unended);
  }

  private static Manifest.FaultResult fault(
      String target,
      String member,
      Instant at,
      double predictedMillis,
      List<Manifest.Outage> outages) {
    return new Manifest.FaultResult(
        "kill-postgres",
        target,
        member,
        at,
        outages,
        phases(target.equals("coordinator"), outages.get(0).millis()),
        new Manifest.Predicted(0, predictedMillis),
        new Manifest.Writes(6_312, 0, 0, 14, 2, 3L, 7_250.0),
        List.of(
            new Manifest.PoolUse(Manifest.Outage.HIKARI, 4, 37),
            new Manifest.PoolUse(Manifest.Outage.HIKARI_OVERRIDE, 4, 1)),
        List.of(
            new Manifest.Suffered("worker1", "read", true, 188, 141, 40, 12.4, 1_480),
            new Manifest.Suffered("worker1", "write", true, 45, 31, 14, 18.9, 390),
            new Manifest.Suffered("worker2", "read", false, 190, 0, 2, 12.4, 1_480),
            new Manifest.Suffered("multi-shard", "read", false, 5, 4, 0, 0, 0)),
        new Manifest.Debt(11.3, 1_870, 7_000.0, 5, 1_000, 21_400, 31.4159, 172),
        List.of(new Manifest.Milestone(Manifest.Milestone.STRAGGLER, 4_620, "probes", 50)));
  }

  /** They add up to the outage. */
  private static List<Manifest.FaultPhase> phases(boolean viaProxy, double outageMillis) {
    return List.of(
        new Manifest.FaultPhase(Manifest.FaultPhase.BEFORE, 10, "probes", 20.0),
        new Manifest.FaultPhase("detect", 800, "Patroni's log", 1.0),
        new Manifest.FaultPhase("release", 150, "etcd watch", 10.0),
        new Manifest.FaultPhase("elect", 120, "etcd watch", 10.0),
        new Manifest.FaultPhase("promote", 210, "PostgreSQL's log", 1.0),
        viaProxy
            ? new Manifest.FaultPhase("proxy", outageMillis - 1_330, "HAProxy's statistics", 50.0)
            : new Manifest.FaultPhase("metadata", outageMillis - 1_330, "pg_dist_node", 20.0),
        new Manifest.FaultPhase("client", 25, "probes", 20.0),
        new Manifest.FaultPhase(Manifest.FaultPhase.UNEXPLAINED, 15, null, null));
  }

  /** Writes a sample run to look at: the folder to write to is the argument. */
  public static void main(String[] arguments) throws IOException {
    Path runs = Path.of(arguments[0]);
    System.out.println(write(runs, head()));
    Instant later = START.plus(Duration.ofHours(1));
    Manifest other = Manifests.head(later, "ha-fast");
    System.out.println(
        write(
            runs,
            new Manifest(
                other.schema(),
                "",
                RunKind.RUN,
                false,
                List.of(
                    "the asked rate was not reached: 412 of 500 requests/s",
                    "plan of top-tenants: router seen, multi-shard stated"),
                later,
                other.durationSeconds(),
                new Manifest.EngineVersion(Engine.FDW, "15.14"),
                other.runtime(),
                other.versions(),
                other.topology(),
                other.tuning(),
                other.seed(),
                other.machine(),
                other.dataset(),
                List.of(),
                List.of(),
                List.of(new Manifest.ProcessorShare("gatling", 60, 0.08, 0.71)),
                List.of(),
                List.of(Manifests.generator()),
                null,
                List.of())));
    List<Run> all = Runs.at(runs).list();
    System.out.println(RunText.plain().list(all));
    System.out.println(RunText.plain().show(all.get(0)));
    Comparison comparison = Comparison.of(all, true);
    System.out.println(comparison.text());
    Files.writeString(runs.resolveSibling("comparison.html"), comparison.html());
    Files.writeString(runs.resolveSibling("comparison.csv"), comparison.csv());
  }
}
