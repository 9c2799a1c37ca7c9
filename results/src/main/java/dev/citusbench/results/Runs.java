package dev.citusbench.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The complete runs of a folder, {@code results/runs}. */
public final class Runs {
  /** Name of the newest run, and of the link beside the folder that points at it. */
  public static final String LATEST = "latest";

  private final Path dir;

  private Runs(Path dir) {
    this.dir = dir;
  }

  /** The runs of a folder, which need not be there yet. */
  public static Runs at(Path runsDir) {
    return new Runs(runsDir);
  }

  public Path dir() {
    return dir;
  }

  /** All runs that can be read, newest first; {@link #broken} tells of the others. */
  public List<Run> list() {
    List<Run> runs = new ArrayList<>();
    read(runs, new ArrayList<>());
    runs.sort(
        Comparator.comparing((Run run) -> run.manifest().startedAt())
            .thenComparing(Run::id)
            .reversed());
    return runs;
  }

  /** Why the folders that {@link #list} leaves out cannot be read. */
  public List<BenchException> broken() {
    List<BenchException> broken = new ArrayList<>();
    read(new ArrayList<>(), broken);
    return broken;
  }

  private void read(List<Run> runs, List<BenchException> broken) {
    for (Path folder : folders()) {
      try {
        runs.add(Run.read(folder));
      } catch (BenchException e) {
        broken.add(e);
      }
    }
  }

  /**
   * Finds a run by its id, by a beginning that only one id has, as {@code latest}, or by the path
   * of its folder.
   *
   * @throws BenchException of kind usage that names the nearest id where there is no such run, or
   *     the place where its {@code run.json} is broken
   */
  public Run find(String name) {
    if (name.equals(LATEST)) {
      return latest();
    }
    if (name.contains("/") && Files.exists(Path.of(name).resolve(Run.MANIFEST))) {
      return Run.read(Path.of(name));
    }
    List<String> ids = folders().stream().map(folder -> folder.getFileName().toString()).toList();
    if (ids.contains(name)) {
      return Run.read(dir.resolve(name));
    }
    List<String> matches =
        name.isEmpty() ? List.of() : ids.stream().filter(id -> id.startsWith(name)).toList();
    return switch (matches.size()) {
      case 0 -> throw unknown(name, ids);
      case 1 -> Run.read(dir.resolve(matches.get(0)));
      default ->
          throw BenchException.usage(
              "run '%s' is not one but %d: %s"
                  .formatted(name, matches.size(), String.join(", ", firstOf(matches, 4))));
    };
  }

  private Run latest() {
    Path link = dir.resolveSibling(LATEST);
    if (Files.isSymbolicLink(link) && Files.exists(link.resolve(Run.MANIFEST))) {
      try {
        return Run.read(dir.resolve(link.toRealPath().getFileName()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot follow " + link, e);
      }
    }
    return list().stream().findFirst().orElseThrow(() -> unknown(LATEST, List.of()));
  }

  private BenchException unknown(String name, List<String> ids) {
    if (ids.isEmpty()) {
      return BenchException.usage(
          "unknown run '%s': there is none yet in %s; `./bench run --quick` makes one"
              .formatted(name, dir));
    }
    return BenchException.usage(
        "unknown run '%s': %s`./bench list` shows all %d"
            .formatted(
                name,
                Nearest.to(name, ids)
                    .map(nearest -> "did you mean '%s'? ".formatted(nearest))
                    .orElse(""),
                ids.size()));
  }

  private static List<String> firstOf(List<String> names, int most) {
    List<String> first = new ArrayList<>(names.subList(0, Math.min(most, names.size())));
    if (names.size() > most) {
      first.add("…");
    }
    return first;
  }

  private List<Path> folders() {
    if (!Files.isDirectory(dir)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(dir)) {
      return folders
          .filter(folder -> !folder.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + dir, e);
    }
  }
}
