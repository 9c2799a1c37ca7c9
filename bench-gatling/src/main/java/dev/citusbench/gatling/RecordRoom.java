package dev.citusbench.gatling;

import dev.citusbench.cluster.Breakable;
import dev.citusbench.cluster.Breakable.Lacking;
import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.session.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the load generator has room for the record of a load, of which it keeps every request
 * until the end ({@link DueRequests}). Asked before anything is started.
 *
 * @param heapBytes the most that the heap of the generator's process may grow to
 */
public record RecordRoom(long heapBytes) {

  /** That of a process that {@link GatlingCommand} starts. */
  public static RecordRoom ofChild() {
    return new RecordRoom(GatlingCommand.HEAP_BYTES);
  }

  static RecordRoom ofThisProcess() {
    return new RecordRoom(Runtime.getRuntime().maxMemory());
  }

  /**
   * Asks for a load without faults.
   *
   * @throws BenchException USAGE where it does not fit
   */
  public void checkSteady(Settings settings) {
    DueRequests.requireRoom(
        settings.rate(),
        OpenLoad.wholeSeconds(settings.warmup()).plus(OpenLoad.wholeSeconds(settings.duration())),
        List.of(Settings.Name.DURATION),
        heapBytes);
  }

  /**
   * Asks for a load beside ladders of stress: for as long as they can take, on the cluster that is
   * up or, where none is, on the one that would be started.
   *
   * @throws BenchException USAGE where it does not fit, or where there can be no such stress
   */
  public void checkEndurance(Settings given) {
    Settings settings = PlannedStress.checked(given);
    List<PlannedStress> stresses =
        PlannedStress.all(
            settings,
            ClusterSpec.workers(engine(settings)),
            // Why one that is asked for by its name cannot be is said already.
            settings.isEveryStress() ? PlannedStress::lacking : kind -> Optional.empty(),
            leftOut -> {});
    StressTimes times = StressTimes.of(settings, tuning(settings));
    check(settings, FaultTimes.calm(settings).plus(times.longest(stresses)));
  }

  private static Engine engine(Settings settings) {
    Engine wanted = settings.engine() == null ? Engine.CITUS : settings.engine();
    return Cluster.find(settings.home()).map(up -> up.file().engine()).orElse(wanted);
  }

  private static Tuning tuning(Settings settings) {
    return Cluster.find(settings.home())
        .map(Cluster::tuning)
        .orElseGet(() -> Tuning.load(settings.home(), settings.tuning()));
  }

  /**
   * Asks for a load that is repeated, with its warm-up before.
   *
   * @throws BenchException USAGE where it does not fit
   */
  private void check(Settings settings, Duration length) {
    List<Settings.Name> shortens =
        Stream.of(Settings.Name.REPEAT, Settings.Name.HOLD, Settings.Name.STEPS)
            .filter(name -> name == Settings.Name.REPEAT || settings.isGiven(name))
            .toList();
    DueRequests.requireRoom(
        settings.rate(),
        OpenLoad.wholeSeconds(settings.warmup()).plus(length),
        shortens,
        heapBytes);
  }

  /**
   * Asks for a load with faults, which lasts until they are over: for as long as that can take, on
   * the cluster that is up or, where none is, on the one that would be started.
   *
   * @throws BenchException USAGE where it does not fit, or where there can be no such fault
   */
  public void checkFailover(Settings settings) {
    Engine engine = engine(settings);
    Breakable breakable =
        Cluster.find(settings.home())
            .map(Cluster::breakable)
            .orElseGet(() -> new Breakable(settings.network(), settings.disk(), settings.home()));
    // Why one that is asked for by its name cannot be is said where it is going to be opened.
    Function<FaultKind, Optional<Lacking>> lacking =
        settings.isEveryFault() ? breakable::lacking : kind -> Optional.empty();
    List<PlannedFault> faults =
        PlannedFault.all(settings, ClusterSpec.workers(engine), lacking, leftOut -> {});
    FaultTimes times = FaultTimes.of(settings, tuning(settings), engine);
    check(settings, times.calm().plus(times.longest(faults)));
  }
}
