package dev.citusbench.gatling;

import dev.citusbench.results.Manifest.FaultPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes an outage apart by layer, as far as the layers were seen from outside. Each phase lasts
 * from the end of the one before:
 *
 * <ul>
 *   <li>{@code detect}: from the fault until the member's Patroni shows it as other than a running
 *       primary, or another member answers as primary; a Patroni that did not answer in time proves
 *       nothing;
 *   <li>{@code promote}: until another member answers as primary, which its Patroni says when its
 *       PostgreSQL has left recovery; the election is in this phase, for the REST interface does
 *       not show who holds the leader lock before that;
 *   <li>{@code proxy}: until HAProxy shows its server up;
 *   <li>{@code client}: until the first probe that writes to the group succeeded.
 * </ul>
 *
 * <p>What was not seen is left out, and its time is then in the next phase. What was seen earlier
 * than the phase before (the polls are tens of milliseconds apart) takes no time.
 */
final class Waterfall {
  private Waterfall() {}

  /**
   * The phases of one fault.
   *
   * @param member that was hit, the primary of the group
   * @param firstWrite when the first write after the fault was answered; null where none was
   */
  static List<FaultPhase> of(
      Instant openedAt,
      int group,
      String member,
      List<Sighting> sightings,
      @Nullable Instant firstWrite) {
    List<Sighting> seen =
        sightings.stream()
            .filter(sighting -> sighting.group() == group && !sighting.at().isBefore(openedAt))
            .sorted(Comparator.comparing(Sighting::at))
            .toList();
    List<FaultPhase> phases = new ArrayList<>();
    Instant at = openedAt;
    at = add(phases, "detect", at, first(seen, sighting -> isDetection(sighting, member)));
    Optional<Sighting> elected =
        first(
            seen,
            sighting ->
                sighting.kind() == Sighting.Kind.LEADER
                    && !sighting.state().isEmpty()
                    && !sighting.state().equals(member));
    at = add(phases, "promote", at, elected);
    if (elected.isPresent()) {
      String leader = elected.get().state();
      at =
          add(
              phases,
              "proxy",
              at,
              first(
                  seen,
                  sighting ->
                      sighting.kind() == Sighting.Kind.PROXY
                          && sighting.subject().equals(leader)
                          && sighting.state().startsWith("UP")));
    }
    if (firstWrite != null) {
      phases.add(new FaultPhase("client", millis(at, firstWrite)));
    }
    return phases;
  }

  private static boolean isDetection(Sighting sighting, String member) {
    return switch (sighting.kind()) {
      case MEMBER ->
          sighting.subject().equals(member)
              && !isPrimary(sighting.state())
              && !sighting.state().endsWith("unreachable");
      case LEADER -> !sighting.state().equals(member);
      case PROXY -> false;
    };
  }

  static boolean isPrimary(String state) {
    return state.startsWith("primary") && state.endsWith("running");
  }

  private static Optional<Sighting> first(List<Sighting> seen, Predicate<Sighting> wanted) {
    return seen.stream().filter(wanted).findFirst();
  }

  private static Instant add(
      List<FaultPhase> phases, String name, Instant from, Optional<Sighting> end) {
    if (end.isEmpty()) {
      return from;
    }
    phases.add(new FaultPhase(name, millis(from, end.get().at())));
    return end.get().at().isBefore(from) ? from : end.get().at();
  }

  private static double millis(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toNanos() / 1e6);
  }
}
