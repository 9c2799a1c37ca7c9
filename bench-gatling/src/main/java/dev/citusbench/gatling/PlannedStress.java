package dev.citusbench.gatling;

import static java.util.stream.Collectors.joining;

import dev.citusbench.cluster.Breakable.Lacking;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.cluster.Member;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.cluster.Stresses;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One stress that a ladder of is going to be climbed. */
record PlannedStress(StressKind kind, FaultTarget target) {
  /** How often each step is done unless the settings say otherwise: once proves little. */
  private static final int REPEAT = 2;

  /** Twice the end of the ladder: more are milliseconds that were taken for processes. */
  private static final long MOST_LOAD = 64;

  /** For messages: {@code pause of worker1}. */
  @Override
  public String toString() {
    return kind.word() + " of " + target.word();
  }

  /**
   * Settings whose defaults are this part's own: the primary of worker 1, and two repetitions.
   *
   * @throws BenchException where what is asked for cannot be had, before anything is started
   */
  static Settings checked(Settings given) {
    if (given.runtime() == RuntimeKind.ATTACH) {
      throw BenchException.usage(
          "endure needs a cluster of our own, and an attached one is run by others: leave out runtime attach and the URLs");
    }
    Settings settings =
        given.isGiven(Name.REPEAT) ? given : given.with(Name.REPEAT, Integer.toString(REPEAT));
    if (given.isGiven(Name.TARGET)
        && settings.stresses().stream().noneMatch(PlannedStress::aimed)) {
      throw BenchException.usage(
          "--target says whose primary pause and disk hit, and %s hit no primary: leave it out"
              .formatted(
                  String.join(
                      " and ", settings.stresses().stream().map(StressKind::word).toList())));
    }
    if (given.isGiven(Name.STEPS) && given.isEveryStress()) {
      throw BenchException.usage(
          "--steps are in the stress's own unit (%s): name with --stress which are meant, such as --stress pause --steps 500,1000"
              .formatted(
                  settings.stresses().stream()
                      .map(kind -> kind.word() + " " + kind.unit())
                      .collect(joining(", "))));
    }
    if (settings.stresses().contains(StressKind.LOAD)
        && settings.steps().stream().flatMap(List::stream).anyMatch(step -> step > MOST_LOAD)) {
      throw BenchException.usage(
          "--steps for load are busy processes for each core, and may be %d at most"
              .formatted(MOST_LOAD));
    }
    // Not of all that are taken by default: those that cannot be are left out, and named.
    all(
        settings,
        workers(settings),
        kind -> settings.isEveryStress() ? Optional.empty() : lacking(kind),
        leftOut -> {});
    return settings;
  }

  private static int workers(Settings settings) {
    Engine engine = settings.engine() == null ? Engine.CITUS : settings.engine();
    return ClusterSpec.workers(engine);
  }

  /** Why this machine cannot have a stress; empty where it can. */
  static Optional<Lacking> lacking(StressKind kind) {
    return Stresses.lacking(kind);
  }

  private static boolean aimed(StressKind kind) {
    return kind.hits() == StressKind.Hits.PRIMARY;
  }

  /**
   * All that the settings ask for: each stress at each of its targets, one after the other.
   *
   * @param workers how many groups there are beside the coordinator
   * @param lacking why a stress cannot be; empty where it can
   * @param leftOut is told of stresses that are among all, and cannot be
   * @throws BenchException where a target is no primary, or a stress that is asked for by its name
   *     cannot be
   */
  static List<PlannedStress> all(
      Settings settings,
      int workers,
      Function<StressKind, Optional<Lacking>> lacking,
      Consumer<String> leftOut) {
    List<FaultTarget> primaries = primaries(settings, workers);
    List<PlannedStress> all = new ArrayList<>();
    for (StressKind kind : settings.stresses()) {
      Optional<Lacking> problem = lacking.apply(kind);
      if (problem.isPresent()) {
        BenchException said = problem.get().of("--stress " + kind.word());
        if (!settings.isEveryStress()) {
          throw said;
        }
        leftOut.accept(said.getMessage());
        continue;
      }
      switch (kind.hits()) {
        case PRIMARY -> primaries.forEach(target -> all.add(new PlannedStress(kind, target)));
        case ETCD -> all.add(new PlannedStress(kind, FaultTarget.ETCD));
        case MACHINE -> all.add(new PlannedStress(kind, FaultTarget.MACHINE));
      }
    }
    return List.copyOf(all);
  }

  private static List<FaultTarget> primaries(Settings settings, int workers) {
    List<FaultTarget> possible =
        IntStream.rangeClosed(0, workers).mapToObj(FaultTarget::primaryOf).toList();
    if (!settings.isGiven(Name.TARGET)) {
      return List.of(FaultTarget.primaryOf(Math.min(1, workers)));
    }
    if (settings.targets().equals(Settings.ALL)) {
      return possible;
    }
    List<String> words = possible.stream().map(FaultTarget::word).toList();
    return settings.targets().stream()
        .distinct()
        .map(
            word ->
                possible.stream()
                    .filter(target -> target.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> BenchException.unknown("primary for --target", word, words)))
        .toList();
  }

  /** The group names, for messages. */
  static String group(int group) {
    return Member.groupName(group);
  }
}
