package dev.citusbench.cluster;

import dev.citusbench.cluster.OpenFaults.Undo;
import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A fault that {@link Faults} opened: undone once, and tried again where that failed. */
final class HeldFault implements OpenFault {
  private final Injection injection;
  private final OpenFaults open;
  private final List<Undo> undos;
  private final CompletableFuture<Void> end;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * One that is open now.
   *
   * @param end of what Patroni was asked for
   */
  HeldFault(Injection injection, OpenFaults open, List<Undo> undos, CompletableFuture<Void> end) {
    this.injection = injection;
    this.open = open;
    this.undos = undos;
    this.end = end;
  }

  @Override
  public Injection injection() {
    return injection;
  }

  @Override
  public void close() {
    if (closed.get()) {
      return;
    }
    try {
      open.undo(undos); // does no harm where it is done already
      closed.set(true);
      end.get(Faults.MOST_FOR_PATRONI.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw Cluster.failed(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BenchException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "Patroni did not answer within " + Faults.MOST_FOR_PATRONI.toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException(BenchException.Kind.CLUSTER, "interrupted while waiting", e);
    }
  }
}
