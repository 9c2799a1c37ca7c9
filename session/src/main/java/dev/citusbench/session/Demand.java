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
    String route, String what, ToIntFunction<Tuning> connections, IntFunction<String> fewer) {}
