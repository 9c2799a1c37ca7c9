package dev.citusbench.session;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.session.Settings.Name;

/** How many connections the load generator's pool has. */
public final class PoolSize {
  private PoolSize() {}

  /** What the settings say; otherwise the tuning; otherwise the settings' default. */
  static int of(Settings settings, Tuning tuning) {
    return !settings.isGiven(Name.CONNECTIONS)
            && tuning.pool().get("maximumPoolSize") instanceof Number number
        ? number.intValue()
        : settings.connections();
  }

  /** The pool's connections. */
  public static Demand demand(Settings settings) {
    return new Demand(
        "writer",
        "the pool",
        tuning -> of(settings, tuning),
        room -> "take --connections %d or fewer".formatted(room));
  }
}
