package dev.citusbench.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A member that became primary, with a timeline of its own, as Patroni's history has it.
 *
 * @param timeline that it began; the first one of a group is 1, and begins without a promotion
 * @param at null where Patroni does not know, as for all but the last of several at once
 * @param leader empty where Patroni does not know
 */
public record Promotion(int group, long timeline, @Nullable Instant at, String leader) {}
