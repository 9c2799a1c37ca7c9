package dev.citusbench.cluster;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A suite to be killed: opens a fault of the kind asked for at worker 1's primary, says which
 * member it is, and waits for its end.
 */
final class AbandonedFault {
  private AbandonedFault() {}

  public static void main(String[] args) throws InterruptedException {
    Cluster cluster = Cluster.find(Path.of(args[0])).orElseThrow();
    OpenFault fault =
        cluster.faults().prepare(FaultKind.of(args[1]), FaultTarget.primaryOf(1)).fire();
    System.out.println(fault.injection().member());
    new CountDownLatch(1).await();
  }

  /**
   * Has one opened by a process that is then killed.
   *
   * @return the member that it hit
   */
  static String open(Path home, FaultKind kind) throws Exception {
    Process suite =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                AbandonedFault.class.getName(),
                home.toString(),
                kind.word())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = suite.inputReader()) {
      return String.valueOf(said.readLine());
    } finally {
      suite.destroyForcibly().waitFor();
    }
  }
}
