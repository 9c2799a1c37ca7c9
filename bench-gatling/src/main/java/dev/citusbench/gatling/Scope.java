package dev.citusbench.gatling;

/**
 * Whose data a request asks for, and how.
 *
 * @param group that holds its tenant's rows; {@link #ALL} where it asks for those of all
 * @param writes whether it writes
 */
public record Scope(int group, boolean writes) {
  /** Stands for all groups. */
  public static final int ALL = -1;

  /** Of requests of which nobody asked. */
  public static final Scope UNKNOWN = new Scope(ALL, false);
}
