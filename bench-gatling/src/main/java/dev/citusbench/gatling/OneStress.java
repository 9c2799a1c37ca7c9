package dev.citusbench.gatling;

import dev.citusbench.cluster.OpenFault;
import dev.citusbench.results.BenchException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stress that is open, of which there is one at most; after {@link #stop} there is none. */
final class OneStress {
  private boolean stopping;
  private @Nullable OpenFault open;

  /**
   * Begins a stress. One that is being begun is waited for by {@link #stop}.
   *
   * @throws BenchException where it was told to stop
   */
  synchronized OpenFault begin(Supplier<OpenFault> fire) {
    if (stopping) {
      throw new BenchException(
          BenchException.Kind.CLUSTER, "this process is ending: no more stress is begun");
    }
    OpenFault begun = fire.get();
    open = begun;
    return begun;
  }

  /** Notes that it was ended. */
  synchronized void ended() {
    open = null;
  }

  /** Ends what is open, and lets nothing more begin. */
  synchronized void stop() {
    stopping = true;
    OpenFault left = open;
    if (left != null) {
      left.close();
    }
  }
}
