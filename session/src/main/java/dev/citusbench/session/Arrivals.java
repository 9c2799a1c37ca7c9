package dev.citusbench.session;

/** How the arrivals of an open load are spread over time. */
public enum Arrivals {
  /** Evenly: the same time between any two. */
  CONSTANT("constant"),

  /**
   * As a Poisson process, like many clients that know nothing of each other: the times between
   * arrivals are independent and exponentially distributed.
   */
  POISSON("poisson");

  private final String label;

  Arrivals(String label) {
    this.label = label;
  }

  /** The name in settings and records. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }
}
