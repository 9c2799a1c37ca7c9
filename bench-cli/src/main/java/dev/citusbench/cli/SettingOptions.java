package dev.citusbench.cli;

import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.util.Locale;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Settings as options of a command, each with its default in the help; the same names are
 * understood as {@code -Dbench.<name>=}. A command has only those that it uses.
 */
final class SettingOptions {
  private SettingOptions() {}

  /**
   * Gives a command the options of these settings.
   *
   * @param quick what {@code --quick} means for this command
   */
  static CommandSpec add(CommandSpec command, String quick, Name... names) {
    for (Name name : names) {
      boolean flag = name == Name.QUICK;
      command.addOption(
          OptionSpec.builder("--" + name.label())
              .type(flag ? boolean.class : String.class)
              .arity(flag ? "0" : "1")
              .paramLabel(name.label().toUpperCase(Locale.ROOT))
              .description(flag ? quick : name.explained())
              .build());
    }
    return command;
  }

  /**
   * The options given, over the system properties.
   *
   * @throws dev.citusbench.results.BenchException where a value is out of range
   */
  static Settings read(CommandSpec command) {
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    for (Name name : Name.values()) {
      Object value =
          command.commandLine().getParseResult().matchedOptionValue("--" + name.label(), null);
      if (value != null) {
        properties.setProperty(name.property(), value.toString());
      }
    }
    return Settings.from(properties);
  }
}
