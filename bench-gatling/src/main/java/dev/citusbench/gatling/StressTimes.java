package dev.citusbench.gatling;

import dev.citusbench.cluster.StressKind;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.session.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The ladders of stress, how long each of their steps lasts, and how long it is watched, by the
 * settings in force. Known before a cluster is started.
 *
 * @param asked how long a step lasts whose value does not say so; empty for what the timers need
 * @param steps the values of every ladder; empty for those of each kind
 * @param repeat how often each step is done
 */
record StressTimes(
    Tuning tuning,
    Optional<Duration> asked,
    Optional<List<Long>> steps,
    int repeat,
    boolean quick) {
  /** What follows the last loop of Patroni in a watch. */
  private static final Duration WATCH_MORE = Duration.ofSeconds(3);

  /** A stress ends by itself this much later than it is to be ended. */
  private static final Duration BOUND_MORE = Duration.ofSeconds(15);

  static StressTimes of(Settings settings, Tuning tuning) {
    return new StressTimes(
        tuning, settings.hold(), settings.steps(), settings.repeat(), settings.quick());
  }

  /** The values to be tried, in their order. */
  List<Long> ladder(StressKind kind) {
    return steps.orElseGet(() -> kind.ladder(tuning.ttl(), quick));
  }

  /** How long a step of that value lasts. */
  Duration held(StressKind kind, long value) {
    return kind == StressKind.PAUSE ? Duration.ofMillis(value) : held();
  }

  /** How long a step lasts whose value does not say so. */
  Duration held() {
    return asked.orElseGet(() -> StressKind.hold(tuning.ttl(), tuning.loopWait(), quick));
  }

  /** After which a stress ends by itself. */
  Duration bound(StressKind kind, long value) {
    return held(kind, value).plus(BOUND_MORE);
  }

  /** How long is looked for leader changes after a step: Patroni may act a loop later. */
  Duration settle() {
    return tuning.loopWait().plus(WATCH_MORE);
  }

  /** In which the cluster must be settled again; a standby may have to be copied anew. */
  Duration recovery() {
    return tuning.ttl().multipliedBy(2).plusSeconds(90);
  }

  /** The longest that all ladders can take. */
  Duration longest(List<PlannedStress> planned) {
    Duration all = Duration.ZERO;
    for (PlannedStress stress : planned) {
      for (long value : ladder(stress.kind())) {
        all =
            all.plus(
                tuning
                    .loopWait()
                    .plus(bound(stress.kind(), value))
                    .plus(settle())
                    .multipliedBy(repeat));
      }
      all = all.plus(recovery().multipliedBy(repeat + 1L));
    }
    return all;
  }
}
