package dev.citusbench.cluster;

import java.time.Instant;

/**
 * A fault that was opened.
 *
 * @param kind for example {@code kill-postgres}
 * @param target the group it was aimed at: {@code coordinator}, {@code worker1} …
 * @param member the member that it hit
 * @param openedAt the moment just before the fault took effect
 */
public record Injection(String kind, String target, String member, Instant openedAt) {}
