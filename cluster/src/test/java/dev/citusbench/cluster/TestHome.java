package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
      Files.createSymbolicLink(cluster.resolve(name), checkout().resolve("cluster").resolve(name));
    }
    return folder;
  }
}
