package dev.citusbench.cli;

import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Settings as options of a command, each with its default in the help; the same names are
 * understood as {@code -Dbench.<name>=}. A command has only those that it uses.
 */
final class SettingOptions {
  private static final String URL = "--url";

  private SettingOptions() {}

  /**
   * Gives a command the options of these settings.
   *
   * @param quick what {@code --quick} means for this command
   */
  static CommandSpec add(CommandSpec command, String quick, Name... names) {
    for (Name name : names) {
      boolean flag = name == Name.QUICK || name == Name.LOAD;
      command.addOption(
          OptionSpec.builder("--" + name.label())
              .type(flag ? boolean.class : String.class)
              .arity(flag ? "0" : "1")
              .paramLabel(name.label().toUpperCase(Locale.ROOT))
              .description(name == Name.QUICK ? quick : name.explained())
              .build());
    }
    return command;
  }

  /** Gives a command the option of a setting that means something else for it. */
  static CommandSpec add(CommandSpec command, Name name, String explained) {
    return command.addOption(
        OptionSpec.builder("--" + name.label())
            .type(String.class)
            .arity("1")
            .paramLabel(name.label().toUpperCase(Locale.ROOT))
            .description(explained)
            .build());
  }

  /** Gives a command the options of a whole measurement under an open load. */
  static CommandSpec addLoad(CommandSpec command) {
    return add(
        addAttach(command),
        Name.QUICK.purpose(),
        Name.LOAD,
        Name.ENGINE,
        Name.NETWORK,
        Name.DISK,
        Name.TUNING,
        Name.SCALE,
        Name.SEED,
        Name.QUICK,
        Name.RATE,
        Name.ARRIVALS,
        Name.WARMUP,
        Name.DURATION,
        Name.CONNECTIONS,
        Name.WORKERS);
  }

  /** Gives a command the options that lead to a cluster that others run. */
  static CommandSpec addAttach(CommandSpec command) {
    add(command, "", Name.RUNTIME);
    return command.addOption(
        OptionSpec.builder(URL)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel("ROUTE=URL")
            .description(
                "a cluster that others run: writer=jdbc:postgresql://HOST/DATABASE?user=NAME;"
                    + " reader= and direct= can be given too; the password by PGPASSWORD or"
                    + " ~/.pgpass")
            .build());
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
    List<String> urls = command.commandLine().getParseResult().matchedOptionValue(URL, List.of());
    for (String url : urls) {
      int equals = url.indexOf('=');
      if (equals < 1 || url.startsWith("jdbc:")) {
        // The text is not repeated: it may have a password.
        throw BenchException.usage(
            "--url needs a route and its URL: --url writer=jdbc:postgresql://HOST[:PORT]/DATABASE[?user=NAME&…]");
      }
      properties.setProperty(
          Settings.url(url.substring(0, equals)).property(), url.substring(equals + 1));
    }
    return Settings.from(properties);
  }
}
