package dev.citusbench.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Copies daemons' logs. */
final class Logs {
  private Logs() {}

  /** Copies all logs into one flat folder: {@code worker1-b-patroni.log}, {@code etcd1.log} …. */
  static void copy(Path logs, Path to, UnaryOperator<String> clean) throws IOException {
    Files.createDirectories(to);
    List<Path> files;
    try (Stream<Path> all = Files.walk(logs, 2)) {
      files = all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    for (Path file : files) {
      String name = logs.relativize(file).toString().replace('/', '-');
      // Written anew, not copied: the copy is ours, not the daemon's.
      Path target = to.resolve(name);
      Files.deleteIfExists(target);
      // Byte by byte what it was, whatever its encoding: Latin-1 loses nothing.
      try (var in =
              new BufferedReader(
                  new InputStreamReader(
                      Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS),
                      StandardCharsets.ISO_8859_1));
          var out = Files.newBufferedWriter(target, StandardCharsets.ISO_8859_1)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          out.write(clean.apply(line));
          out.write('\n');
        }
      }
    }
  }
}
