package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * All operations, as the engine in use runs them: {@code operations/<name>.sql}, or {@code
 * operations/<engine>/<name>.sql} where an engine needs the statement written differently.
 */
public final class Operations {
  private final List<Operation> all;

  private Operations(List<Operation> all) {
    this.all = all;
  }

  /**
   * Reads all files.
   *
   * @param sqlDir the checkout's folder {@code sql}
   */
  public static Operations read(Path sqlDir, Engine engine) {
    Path folder = sqlDir.resolve("operations");
    Path ofEngine = folder.resolve(engine.label());
    List<Path> files = sqlFiles(folder);
    if (files.isEmpty()) {
      throw BenchException.usage(folder + " holds no operation: is the checkout whole?");
    }
    if (Files.isDirectory(ofEngine)) {
      for (Path file : sqlFiles(ofEngine)) {
        if (!Files.exists(folder.resolve(file.getFileName()))) {
          throw BenchException.usage(
              file
                  + ": there is no "
                  + folder.resolve(file.getFileName())
                  + " that it could replace");
        }
      }
    }
    return new Operations(
        files.stream()
            .map(file -> ofEngine.resolve(file.getFileName()))
            .map(file -> Files.exists(file) ? file : folder.resolve(file.getFileName()))
            .map(file -> Operation.read(file, engine))
            .toList());
  }

  /**
   * Reads all files for every engine, so that what is wrong with one is said before anything is
   * started.
   *
   * @param sqlDir the checkout's folder {@code sql}
   */
  public static void check(Path sqlDir) {
    for (Engine engine : Engine.values()) {
      var unused = read(sqlDir, engine);
    }
  }

  private static List<Path> sqlFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.USAGE, "cannot read " + folder + ": is the checkout whole?", e);
    }
  }

  /** In the order of their names; those that the engine cannot run are among them. */
  public List<Operation> all() {
    return all;
  }

  public List<Operation> supported() {
    return all.stream().filter(operation -> operation.unsupported().isEmpty()).toList();
  }

  /**
   * The operation of this name.
   *
   * @throws BenchException with the nearest valid name where there is none
   */
  public Operation find(String name) {
    return Words.find("operation", name, all, Operation::name);
  }
}
