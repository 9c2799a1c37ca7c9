package dev.citusbench.jmh;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An operation that writes batches, whose rows and rewriting can be varied. */
@State(Scope.Thread)
public class BatchState extends ChunkState {
  /**
   * {@code true} or {@code false} for pgjdbc's {@code reWriteBatchedInserts}, which makes multi-row
   * INSERTs of a batch; {@code tuning} for what the tuning says.
   */
  @Param(Variant.AS_TUNED)
  public String rewrite = Variant.AS_TUNED;
}
