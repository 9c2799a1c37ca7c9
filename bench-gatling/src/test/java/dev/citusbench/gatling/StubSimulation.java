package dev.citusbench.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Phase;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/**
 * An open load against a stub; one request in ten fails. By default three seconds at 400 a second,
 * of which the first is warm-up.
 */
public final class StubSimulation extends Simulation {
  private static final int RATE = Integer.getInteger("stub.rate", 400);
  private static final int SECONDS = Integer.getInteger("stub.seconds", 3);
  private static final int WARM_UP = Integer.getInteger("stub.warmup", 1);

  private final LatencyLog log = LatencyLog.open(Path.of(System.getProperty("stub.log")));
  private final Recording recording = new Recording(log);
  private final Punctuality punctuality =
      new Punctuality((long) RATE * WARM_UP, (long) RATE * SECONDS);
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
            new ArrivalSchedule(RATE),
            punctuality,
            8,
            10_000,
            recording,
            System::nanoTime);
    setUp(
            scenario("stub")
                .exec(OperationStep.request())
                .injectOpen(constantUsersPerSec(RATE).during(SECONDS)))
        .protocols(new JdbcProtocol(load));
  }

  @Override
  public void before() {
    load.start();
  }

  @Override
  public void after() {
    load.close();
    log.close();
    try {
      Files.writeString(
          Path.of(System.getProperty("stub.result")),
          "ended %d, errors %s, rate %.3f, lag p50 %d ns p99 %d ns max %d ns"
              .formatted(
                  recording.requests(Phase.WARM_UP),
                  recording.errors(Phase.WARM_UP),
                  punctuality.perSecond(),
                  punctuality.lagNanos(50),
                  punctuality.lagNanos(99),
                  punctuality.maxLagNanos()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
