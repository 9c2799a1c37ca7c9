package dev.citusbench.cluster;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short commands of the operating system. */
final class Commands {
  /** Where programs are, those for root alone among them. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private Commands() {}

  record Result(int exit, String output) {}

  /** What runs commands. */
  @FunctionalInterface
  interface Runner {
    Result run(List<String> command) throws IOException;

    /**
     * The output of a command that must succeed.
     *
     * @throws IOException with the command and what it said
     */
    default String output(List<String> command) throws IOException {
      Result result = run(command);
      if (result.exit() != 0) {
        throw new IOException("'" + String.join(" ", command) + "': " + result.output());
      }
      return result.output();
    }
  }

  /** Runs programs of root's, whatever the {@code PATH} of this process is. */
  static Result runAsRoot(List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of("env", "PATH=" + PATH));
    all.addAll(command);
    return run(all);
  }

  /** Runs a command that ends by itself within seconds; output is stdout and stderr. */
  static Result run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("'" + String.join(" ", command) + "' did not end within 20 s");
      }
      return new Result(process.exitValue(), output);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
