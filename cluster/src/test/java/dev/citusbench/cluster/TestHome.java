package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Homes for tests: folders with the checkout's templates and tunings, and nothing else of it. */
final class TestHome {
  private TestHome() {}

  /** The checkout, from the module's folder or from the top. */
  static Path checkout() {
    Path here = Path.of("").toAbsolutePath();
    Path top = Files.isDirectory(here.resolve("cluster/tunings")) ? here : here.getParent();
    if (top == null) {
      throw new IllegalStateException("tests run in the checkout");
    }
    return top;
  }

  /** Makes a folder a home. */
  static Path in(Path folder) throws IOException {
    Path cluster = Files.createDirectories(folder.resolve("cluster"));
    for (String name : new String[] {"templates", "tunings"}) {
      Path shipped = checkout().resolve("cluster").resolve(name);
      Path copy = Files.createDirectory(cluster.resolve(name));
      try (Stream<Path> files = Files.list(shipped)) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    return folder;
  }
}
