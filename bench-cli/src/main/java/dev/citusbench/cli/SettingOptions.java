package dev.citusbench.cli;

import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings as options; the same names are understood as {@code -Dbench.<name>=}. */
final class SettingOptions {
  @Option(names = "--engine", paramLabel = "E", description = "auto, citus, fdw or single")
  @Nullable String engine;

  @Option(names = "--runtime", paramLabel = "R", description = "auto or native")
  @Nullable String runtime;

  @Option(names = "--tuning", paramLabel = "N", description = "a file of cluster/tunings")
  @Nullable String tuning;

  @Option(names = "--scale", paramLabel = "S", description = "data set; 1 is 500,000 orders")
  @Nullable String scale;

  @Option(names = "--seed", paramLabel = "N", description = "of data and parameters")
  @Nullable String seed;

  @Option(names = "--quick", description = "short phases, small data set, one etcd")
  boolean quick;

  @Option(names = "--rate", paramLabel = "N", description = "arrivals a second of the open load")
  @Nullable String rate;

  @Option(names = "--warmup", paramLabel = "D", description = "load before the steady phase")
  @Nullable String warmup;

  @Option(names = "--duration", paramLabel = "D", description = "length of the steady phase")
  @Nullable String duration;

  @Option(names = "--connections", paramLabel = "N", description = "size of the client's pool")
  @Nullable String connections;

  /** The options given, over the system properties. */
  Settings settings() {
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    put(properties, Name.ENGINE, engine);
    put(properties, Name.RUNTIME, runtime);
    put(properties, Name.TUNING, tuning);
    put(properties, Name.SCALE, scale);
    put(properties, Name.SEED, seed);
    put(properties, Name.QUICK, quick ? "true" : null);
    put(properties, Name.RATE, rate);
    put(properties, Name.WARMUP, warmup);
    put(properties, Name.DURATION, duration);
    put(properties, Name.CONNECTIONS, connections);
    return Settings.from(properties);
  }

  private static void put(Properties properties, Name name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name.property(), value);
    }
  }
}
