package dev.citusbench.session;

import dev.citusbench.cluster.Tuning;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Connections that a measurement will have open at once over a route.
 *
 * @param what needs them, as the subject of a sentence
 * @param connections how many, with a tuning's pool
 * @param fewer what to do where there is room for this many only, which is 1 or more
 */
public record Demand(
    String route, String what, ToIntFunction<Tuning> connections, IntFunction<String> fewer) {

  /**
   * This, with so many connections more at the same time, which nobody can ask to be fewer.
   *
   * @param others whose they are
   */
  public Demand with(int more, String others) {
    return new Demand(
        route,
        "%s with %d of %s beside it".formatted(what, more, others),
        tuning -> connections.applyAsInt(tuning) + more,
        room ->
            room > more
                ? fewer.apply(room - more)
                : "take a tuning with a larger max_connections, %s need %d alone"
                    .formatted(others, more));
  }
}
