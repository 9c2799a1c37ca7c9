package dev.citusbench.cluster;

/** Says what is happening, for terminals and logs. */
@FunctionalInterface
public interface Progress {
  /** One thing that begins, or that is worth knowing, as a sentence without a full stop. */
  void step(String text);

  /** Says nothing. */
  static Progress silent() {
    return text -> {};
  }
}
