package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReservationTest {
  @TempDir Path home;

  /** Takes a home's reservation, and keeps it until its standard input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (Reservation alone = Reservation.take(Path.of(args[0]), "a test")) {
        System.out.println("taken");
        int end = System.in.read();
        assertThat(end).isNegative();
      }
    }
  }

  private Process holder() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Objects.requireNonNull(System.getProperty("java.class.path")),
            Holder.class.getName(),
            home.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static String line(Process process) throws Exception {
    return Objects.requireNonNull(process.inputReader(StandardCharsets.UTF_8).readLine());
  }

  @Test
  void anotherProcessIsToldWhoHasItAndSinceWhen() throws Exception {
    Process holder = holder();
    try {
      assertThat(line(holder)).isEqualTo("taken");
      for (int again = 0; again < 2; again++) {
        assertThatExceptionOfType(BenchException.class)
            .isThrownBy(() -> Reservation.take(home, "another"))
            .withMessageMatching(
                "the cluster of .* is in use by a test \\(pid "
                    + holder.pid()
                    + "\\), since 20.*Z: wait for it, or end it.*")
            .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
        assertThatExceptionOfType(BenchException.class)
            .isThrownBy(() -> Cluster.clear(home, Progress.silent()));
      }
      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
      assertThat(home).isEmptyDirectory();
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void itIsGoneWithAProcessThatIsKilled() throws Exception {
    Process holder = holder();
    assertThat(line(holder)).isEqualTo("taken");
    holder.destroyForcibly().waitFor();
    assertThat(home.resolve(".bench/in-use")).exists();
    Cluster.clear(home, Progress.silent());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aFullDiskDoesNotKeepItFromBeingTaken() throws Exception {
    // What is written to this device fails as on a full disk.
    Path file = Files.createDirectories(home.resolve(".bench")).resolve("in-use");
    Files.createSymbolicLink(file, Path.of("/dev/full"));
    try (Reservation alone = Reservation.take(home, "this test")) {
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> Reservation.take(home, "another thread"))
          .withMessageContaining("in use by this test");
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aFileInPlaceOfTheFolderIsSaidAndNotWaitedFor() throws Exception {
    Files.createFile(home.resolve(".bench"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Reservation.take(home, "this test"))
        .withMessageContaining("cannot reserve");
  }

  @Test
  void aProcessThatHasItKeepsOthersOutWhateverItsThreadsDo() throws Exception {
    try (Reservation alone = Reservation.take(home, "this test")) {
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> Reservation.take(home, "another thread"))
          .withMessageContaining("in use by this test (pid " + ProcessHandle.current().pid());
      Process other = holder();
      String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(other.waitFor()).isNotZero();
      assertThat(output).contains("in use by this test");
    }
    assertThat(Files.exists(home.resolve(".bench"))).isFalse();
    Reservation.take(home, "again").close();
    assertThat(List.of(Objects.requireNonNull(home.toFile().list()))).isEmpty();
  }
}
