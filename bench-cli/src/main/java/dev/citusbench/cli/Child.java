package dev.citusbench.cli;

import dev.citusbench.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A measuring process of its own, so that neither its garbage collection nor its flags are shared
 * with the command that started it. It ends with that command: by a shutdown hook on Ctrl-C, and by
 * itself where the command was killed.
 */
final class Child {
  /** Time to write down what was measured and to stop a cluster of its own. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration KILLED = Duration.ofSeconds(5);

  private Child() {}

  /**
   * Runs {@code command} to its end, all its output into {@code log} and to {@code line}.
   *
   * @return its exit code
   * @throws CancellationException where this process is ending, and so did that one
   */
  static int run(List<String> command, Path log, Consumer<String> line)
      throws InterruptedException {
    ProcessBuilder builder = builder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process = builder.start();
      Thread stop = stopAtShutdown(process);
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
          var file = Files.newBufferedWriter(log)) {
        for (String text = output.readLine(); text != null; text = output.readLine()) {
          file.write(text);
          file.newLine();
          file.flush();
          line.accept(text);
        }
        return process.waitFor();
      } finally {
        stop(process);
        forget(stop);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.get(0) + " (log " + log + ")", e);
    }
  }

  /**
   * Runs {@code command} to its end with this process's own input and output.
   *
   * @throws CancellationException where this process is ending, and so did that one
   */
  static int inherit(List<String> command) throws InterruptedException {
    try {
      Process process = builder(command).inheritIO().start();
      Thread stop = stopAtShutdown(process);
      try {
        return process.waitFor();
      } finally {
        stop(process);
        forget(stop);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.get(0), e);
    }
  }

  /** Waits for a child that this process's shutdown stops, as long as that may take. */
  static void awaitEnd(CountDownLatch ended) {
    try {
      if (!ended.await(GRACE.plus(KILLED).toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("bench: a part of the run does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(Session.PARENT, Long.toString(ProcessHandle.current().pid()));
    return builder;
  }

  private static Thread stopAtShutdown(Process process) {
    Thread stop = new Thread(() -> stop(process), "stop-child");
    try {
      Runtime.getRuntime().addShutdownHook(stop);
    } catch (IllegalStateException e) {
      stop(process);
      throw new CancellationException("told to end");
    }
    return stop;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new CancellationException("told to end"); // the hook is running
    }
  }

  private static void awaitEnd(ProcessHandle killed) {
    try {
      killed.onExit().get(KILLED.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("bench: process " + killed.pid() + " was killed and does not end");
    }
  }

  private static void stop(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    for (ProcessHandle member : family) {
      if (member.destroyForcibly()) {
        awaitEnd(member);
      }
    }
  }
}
