package dev.citusbench.cli;

import dev.citusbench.jmh.JmhCommand;
import dev.citusbench.session.Settings.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code java -jar bench-jmh/target/benchmarks.jar} with the settings given. */
@Command(
    name = "jmh",
    description =
        "Runs the JMH benchmarks; takes all of JMH's own options (-h shows them), and settings as -Dbench.<name>=.",
    modelTransformer = MeasureJmhCommand.Options.class)
final class MeasureJmhCommand implements Callable<Integer> {
  /** The settings that it uses, beside those given as properties. */
  static final class Options implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return SettingOptions.add(SettingOptions.addAttach(command), "", Name.LOAD);
    }
  }

  @Spec CommandSpec command = CommandSpec.create();

  @Unmatched List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    return Child.inherit(JmhCommand.of(SettingOptions.read(command), arguments));
  }
}
