package dev.citusbench.gatling;

import dev.citusbench.cluster.Breakable.Lacking;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.session.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** One fault that is going to be opened. */
record PlannedFault(FaultKind kind, FaultTarget target) {
  /** For messages: {@code kill-node of worker1}. */
  @Override
  public String toString() {
    return kind.word() + " of " + target.word();
  }

  /**
   * Refuses targets that no reference cluster has, before one is started.
   *
   * @throws BenchException where a target fits no kind, or a kind no target
   */
  static void check(Settings settings) {
    Engine engine = settings.engine() == null ? Engine.CITUS : settings.engine();
    all(settings, ClusterSpec.workers(engine), kind -> Optional.empty(), leftOut -> {});
  }

  /**
   * All that the settings ask for, in rounds: each kind at each target once, then again.
   *
   * @param workers how many groups there are beside the coordinator
   * @param lacking why a kind cannot be; empty where it can
   * @param leftOut is told of kinds that are among all that are asked for, and cannot be
   * @throws BenchException where a target fits no kind, a kind no target, or one that is asked for
   *     by its name cannot be
   */
  static List<PlannedFault> all(
      Settings settings,
      int workers,
      Function<FaultKind, Optional<Lacking>> lacking,
      Consumer<String> leftOut) {
    List<PlannedFault> round = new ArrayList<>();
    Set<String> unused = new LinkedHashSet<>(settings.targets());
    boolean everywhere = settings.targets().equals(Settings.ALL);
    // What was not asked for need not be there.
    boolean given = settings.isGiven(Settings.Name.TARGET);
    for (FaultKind kind : settings.faults()) {
      List<FaultTarget> possible = FaultTarget.of(kind, workers);
      Optional<Lacking> problem =
          possible.isEmpty()
              ? Optional.of(
                  new Lacking(
                      BenchException.Kind.USAGE, "this cluster has nothing that it could hit"))
              : lacking.apply(kind);
      if (problem.isPresent()) {
        BenchException said = problem.get().of(kind.word());
        if (!settings.isEveryFault()) {
          throw said;
        }
        leftOut.accept(said.getMessage());
        continue;
      }
      if (everywhere || (possible.size() == 1 && !given)) {
        possible.forEach(target -> round.add(new PlannedFault(kind, target)));
        continue;
      }
      int before = round.size();
      for (String word : settings.targets()) {
        FaultTarget.find(kind, word, workers)
            .ifPresent(
                target -> {
                  round.add(new PlannedFault(kind, target));
                  unused.remove(word);
                });
      }
      if (round.size() == before) {
        throw BenchException.unknown(
            "target of " + kind.word(),
            String.join(",", settings.targets()),
            possible.stream().map(FaultTarget::word).toList());
      }
    }
    if (given && !everywhere && !unused.isEmpty()) {
      throw BenchException.usage(
          "--target %s: none of the faults %s can be aimed at it"
              .formatted(
                  unused.iterator().next(),
                  String.join(", ", settings.faults().stream().map(FaultKind::word).toList())));
    }
    List<PlannedFault> all = new ArrayList<>();
    for (int i = 0; i < settings.repeat(); i++) {
      all.addAll(round);
    }
    return List.copyOf(all);
  }
}
