package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Demand;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Room;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

/** What the benchmarks will measure, known before a cluster is started or its data are loaded. */
public final class Outlook {
  private final Profile profile;
  private final Limits limits;

  private Outlook(Profile profile, Limits limits) {
    this.profile = profile;
    this.limits = limits;
  }

  /**
   * That of all benchmarks, as {@link JmhCommand#of(Settings)} runs them.
   *
   * @throws BenchException where they cannot be run with these settings
   */
  public static Outlook of(Settings settings, Listener listener) {
    return of(parse(), settings, listener);
  }

  /**
   * That of what a command line asks for.
   *
   * @throws BenchException where it cannot be measured, the room for its connections left aside
   */
  static Outlook of(CommandLineOptions asked, Settings settings, Listener listener) {
    Path sql = settings.home().resolve("sql");
    Profile profile = new Profile(asked, settings.quick(), routes(settings), writing(settings));
    Limits limits =
        Limits.of(
            sql,
            Testbed.engine(settings, listener),
            settings.runtime() == RuntimeKind.ATTACH,
            Room.of(settings, listener));
    profile.check(limits);
    return new Outlook(profile, limits);
  }

  /** JMH's options. */
  static CommandLineOptions parse(String... args) {
    try {
      return new CommandLineOptions(args);
    } catch (CommandLineOptionException e) {
      throw BenchException.usage("JMH: " + e.getMessage() + "; -h lists its options");
    }
  }

  /** Of others' cluster those that there is a URL of. */
  private static List<String> routes(Settings settings) {
    Set<String> given = settings.urls().keySet();
    return given.isEmpty()
        ? Profile.ROUTES
        : Profile.ROUTES.stream().filter(given::contains).toList();
  }

  /** Names of the operations that write, which is the same on all engines. */
  private static Set<String> writing(Settings settings) {
    Engine asked = settings.engine();
    return Operations.read(settings.home().resolve("sql"), asked == null ? Engine.CITUS : asked)
        .all()
        .stream()
        .filter(Operation::writes)
        .map(Operation::name)
        .collect(Collectors.toSet());
  }

  /** What will not be measured here and why, a line for each. */
  public List<String> leftOut() {
    return profile.leftOut(limits).stream().map(line -> "left out: " + line).toList();
  }

  /** Connections without which there is nothing to measure, or not what is asked for. */
  public List<Demand> demands() {
    return profile.demands(limits);
  }

  /**
   * The passes of JMH.
   *
   * @param forkOptions JVM options by which a fork finds cluster and data set
   */
  List<Options> passes(List<String> forkOptions) {
    return profile.passes(limits, forkOptions);
  }
}
