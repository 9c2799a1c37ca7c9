package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Three seconds at 400 requests a second against a stub; one in ten fails. */
public final class StubSimulation extends Simulation {
  private final LongAdder ended = new LongAdder();
  private final Punctuality punctuality = new Punctuality(400, 1200);
  private final Load load;

  public StubSimulation() {
    Work work =
        StubDatabase.work(
            "stub",
            index -> {
              if (index % 10 == 0) {
                throw new SQLException("every tenth", "40001");
              }
            });
    this.load =
        new Load(
            Mix.of(Map.of("stub", 1), 1, name -> work),
            new StubDatabase(8, 1000).dataSource(),
            new ArrivalSchedule(400),
            punctuality,
            8,
            10_000,
            completed -> ended.increment(),
            System::nanoTime);
    setUp(
            scenario("stub")
                .exec(OperationStep.request())
                .injectOpen(constantUsersPerSec(400).during(3)))
        .protocols(new JdbcProtocol(load));
  }

  @Override
  public void before() {
    load.start();
  }

  @Override
  public void after() {
    load.close();
    try {
      Files.writeString(
          Path.of(System.getProperty("stub.result")),
          "ended %d, rate %.3f, lag p50 %d ns p99 %d ns max %d ns"
              .formatted(
                  ended.sum(),
                  punctuality.perSecond(),
                  punctuality.lagNanos(50),
                  punctuality.lagNanos(99),
                  punctuality.maxLagNanos()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
