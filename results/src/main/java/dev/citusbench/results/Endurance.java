package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of one stress a cluster was seen to bear before a leader changed unasked: a ladder of
 * growing values, climbed until the first step at which one did.
 *
 * @param stress {@code pause}, {@code load}, {@code disk} or {@code etcd-disk}
 * @param target whose member it hit: {@code worker1} …, {@code etcd}, or {@code machine}
 * @param member that it hit; several, with blanks between them, where the primary was another one
 *     later, or all were hit; empty where no step was begun
 * @param unit of all values, such as {@code ms}
 * @param startedAt when the first step began
 * @param repeat how often each step was to be done
 * @param heldMillis how long each step lasted; null where its value says so, as of a pause
 * @param settleMillis for how long after each was looked for leader changes, and then until the
 *     cluster was ready
 * @param ladder all values that were to be tried, in their order
 * @param steps those that were tried
 * @param borne the largest value at which no leader changed in all its repetitions; null for none
 * @param notBorne the smallest at which one did, or after which the cluster did not recover; null
 *     where there is none
 */
public record Endurance(
    String stress,
    String target,
    String member,
    String unit,
    Instant startedAt,
    int repeat,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long heldMillis,
    long settleMillis,
    List<Long> ladder,
    List<Step> steps,
    @Nullable Long borne,
    @Nullable Long notBorne) {

  public Endurance {
    ladder = List.copyOf(ladder);
    steps = List.copyOf(steps);
  }

  /**
   * One value, tried several times.
   *
   * @param repetitions that were done
   * @param changed those of them with a leader change, of whatever group
   * @param notRecovered those after which the cluster was not settled in time, or not all its
   *     leaders could be seen: none of them counts as borne
   * @param leaderChanges all of them
   * @param requests of the load that were due from the begin of a repetition to the end of its
   *     watch, over all repetitions
   * @param failedRequests those of them without a good answer
   * @param shortestMillis the shortest of its repetitions, measured from when all of the stress was
   *     there to when it was told to end; null in runs that did not record it
   */
  public record Step(
      long value,
      int repetitions,
      int changed,
      int notRecovered,
      List<Manifest.LeaderChange> leaderChanges,
      long requests,
      long failedRequests,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double shortestMillis) {
    public Step {
      leaderChanges = List.copyOf(leaderChanges);
    }

    /** Names of the groups whose leader changed, each once. */
    List<String> groups() {
      return leaderChanges.stream()
          .map(Manifest.LeaderChange::group)
          .distinct()
          .sorted()
          .map(Answers::group)
          .toList();
    }
  }

  /** With what follows from the steps: a step that was cut short without a change shows nothing. */
  public static Endurance of(
      String stress,
      String target,
      String member,
      String unit,
      Instant startedAt,
      int repeat,
      @Nullable Long heldMillis,
      long settleMillis,
      List<Long> ladder,
      List<Step> steps) {
    Long borne = null;
    Long notBorne = null;
    for (Step step : steps) {
      if (step.changed() > 0 || step.notRecovered() > 0) {
        notBorne = notBorne == null ? step.value() : Math.min(notBorne, step.value());
      } else if (step.repetitions() >= repeat) {
        borne = borne == null ? step.value() : Math.max(borne, step.value());
      }
    }
    return new Endurance(
        stress,
        target,
        member,
        unit,
        startedAt,
        repeat,
        heldMillis,
        settleMillis,
        ladder,
        steps,
        borne,
        notBorne);
  }

  /** Its stress and target. */
  String name() {
    return stress + " of " + target;
  }

  /** A value with its unit. */
  String shown(long value) {
    return switch (unit) {
      case "ms" -> Units.period((double) value);
      default -> Units.number(value) + " " + unit;
    };
  }

  /** The one figure to remember: what was borne, and whether more was tried. */
  String figure() {
    if (borne == null) {
      return notBorne == null ? "not tried" : "under " + shown(notBorne);
    }
    return notBorne == null ? "≥ " + shown(borne) : shown(borne);
  }

  /** What was borne and what was not, in a sentence. */
  public String sentence() {
    Long most = borne;
    Long least = notBorne;
    if (most == null && least == null) {
      return "No step of %s was carried out.".formatted(name());
    }
    String bore =
        most == null ? "" : "%s was borne %d of %d times".formatted(told(most), repeat, repeat);
    if (least == null) {
      boolean toTheEnd = ladder.indexOf(most) == ladder.size() - 1;
      return bore + (toTheEnd ? ", which is the end of the ladder." : ".");
    }
    return steps.stream()
        .filter(step -> step.value() == least)
        .map(
            step ->
                step.changed() == 0
                    ? "%s the cluster did not recover in time in %d of %d."
                        .formatted(
                            bore.isEmpty()
                                ? "Under " + lower(told(least))
                                : bore + "; under " + shown(least),
                            step.notRecovered(),
                            step.repetitions())
                    : "%s a leader changed unasked in %d of %d (%s)."
                        .formatted(
                            bore.isEmpty()
                                ? "Under " + lower(told(least))
                                : bore + "; under " + shown(least),
                            step.changed(),
                            step.repetitions(),
                            String.join(", ", step.groups())))
        .findFirst()
        .orElse(bore + ".");
  }

  private String told(long value) {
    return switch (stress) {
      case "pause" -> "A pause of %s of %s".formatted(shown(value), target);
      case "load" -> "A load of %s".formatted(shown(value));
      case "disk" ->
          "A delay of %s of each sync of PostgreSQL on %s".formatted(shown(value), target);
      case "etcd-disk" -> "A delay of %s of each sync of etcd".formatted(shown(value));
      default -> "A %s of %s of %s".formatted(stress, shown(value), target);
    };
  }

  private static String lower(String sentence) {
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }
}
