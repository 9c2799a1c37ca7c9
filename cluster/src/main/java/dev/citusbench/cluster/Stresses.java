package dev.citusbench.cluster;

import dev.citusbench.cluster.OpenFaults.Undo;
import dev.citusbench.cluster.OpenFaults.Undo.Action;
import dev.citusbench.results.BenchException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Puts a cluster of ours under stress, as {@link Faults} break it, and undone in the same way. */
public final class Stresses {
  private final Cluster cluster;
  private final NativeRuntime runtime;
  private final Faults faults;

  Stresses(Cluster cluster, NativeRuntime runtime, Faults faults) {
    this.cluster = cluster;
    this.runtime = runtime;
    this.faults = faults;
  }

  /** Why there can be no such stress on this machine; empty where there can. */
  public static Optional<Breakable.Lacking> lacking(StressKind kind) {
    return kind.traces()
        ? Stressors.lackingTracer()
            .map(reason -> new Breakable.Lacking(BenchException.Kind.MACHINE, reason))
        : Optional.empty();
  }

  /**
   * Finds what a stress is going to hit.
   *
   * @param value in the kind's unit; of a pause it is only how long the caller leaves it open
   * @param atMost after which it ends by itself, also where the suite was killed; a pause does not
   *     end by itself, the next command that finds the cluster ends it
   * @throws BenchException where what it would hit does not run
   */
  public Faults.Prepared prepare(StressKind kind, FaultTarget target, long value, Duration atMost) {
    return switch (kind) {
      case PAUSE -> faults.prepare(FaultKind.FREEZE_NODE, target);
      case LOAD -> {
        long count = value * Runtime.getRuntime().availableProcessors();
        int nice =
            runtime.postmaster(cluster.primary(0)).flatMap(p -> Processes.nice(p.pid())).orElse(0);
        yield faults.prepared(
            kind.word(),
            target.word(),
            target.word(),
            List.of(new Undo(Action.RELIEVE, kind.word())),
            () -> {
              stressors().busy(kind.word(), count, atMost, nice, Account.current());
              return CompletableFuture.completedFuture(null);
            });
      }
      case DISK -> {
        Member member = cluster.primary(target.group());
        // The postmaster first: what it forks from then on is traced.
        yield slow(
            kind,
            target,
            member.name(),
            () -> {
              List<ProcessHandle> all =
                  new ArrayList<>(runtime.postmaster(member).stream().toList());
              runtime.daemons().postgres(member).stream()
                  .filter(p -> !all.contains(p))
                  .toList()
                  .forEach(all::add);
              return all;
            },
            value,
            atMost);
      }
      case ETCD_DISK -> {
        List<String> names = cluster.file().etcd().stream().map(Daemon::name).toList();
        yield slow(
            kind,
            target,
            String.join(" ", names),
            () ->
                names.stream()
                    .map(name -> cluster.file().launch(name))
                    .flatMap(launch -> runtime.daemons().find(launch).stream())
                    .toList(),
            value,
            atMost);
      }
    };
  }

  private Faults.Prepared slow(
      StressKind kind,
      FaultTarget target,
      String hit,
      Supplier<List<ProcessHandle>> tracees,
      long millis,
      Duration atMost) {
    Path log = Path.of(cluster.file().folder(), "logs", "stress.log");
    return faults.prepared(
        kind.word(),
        target.word(),
        hit,
        List.of(new Undo(Action.RELIEVE, kind.word())),
        () -> {
          stressors().slowSyncs(kind.word(), tracees, Duration.ofMillis(millis), atMost, log);
          return CompletableFuture.completedFuture(null);
        });
  }

  private Stressors stressors() {
    return runtime.daemons().stressors();
  }
}
