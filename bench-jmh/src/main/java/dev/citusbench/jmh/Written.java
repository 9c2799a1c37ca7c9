package dev.citusbench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts rows that a benchmark wrote; JMH shows them as {@code rows} beside the throughput. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Written {
  /** Rows of this iteration. JMH reads and resets public fields. */
  public long rows;

  long add(long more) {
    rows += more;
    return more;
  }
}
