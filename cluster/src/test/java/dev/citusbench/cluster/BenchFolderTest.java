package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchFolderTest {
  @TempDir Path home;

  @Test
  void whereNothingEverRanNoClusterIsFoundAndNothingIsMade() {
    assertThat(Cluster.find(home)).isEqualTo(Optional.empty());
    Cluster.clear(home, Progress.silent());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void theLockKeepsASecondCommandOutAndLeavesNothing() {
    BenchFolder bench = BenchFolder.of(home);
    BenchFolder other = BenchFolder.of(home);
    bench.locked(
        () -> {
          assertThatExceptionOfType(BenchException.class)
              .isThrownBy(() -> other.locked(() -> 1))
              .withMessageContaining("pid " + ProcessHandle.current().pid())
              .withMessageContaining("wait for it");
          return 0;
        });
    assertThat(other.<Integer>locked(() -> 2)).isEqualTo(2);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aFileThatIsDamagedMeansNoCluster() throws IOException {
    Files.createDirectory(home.resolve(".bench"));
    Files.writeString(home.resolve(".bench/cluster.json"), "{\"schema\": 1, ");
    assertThat(Cluster.find(home)).isEmpty();
    Cluster.clear(home, Progress.silent());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aDamagedFileOfAClusterThatRunsIsNoLeftOver() throws IOException {
    BenchFolder bench = BenchFolder.of(home);
    bench.checkNotDamaged(true);
    Files.createDirectory(bench.dir());
    for (String text : List.of("{\"schema\": 1}", "{\"schema\": 1, ", "", "\u00e9")) {
      Files.writeString(bench.clusterFile(), text, StandardCharsets.ISO_8859_1);
      assertThat(bench.read()).isEmpty();
      bench.checkNotDamaged(false);
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> bench.checkNotDamaged(true))
          .withMessageContaining("./bench down")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
    }
    Cluster.clear(home, Progress.silent());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aFolderOrLinkThatSomebodyElseCouldHavePlantedIsNotOurs() throws IOException {
    Path mine =
        Files.createDirectory(
            home.resolve("mine"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path open = Files.createDirectory(home.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path link = Files.createSymbolicLink(home.resolve("link"), mine);
    assertThat(BenchFolder.isOurs(mine)).isTrue();
    assertThat(BenchFolder.isOurs(open)).isFalse();
    assertThat(BenchFolder.isOurs(link)).isFalse();
  }

  @Test
  void twoHomesHaveDifferentMarkers() throws IOException {
    Path other = Files.createDirectory(home.resolve("other"));
    assertThat(BenchFolder.of(home).marker()).isNotEqualTo(BenchFolder.of(other).marker());
  }
}
