package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DaemonsTest {
  private Process child;

  @BeforeEach
  void start() throws IOException {
    child = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void end() {
    child.destroyForcibly();
  }

  @Test
  void whatIsStoppedHasStoppedAndGoesOnWhereItIsLet() throws IOException {
    List<ProcessHandle> processes = List.of(child.toHandle());
    Daemons.stop(processes);
    assertThat(Processes.stopped(child.pid())).contains(true);
    Daemons.letGoOn(processes);
    assertThat(Processes.stopped(child.pid())).contains(false);
  }

  @Test
  void whatHasEndedMeanwhileIsPassedOver() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Daemons.stop(List.of(ended.toHandle(), child.toHandle()));
    assertThat(Processes.stopped(child.pid())).contains(true);
    assertThat(Processes.stopped(ended.pid())).isEmpty();
  }

  @Test
  void aSignalWithoutEffectIsAnErrorThatNamesTheProcess() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Daemons.signal("NONE", List.of(child.toHandle()), true))
        .withMessageContaining("SIGNONE was sent to 1 processes")
        .withMessageContaining(child.pid() + " did not stop")
        .withMessageContaining("kill:");
  }
}
