package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program of {@code cluster/callbacks/} that Patroni runs when its PostgreSQL's role has changed
 * (Patroni's {@code postgresql.callbacks.on_role_change}). A copy lies beside the member's
 * configuration, because the daemons' account may not be able to read the checkout.
 *
 * @param file the name of the program's file
 * @param text the program
 */
record Callback(String file, String text) {
  /** The key of a tuning's layer {@code patroni}. */
  static final String KEY = "on_role_change";

  static final String ANNOUNCE_PROMOTION = "announce-promotion";

  /**
   * The program that a tuning names; empty where it names none, or for a member that it has nothing
   * to say about: only a worker's promotion is held back by somebody else.
   */
  static Optional<Callback> of(Path home, Tuning tuning, Engine engine, int group) {
    Object name = tuning.patroni().get(KEY);
    if (name == null || engine != Engine.CITUS || group == 0) {
      return Optional.empty();
    }
    Path program = home.resolve("cluster").resolve("callbacks").resolve(name + ".py");
    try {
      return Optional.of(
          new Callback(String.valueOf(program.getFileName()), Files.readString(program)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + program + ": is the checkout whole?", e);
    }
  }

  /**
   * What Patroni is to run, before its own arguments.
   *
   * @param configuration of the member's Patroni; the program lies beside it
   * @param coordinators host:port of the coordinator members' REST APIs
   */
  String command(Path configuration, List<String> coordinators) {
    return "python3 %s %s %s"
        .formatted(
            configuration.resolveSibling(file), configuration, String.join(",", coordinators));
  }
}
