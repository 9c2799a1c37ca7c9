package dev.citusbench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts rows that a benchmark wrote, and the executions that wrote them. Both count also what
 * threads do while JMH waits for all of them at an iteration's begin and end, which is in no
 * measured time: their quotient is a figure, a rate of one of them is not.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Written {
  /** Rows of this iteration. JMH reads and resets public fields. */
  public long rows;

  /** Executions that wrote them. */
  public long executions;

  long add(long more) {
    rows += more;
    executions++;
    return more;
  }
}
