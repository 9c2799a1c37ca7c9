package dev.citusbench.jmh;

import dev.citusbench.sql.Operation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An operation that writes many rows at once, whose number can be varied. */
@State(Scope.Thread)
public class ChunkState extends OperationState {
  static final String AS_IN_FILE = "file";

  /** Rows of one batch or one COPY; {@code file} for as many as the operation's file states. */
  @Param(AS_IN_FILE)
  public String rows = AS_IN_FILE;

  @Override
  Operation sized(Operation operation) {
    return rows.equals(AS_IN_FILE) ? operation : operation.withRows(Integer.parseInt(rows));
  }
}
