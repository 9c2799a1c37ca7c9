package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.scenario;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Phase;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Source;
import dev.citusbench.session.Arrivals;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The open load of the simulations, {@link Traffic}, on one operation and without a cluster: {@code
 * no-op} against a stub, which fails every tenth request where that is asked for, or {@code
 * select-1} on a PostgreSQL. {@link TrafficRun} starts it in a JVM of its own.
 */
public final class TrafficSimulation extends Simulation {
  private static final String PREFIX = "traffic.";

  private final Path folder = Path.of(text("folder", ""));
  private final Duration warmup = Duration.ofSeconds(number("warmup", 1));
  private final Duration steady = Duration.ofSeconds(number("steady", 2));
  private final LatencyLog log = LatencyLog.open(folder.resolve("latency.hlog"));
  private final @Nullable HikariDataSource pool;
  private final Traffic traffic;

  /** Where request {@code index} sleeps in the database, and for how long, in seconds. */
  private final Map<Long, Double> holds = new TreeMap<>();

  public TrafficSimulation() {
    this.pool = text("url", "").isEmpty() ? null : pool();
    DataSource dataSource =
        pool == null ? new StubDatabase(number("connections", 8), 1000).dataSource() : pool;
    for (String hold : text("holds", "").split(",", -1)) {
      if (!hold.isEmpty()) {
        holds.put(
            Long.parseLong(hold.substring(0, hold.indexOf(':'))),
            Double.parseDouble(hold.substring(hold.indexOf(':') + 1)));
      }
    }
    Work work = pool == null ? StubDatabase.work("no-op", this::noOp) : selectOne();
    this.traffic =
        new Traffic(
            "traffic",
            new ArrivalSchedule(
                Arrivals.valueOf(text("arrivals", "CONSTANT")),
                number("rate", 400),
                number("seed", 1)),
            warmup,
            steady,
            Mix.of(Map.of(work.name(), 1), 1, name -> work),
            dataSource,
            number("workers", 200),
            new Recording(log),
            progress -> {});
    setUp(traffic.population(scenario("traffic").exec(OperationStep.request()), steady))
        .protocols(traffic.protocol());
  }

  private static String text(String name, String byDefault) {
    return System.getProperty(PREFIX + name, byDefault);
  }

  private static int number(String name, int byDefault) {
    return Integer.getInteger(PREFIX + name, byDefault);
  }

  private static HikariDataSource pool() {
    // HikariCP asks a connection that was idle for half a second whether it is alive before it
    // hands it out. That is part of `pool`, and a stalled server would be seen there.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "600000");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(text("url", ""));
    config.setUsername(text("user", ""));
    config.setPassword(text("password", ""));
    config.setMaximumPoolSize(number("connections", 8));
    config.setConnectionTimeout(60_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private void noOp(long index) throws SQLException {
    if (Boolean.getBoolean(PREFIX + "failing") && index % 10 == 0) {
      throw new SQLException("every tenth", "40001");
    }
  }

  private Work selectOne() {
    return new Work() {
      @Override
      public String name() {
        return "select-1";
      }

      @Override
      public void run(Connection connection, long index) throws SQLException {
        Double hold = holds.get(index);
        String sql = hold == null ? "select 1" : "select 1 from pg_sleep(" + hold + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql);
            ResultSet rows = statement.executeQuery()) {
          if (!rows.next()) {
            throw new SQLException("no row");
          }
        }
      }
    };
  }

  @Override
  public void before() {
    if (pool != null) {
      Pool.awaitFull(pool, Duration.ofSeconds(60));
    }
    traffic.start();
    Thread thread = new Thread(this::tellStart, "tell-start");
    thread.setDaemon(true);
    thread.start();
  }

  private void tellStart() {
    try {
      Long start = traffic.startNanos();
      while (start == null) {
        Thread.sleep(1);
        start = traffic.startNanos();
      }
      Files.writeString(folder.resolve("start.tmp"), start.toString());
      Files.move(
          folder.resolve("start.tmp"), folder.resolve("start"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void after() {
    traffic.close();
    Properties result = new Properties();
    Manifest.Generator generator = traffic.generator();
    result.setProperty("generator", generator.toString());
    for (RecordComponent component : Manifest.Generator.class.getRecordComponents()) {
      try {
        result.setProperty(
            "generator." + component.getName(),
            String.valueOf(component.getAccessor().invoke(generator)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    result.setProperty("reasons", String.join("\n", traffic.judgeSteady()));
    result.setProperty(
        "requests",
        Long.toString(
            traffic.requests().tallies(traffic.phases()).stream()
                .mapToLong(DueRequests.Tally::requests)
                .sum()));
    traffic
        .requests()
        .rows(
            traffic.phases(),
            name -> new LatencyLog.Described(PlanClass.LOCAL, 0, Source.GATLING, "direct"))
        .stream()
        .filter(row -> row.phase() == Phase.STEADY)
        .forEach(row -> tell(result, row));
    log.close();
    if (pool != null) {
      pool.close();
    }
    try (var out = Files.newBufferedWriter(folder.resolve("result.properties"))) {
      result.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(Properties result, Manifest.OperationResult row) {
    result.setProperty(
        row.time() + "." + row.outcome(),
        "%d %d %d %d %d %d"
            .formatted(
                row.count(),
                row.p50Nanos(),
                row.p90Nanos(),
                row.p99Nanos(),
                row.p999Nanos(),
                row.maxNanos()));
  }
}
