package dev.citusbench.gatling;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.gatling.probe.Probes;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.session.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long a fault is held, and how long it and what is measured around it may take, by the
 * settings in force. Known before a cluster is started.
 *
 * @param asked how long a fault that must be undone stays open; empty for what its kind needs
 * @param calm how long to measure before each fault and after each recovery
 */
record FaultTimes(Tuning tuning, Engine engine, Optional<Duration> asked, Duration calm) {
  /** Left-over transactions, and the ledger, are each waited for no longer. */
  static final Duration READ_BACK = Duration.ofSeconds(10);

  private static final Duration SLACK = Duration.ofSeconds(15);

  static FaultTimes of(Settings settings, Tuning tuning, Engine engine) {
    return new FaultTimes(tuning, engine, settings.hold(), calm(settings));
  }

  /** How long to measure before each fault and after each recovery. */
  static Duration calm(Settings settings) {
    return Duration.ofSeconds(settings.quick() ? 5 : 15);
  }

  /** The longest that faults can take one after the other, from the first wait on. */
  Duration longest(List<PlannedFault> faults) {
    Duration all = Duration.ZERO;
    for (PlannedFault fault : faults) {
      all =
          all.plus(Probes.FILLING)
              .plus(calm)
              .plus(tuning.loopWait())
              .plus(recoveryBound(fault))
              .plus(calm)
              .plus(READ_BACK.multipliedBy(2))
              .plus(SLACK);
    }
    return all;
  }

  /** From its opening until it is undone; zero where it needs no undoing. */
  Duration hold(PlannedFault fault) {
    Duration needed = fault.kind().hold(tuning.ttl(), tuning.loopWait());
    return needed.isZero() ? needed : asked.orElse(needed);
  }

  /**
   * From the opening of a fault: while it is held, twice what the settings allow an outage to last
   * that does not wait for its end, and time for the old primary to rejoin.
   */
  Duration recoveryBound(PlannedFault fault) {
    return hold(fault)
        .plusMillis((long) (2 * predicted(fault, Duration.ZERO).max()))
        .plusSeconds(60);
  }

  /** What the settings allow its outage to last. */
  Manifest.Predicted predicted(PlannedFault fault) {
    return predicted(fault, hold(fault));
  }

  private Manifest.Predicted predicted(PlannedFault fault, Duration hold) {
    return Prediction.of(fault, hold, tuning.patroni(), tuning.haproxy(), engine);
  }
}
