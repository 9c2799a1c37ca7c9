package dev.citusbench.jmh;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Counts the executions that a standby canceled, because it had to replay what their snapshot still
 * needed: SQLSTATE {@value #CONFLICT}, which no read gets from a primary. JMH can leave no
 * execution out, so they and the time until they were canceled, or a session that was ended with
 * them was replaced, are among the figures; more than one in {@value #ONE_IN} are too many for
 * that.
 */
public final class Canceled implements InternalProfiler {
  static final String CONFLICT = "40001";

  private static final String NAME = "canceled " + CONFLICT;
  private static final long ONE_IN = 1_000;

  /** Of this process, which is a fork and measures one benchmark at a time. */
  private static final LongAdder SEEN = new LongAdder();

  private long before;

  /** Counts an execution that failed so. */
  static boolean take(String route, SQLException failure) {
    boolean conflict = route.equals(Profile.READER) && CONFLICT.equals(failure.getSQLState());
    if (conflict) {
      SEEN.increment();
    }
    return conflict;
  }

  @Override
  public String getDescription() {
    return "Executions that a standby canceled";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = SEEN.sum();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long seen = SEEN.sum() - before;
    return seen == 0
        ? List.of()
        : List.of(new ScalarResult(NAME, seen, "executions", AggregationPolicy.SUM));
  }

  /**
   * What was canceled of a benchmark's measured executions.
   *
   * @param executions of which these are some
   */
  record Share(Benchmarks.Case of, long canceled, long executions) {
    static Share of(RunResult result) {
      long canceled = 0;
      long executions = 0;
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          executions += iteration.getMetadata().getMeasuredOps();
          Result<?> seen = iteration.getSecondaryResults().get(NAME);
          canceled += seen == null ? 0 : Math.round(seen.getScore());
        }
      }
      return new Share(Benchmarks.Case.of(result.getParams()), canceled, executions);
    }

    boolean isTooLarge() {
      return canceled * ONE_IN > executions;
    }

    @Override
    public String toString() {
      return "%s: the standby canceled %,d of %,d executions to replay what they hindered (SQLSTATE %s), and they are among the figures"
          .formatted(of, canceled, executions, CONFLICT);
    }
  }
}
