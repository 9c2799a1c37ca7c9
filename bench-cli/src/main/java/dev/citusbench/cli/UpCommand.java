package dev.citusbench.cli;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Reservation;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.session.Testbed;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a cluster that stays up after the command. */
@Command(
    name = "up",
    description = "Starts the cluster, and returns when it is ready.",
    mixinStandardHelpOptions = true,
    modelTransformer = UpCommand.Options.class)
final class UpCommand implements Callable<Integer> {
  private static final String RUNTIME = "--" + Name.RUNTIME.label();

  /** The settings that it uses. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      // Answered, and not offered: there is nothing to choose from.
      command.addOption(
          OptionSpec.builder(RUNTIME).type(String.class).arity("1").hidden(true).build());
      return SettingOptions.add(
          command,
          "one etcd instead of three",
          Name.ENGINE,
          Name.NETWORK,
          Name.DISK,
          Name.TUNING,
          Name.QUICK);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  @Option(
      names = "--foreground",
      description = "stay, and stop the cluster on Ctrl-C, unless another command is using it")
  boolean foreground;

  @Override
  public Integer call() throws InterruptedException {
    Console console = Console.on(System.out);
    String runtime = command.commandLine().getParseResult().matchedOptionValue(RUNTIME, "");
    if (runtime.equals(RuntimeKind.ATTACH.label())) {
      // Said before the settings miss a URL, which `up` has no option for.
      throw BenchException.usage(
          "up starts a cluster of our own, and runtime attach is for one that others run: leave out --runtime attach here; run, jmh, gatling and load take it, with --url");
    }
    Settings settings = SettingOptions.read(command);
    CompletableFuture<Optional<Testbed>> started = new CompletableFuture<>();
    if (foreground) {
      // Before anything is started, so there is no moment at which Ctrl-C leaves the cluster up.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> started.join().ifPresent(ours -> stop(ours, console)), "stop-cluster"));
    }
    Testbed testbed;
    try {
      testbed = start(settings, console);
      started.complete(Optional.of(testbed));
    } finally {
      started.complete(Optional.empty());
    }
    console.line(StatusText.of(testbed.cluster().file(), testbed.cluster().status()));
    console.line(
        "No data is loaded yet: `./bench load` loads 500,000 orders, `./bench load --quick` 50,000.");
    if (!foreground) {
      console.line("It stays up until `./bench down`.");
    } else {
      console.line("Ctrl-C stops the cluster.");
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private static Testbed start(Settings settings, Console console) {
    try (Reservation alone = Reservation.take(settings.home(), "'./bench up'")) {
      if (Cluster.find(settings.home()).isPresent()) {
        throw BenchException.usage(
            "a cluster is up already: `./bench status` shows it, `./bench down` stops it");
      }
      return Testbed.start(settings, console);
    }
  }

  /** Stops the cluster, unless it is measured or somebody has stopped it already. */
  private static void stop(Testbed testbed, Console console) {
    try {
      testbed.cluster().stopAlone("'./bench up --foreground'", console::step);
    } catch (BenchException e) {
      console.line("The cluster stays up until `./bench down`: " + e.getMessage());
    }
  }
}
