package dev.citusbench.results;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        List.of(generator(), generator("failover", Manifest.Generator.Span.FAULTS)),
        null,
        List.of());
  }

  static Manifest.Generator generator() {
    return generator("gatling", Manifest.Generator.Span.STEADY);
  }

  static Manifest.Generator generator(String part, Manifest.Generator.Span span) {
    return new Manifest.Generator(
        part,
        span,
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

  /** A manifest of these rows and nothing else. */
  static Manifest of(List<Manifest.OperationResult> rows) {
    return head(Instant.parse("2026-03-01T10:00:00Z"))
        .with(rows, List.of(), List.of(), List.of(), List.of());
  }

  /** A row of {@code fan-out}; nobody counted connections where they are null. */
  static Manifest.OperationResult fanOut(
      int cached, int pool, int shards, @Nullable Double connections, long p50Nanos) {
    return fanOut(
        "cachedConnections=%d executorPool=%d shards=%d".formatted(cached, pool, shards),
        shards,
        connections,
        p50Nanos,
        12_000);
  }

  static Manifest.OperationResult fanOut(
      String variant, int tasks, @Nullable Double connections, long p50Nanos, long count) {
    return new Manifest.OperationResult(
            "fan-out",
            PlanClass.MULTI_SHARD,
            tasks,
            Source.JMH,
            "writer",
            Outcome.OK,
            TimePart.SERVICE,
            Phase.STEADY,
            count,
            1e9 / p50Nanos,
            p50Nanos,
            p50Nanos,
            p50Nanos,
            p50Nanos,
            p50Nanos,
            p50Nanos)
        .withVariant(variant, 76_500L)
        .withUse(
            connections == null ? Map.of() : Map.of("connectionsOpened", connections), Map.of());
  }

  /** A row of something that writes, one row an operation. */
  static Manifest.OperationResult insert(
      String name, String route, int clients, double rowsPerSecond) {
    return new Manifest.OperationResult(
            name,
            planClass(name),
            1,
            Source.JMH,
            route,
            Outcome.OK,
            TimePart.SERVICE,
            Phase.STEADY,
            12_000,
            rowsPerSecond,
            1e6,
            1_000_000,
            1_500_000,
            3_000_000,
            8_000_000,
            20_000_000)
        .withRowsPerSecond(rowsPerSecond)
        .withVariant(clients == 1 ? null : "threads=" + clients, 76_500L);
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
