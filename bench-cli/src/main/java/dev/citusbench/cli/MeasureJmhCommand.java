package dev.citusbench.cli;

import dev.citusbench.jmh.JmhCommand;
import dev.citusbench.session.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code java -jar bench-jmh/target/benchmarks.jar} with the settings given. */
@Command(
    name = "jmh",
    description =
        "Runs the JMH benchmarks; takes all of JMH's own options (-h shows them), and settings as -Dbench.<name>=.")
final class MeasureJmhCommand implements Callable<Integer> {
  @Unmatched List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.from(System.getProperties());
    return Child.inherit(JmhCommand.of(settings, arguments));
  }
}
