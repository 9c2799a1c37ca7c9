package dev.citusbench.cli;

import dev.citusbench.gatling.GatlingCommand;
import dev.citusbench.gatling.RecordRoom;
import dev.citusbench.gatling.probe.Probes;
import dev.citusbench.jmh.JmhCommand;
import dev.citusbench.jmh.Outlook;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.RunText;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Demand;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The main job: cluster, data, JMH, steady load, failover, report. */
@Command(
    name = "run",
    description = "The main job: starts the cluster, loads, measures, breaks, reports, stops.",
    mixinStandardHelpOptions = true,
    modelTransformer = RunCommand.Options.class)
final class RunCommand implements Callable<Integer> {
  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return SettingOptions.addLoad(command);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  private static final String PASS = "# Pass ";
  private static final String PROGRESS = "# Run progress: ";
  private static final String LEFT_OUT = "# left out: ";

  @Override
  public Integer call() throws InterruptedException {
    Console console = Console.on(System.out);
    Settings settings = SettingOptions.read(command);
    console.line("Settings:");
    console.line(settings.describe());
    RecordRoom.ofChild().checkSteady(settings);
    if (settings.runtime() != RuntimeKind.ATTACH) {
      RecordRoom.ofChild().checkFailover(settings);
    }
    // What will be missing is said before the data are loaded, which may take long.
    Outlook ofJmh = Outlook.of(settings, console);
    List<String> leftOut = ofJmh.leftOut();
    leftOut.forEach(line -> console.step("JMH: " + line));
    List<Demand> demands = new ArrayList<>(ofJmh.demands());
    if (settings.runtime() != RuntimeKind.ATTACH) {
      demands.add(Probes.demand(settings));
    }
    Path finished;
    try (Session session = Session.open(settings, RunKind.RUN, console, demands)) {
      Path folder = session.folder().dir();
      Settings forChildren = settings.with(Name.FOLDER, folder.toString());
      step(
          console,
          session,
          "jmh",
          "cost per operation (JMH)",
          JmhCommand.of(forChildren),
          tellOfJmh(console, leftOut));
      step(
          console,
          session,
          "gatling",
          "latency under an open load (Gatling)",
          GatlingCommand.steady(forChildren),
          tellOfGatling(console));
      if (settings.runtime() == RuntimeKind.ATTACH) {
        session.remark(
            "no failover part: faults need a cluster of our own, and this one is run by others");
      } else {
        step(
            console,
            session,
            "failover",
            "failover under load (Gatling)",
            GatlingCommand.failover(forChildren),
            tellOfGatling(console));
      }
      finished = session.complete();
    }
    Run run = Run.read(finished);
    console.line("");
    console.line(RunText.plain().show(run));
    return run.manifest().valid() ? 0 : BenchException.Kind.INVALID_RUN.exitCode();
  }

  /** Of JMH's many lines those that say how far it is: each pass counts from zero. */
  private static Consumer<String> tellOfJmh(Console console, List<String> said) {
    AtomicReference<String> pass = new AtomicReference<>("");
    return line -> {
      if (line.startsWith(PASS)) {
        pass.set(line.substring(2) + ", ");
      } else if (line.startsWith(PROGRESS)) {
        console.progress("JMH " + pass.get() + line.substring(PROGRESS.length()) + " of the pass");
      } else if (line.startsWith("INVALID: ") || line.startsWith("bench: ")) {
        console.step(line);
      } else if (line.startsWith(LEFT_OUT) && !said.contains(line.substring(2))) {
        console.step("JMH: " + line.substring(2));
      }
    };
  }

  /** Of Gatling's lines those that we wrote. */
  private static Consumer<String> tellOfGatling(Console console) {
    return line -> {
      if (!line.startsWith("Simulation ")) {
        console.step(line);
      }
    };
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
    int exit = run(session, command, log, line);
    if (exit != 0 && exit != BenchException.Kind.INVALID_RUN.exitCode()) {
      session.invalid("%s ended with exit code %d: see logs/%s.log".formatted(what, exit, part));
    } else if (!session.folder().hasContribution(part)) {
      session.invalid("%s measured nothing: see logs/%s.log".formatted(what, part));
    }
  }

  /** Where this process is told to end, the child has written what it measured before we close. */
  private static int run(Session session, List<String> command, Path log, Consumer<String> line)
      throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    session.beforeShutdown(() -> Child.awaitEnd(ended));
    try {
      return Child.run(command, log, line);
    } finally {
      ended.countDown();
    }
  }
}
