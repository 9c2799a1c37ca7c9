package dev.citusbench.results;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Manifests for tests. */
final class Manifests {
  private Manifests() {}

  static Manifest head(Instant startedAt) {
    return head(startedAt, "ha-default");
  }

  static Manifest head(Instant startedAt, String tuning) {
    return new Manifest(
        Manifest.SCHEMA,
        "",
        RunKind.RUN,
        true,
        List.of(),
        startedAt,
        212.5,
        new Manifest.EngineVersion(Engine.CITUS, "13.2.2"),
        RuntimeKind.NATIVE,
        new Manifest.Versions("15.14", "3.0.2", "3.4.23", "2.6.12", "17.0.15", "0.1.0"),
        new Manifest.Topology(2, 2, 1),
        tuning,
        1,
        new Manifest.Machine("Test CPU @ 2.00GHz", 2, 8L << 30, "6.1.0-37-amd64", 0.42),
        new Manifest.Dataset(
            1, Map.of("orders", 500_000L, "order_lines", 1_500_000L), 14.2, 141_000),
        List.of(),
        List.of(),
        List.of(new Manifest.ProcessorShare("gatling", 60, 0.08, 0.71)),
        List.of(),
        List.of(generator()));
  }

  static Manifest.Generator generator() {
    return new Manifest.Generator(
        "gatling",
        "constant",
        true,
        200,
        199.998,
        -0.00001,
        12_000,
        12_000,
        0,
        0,
        9,
        12_000,
        71_000,
        110_000,
        640_000,
        2_100_000,
        3_400_000,
        310_000,
        4_800_000,
        6,
        21,
        7,
        0.09);
  }

  static Manifest.OperationResult row(String name, long p50Nanos) {
    return row(name, Source.GATLING, "writer", TimePart.RESPONSE, Phase.STEADY, p50Nanos);
  }

  static Manifest.OperationResult row(
      String name, Source source, String route, TimePart time, Phase phase, long p50Nanos) {
    return new Manifest.OperationResult(
        name,
        planClass(name),
        tasks(name),
        source,
        route,
        Outcome.OK,
        time,
        phase,
        12_000,
        200,
        p50Nanos * 1.1,
        p50Nanos,
        p50Nanos * 3 / 2,
        p50Nanos * 3,
        p50Nanos * 8,
        p50Nanos * 20);
  }

  static PlanClass planClass(String operation) {
    return switch (operation) {
      case "floor" -> PlanClass.LOCAL;
      case "revenue-by-day", "top-tenants", "orders-by-status" -> PlanClass.MULTI_SHARD;
      case "lookup-order", "insert-event" -> PlanClass.FAST_PATH;
      default -> PlanClass.ROUTER;
    };
  }

  static int tasks(String operation) {
    return switch (planClass(operation)) {
      case LOCAL -> 0;
      case MULTI_SHARD, REPARTITION -> 32;
      case FAST_PATH, ROUTER -> 1;
    };
  }
}
