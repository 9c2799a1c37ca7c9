package dev.citusbench.gatling;

import dev.citusbench.session.Settings;
import io.gatling.javaapi.core.Simulation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a simulation in a JVM of its own, for commands that measure with Gatling:
 * neither its garbage collection nor its flags are shared with them.
 *
 * <pre>
 * java --add-opens=… -Dbench.… -cp … io.gatling.app.Gatling -nr -s dev.citusbench.gatling.SteadySimulation -rf FOLDER
 * </pre>
 */
public final class GatlingCommand {
  private static final String MAIN = "io.gatling.app.Gatling";

  private static final int HEAP_MEGABYTES = 512;

  /** The heap of a JVM that generates load. */
  static final long HEAP_BYTES = (long) HEAP_MEGABYTES << 20;

  /**
   * Flags of a JVM that generates load: a heap that neither grows while measuring nor takes memory
   * from the cluster, and what Gatling itself needs to be allowed.
   */
  public static final List<String> JVM_FLAGS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "-Xms%dm".formatted(HEAP_MEGABYTES),
          "-Xmx%dm".formatted(HEAP_MEGABYTES),
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=10");

  /**
   * Where it may, the generator is scheduled before the cluster that shares its processors, as if
   * it had a machine of its own: a request that is sent late measures the generator.
   */
  private static final List<String> FIRST_SERVED = List.of("nice", "-n", "-10");

  private GatlingCommand() {}

  /** Runs {@link SteadySimulation} with these settings, on this process's class path. */
  public static List<String> steady(Settings settings) {
    return of(SteadySimulation.class, settings);
  }

  /** Runs {@link FailoverSimulation} with these settings, on this process's class path. */
  public static List<String> failover(Settings settings) {
    return of(FailoverSimulation.class, settings);
  }

  /** Runs {@link EnduranceSimulation} with these settings, on this process's class path. */
  public static List<String> endurance(Settings settings) {
    return of(EnduranceSimulation.class, settings);
  }

  private static List<String> of(Class<? extends Simulation> simulation, Settings settings) {
    return of(
        simulation,
        System.getProperty("java.class.path"),
        settings.asJvmOptions(),
        settings.home().resolve("bench-gatling/target/gatling"),
        settings.folder() == null);
  }

  /**
   * The command.
   *
   * @param classpath of this module with all that it needs, as {@code java -cp} takes it
   * @param options further JVM options, such as {@code -Dbench.rate=100}
   * @param folder where Gatling writes its own log and report
   * @param report whether Gatling makes its HTML report
   */
  public static List<String> of(
      Class<? extends Simulation> simulation,
      String classpath,
      List<String> options,
      Path folder,
      boolean report) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(FIRST_SERVED);
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(options);
    command.addAll(List.of("-cp", classpath, MAIN));
    if (!report) {
      command.add("-nr");
    }
    command.addAll(List.of("-s", simulation.getName(), "-rf", folder.toString()));
    return List.copyOf(command);
  }
}
