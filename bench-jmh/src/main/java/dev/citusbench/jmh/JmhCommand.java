package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line by which another process runs the benchmarks. */
public final class JmhCommand {
  private JmhCommand() {}

  /** All benchmarks, as long as the settings' {@code quick} says. */
  public static List<String> of(Settings settings) {
    return of(settings, List.of());
  }

  /**
   * {@code java -Dbench.… -jar bench-jmh/target/benchmarks.jar arguments}, with this process's Java
   * and the settings given to it. With {@code bench.folder} among them it contributes to that run
   * folder; with {@code bench.quick} and no choice of benchmarks it takes about two minutes.
   *
   * @param arguments JMH's own
   * @throws BenchException where the jar is not built
   */
  public static List<String> of(Settings settings, List<String> arguments) {
    Path jar = settings.home().resolve("bench-jmh/target/benchmarks.jar");
    if (!Files.isRegularFile(jar)) {
      throw new BenchException(
          BenchException.Kind.MACHINE, jar + " is not built; ./bench builds it, or mvn package");
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx256m");
    line.addAll(settings.asJvmOptions());
    line.add("-jar");
    line.add(jar.toString());
    line.addAll(arguments);
    return List.copyOf(line);
  }
}
