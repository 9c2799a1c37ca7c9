package dev.citusbench.cluster;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A suite to be killed: parts worker 1's primary from etcd, says so, and waits for its end. */
final class AbandonedPartition {
  private AbandonedPartition() {}

  public static void main(String[] args) throws InterruptedException {
    Cluster cluster = Cluster.find(Path.of(args[0])).orElseThrow();
    OpenFault fault =
        cluster.faults().prepare(FaultKind.PARTITION_ETCD, FaultTarget.primaryOf(1)).fire();
    System.out.println(fault.injection().member());
    new CountDownLatch(1).await();
  }
}
