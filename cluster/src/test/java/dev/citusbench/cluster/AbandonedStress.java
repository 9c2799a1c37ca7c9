package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A suite to be killed: puts a cluster under a stress, says what that hit, and waits for its end.
 */
final class AbandonedStress {
  /** Longer than a test looks for what is left. */
  static final Duration AT_MOST = Duration.ofMinutes(5);

  private AbandonedStress() {}

  public static void main(String[] args) throws InterruptedException {
    Cluster cluster = Cluster.find(Path.of(args[0])).orElseThrow();
    StressKind kind = StressKind.of(args[1]);
    OpenFault stress = cluster.stresses().prepare(kind, target(kind), 10, AT_MOST).fire();
    System.out.println(stress.injection().member());
    new CountDownLatch(1).await();
  }

  static FaultTarget target(StressKind kind) {
    return switch (kind.hits()) {
      case PRIMARY -> FaultTarget.primaryOf(0);
      case ETCD -> FaultTarget.ETCD;
      case MACHINE -> FaultTarget.MACHINE;
    };
  }

  /** Has one begun by a process that is then killed, with SIGKILL. */
  static void begin(Path home, StressKind kind) throws Exception {
    Process suite =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                AbandonedStress.class.getName(),
                home.toString(),
                kind.word())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = suite.inputReader()) {
      assertThat(said.readLine()).as("what it hit").isNotEmpty();
    } finally {
      suite.destroyForcibly().waitFor();
    }
  }
}
