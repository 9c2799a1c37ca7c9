package dev.citusbench.cluster;

/**
 * One thing that {@link Doctor} looked at.
 *
 * @param seen what there is
 * @param mend what to do about it; empty where nothing is to be done
 */
public record Finding(String name, State state, String seen, String mend) {
  /** How it stands. */
  public enum State {
    /** As it should be. */
    OK,
    /** Works, with something to know. */
    WARN,
    /** A run is impossible without it. */
    MISSING
  }
}
