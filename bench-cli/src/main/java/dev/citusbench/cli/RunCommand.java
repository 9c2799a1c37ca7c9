package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.jmh.JmhCommand;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.RunText;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The main job: cluster, data, JMH, steady load, failover, report. */
@Command(
    name = "run",
    description = "The main job: starts the cluster, loads, measures, breaks, reports, stops.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws InterruptedException {
    Console console = Console.on(System.out);
    Settings settings = options.settings();
    console.line("Settings:");
    console.line(settings.describe());
    Path finished;
    try (Session session = Session.open(settings, RunKind.RUN, console)) {
      Path folder = session.folder().dir();
      Settings forChildren = settings.with(Settings.Name.FOLDER, folder.toString());
      step(
          console,
          session,
          "jmh",
          "cost per operation (JMH)",
          JmhCommand.of(forChildren),
          line -> tellOfJmh(console, line));
      step(
          console,
          session,
          "gatling",
          "latency under an open load (Gatling)",
          GatlingCommand.steady(forChildren),
          console::step);
      step(
          console,
          session,
          "failover",
          "failover under load (Gatling)",
          GatlingCommand.failover(forChildren),
          console::step);
      finished = session.complete();
    }
    Run run = Run.read(finished);
    console.line("");
    console.line(RunText.plain().show(run));
    return run.manifest().valid() ? 0 : BenchException.Kind.INVALID_RUN.exitCode();
  }

  /** Of JMH's many lines those that say how far it is. */
  private static void tellOfJmh(Console console, String line) {
    if (line.startsWith("# Run progress: ")) {
      console.progress(line.substring(2));
    } else if (line.startsWith("INVALID: ") || line.startsWith("bench: ")) {
      console.step(line);
    }
  }

  private static void step(
      Console console,
      Session session,
      String part,
      String what,
      List<String> command,
      Consumer<String> line)
      throws InterruptedException {
    console.step(what);
    Path log = session.folder().dir().resolve("logs").resolve(part + ".log");
    int exit = Child.run(command, log, line);
    if (exit != 0 && exit != BenchException.Kind.INVALID_RUN.exitCode()) {
      session.invalid("%s ended with exit code %d: see logs/%s.log".formatted(what, exit, part));
    } else if (!session.folder().hasContribution(part)) {
      session.invalid("%s measured nothing: see logs/%s.log".formatted(what, part));
    }
  }
}
