package dev.citusbench.session;

/** Is told what a session is doing. */
public interface Listener {
  /** A step begins, or a fact worth a line of its own. */
  void step(String text);

  /** How far the step is; may be called often. */
  void progress(String text);

  /** One that writes each step as a line to standard error. */
  static Listener onStandardError() {
    return new Listener() {
      @Override
      public void step(String text) {
        System.err.println(text);
      }

      @Override
      public void progress(String text) {}
    };
  }
}
