package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A program of {@code cluster/programs/} that a tuning asks for, and that shortens an outage. A
 * copy lies beside the member's configuration, because the daemons' account may not be able to read
 * the checkout.
 */
public enum MemberProgram {
  /**
   * Run by Patroni when its PostgreSQL's role has changed: its {@code
   * postgresql.callbacks.on_role_change}.
   */
  ANNOUNCE_PROMOTION("on_role_change", "announce-promotion") {
    /** Only a worker's promotion is held back by somebody else. */
    @Override
    boolean isOf(Engine engine, int group) {
      return engine == Engine.CITUS && group > 0;
    }
  },
  /** Runs beside Patroni, as long as that does. */
  HASTEN_FAILOVER("companion", "hasten-failover") {
    @Override
    boolean isOf(Engine engine, int group) {
      return true;
    }
  };

  private final String key;
  private final String word;

  MemberProgram(String key, String word) {
    this.key = key;
    this.word = word;
  }

  /** The key of a tuning's layer {@code patroni}, which Patroni itself does not know. */
  String key() {
    return key;
  }

  /** What a tuning says to have it. */
  String word() {
    return word;
  }

  /** Whether it has anything to do for a member of that group. */
  abstract boolean isOf(Engine engine, int group);

  /**
   * Whether a tuning asks for it.
   *
   * @param patroni the tuning's layer of that name
   */
  public boolean isAskedFor(Map<String, Object> patroni) {
    return word.equals(patroni.get(key));
  }

  /** Whether a member has it. */
  boolean isIn(Tuning tuning, Engine engine, int group) {
    return isAskedFor(tuning.patroni()) && isOf(engine, group);
  }

  /** All keys that name a program. */
  static List<String> keys() {
    return Arrays.stream(values()).map(MemberProgram::key).toList();
  }

  /** Where a member has its copy. */
  Path beside(Path configuration) {
    return configuration.resolveSibling(word + ".py");
  }

  /** The program. */
  String text(Path home) {
    Path program = home.resolve("cluster").resolve("programs").resolve(word + ".py");
    try {
      return Files.readString(program);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + program + ": is the checkout whole?", e);
    }
  }
}
