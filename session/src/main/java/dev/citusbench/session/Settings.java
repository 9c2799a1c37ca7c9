package dev.citusbench.session;

import dev.citusbench.cluster.AttachedCluster;
import dev.citusbench.cluster.DiskSize;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.JdbcUrl;
import dev.citusbench.cluster.NetworkKind;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.cluster.SystemUnderTest;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a user can set for a run, checked. Each has the same name as a command's option
 * ({@code --scale 0.5}) and as a system property ({@code -Dbench.scale=0.5}), so that the commands,
 * {@code benchmarks.jar} and Maven understand the same words; {@link Name} lists them with default
 * and range.
 */
public final class Settings {
  private static final String PREFIX = "bench.";
  private static final String URL = "jdbc:postgresql://HOST[:PORT]/DATABASE[?user=NAME&…]";

  /** Stands for all kinds of faults, or for all that a kind can hit. */
  public static final List<String> ALL = List.of("all");

  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  /** As many request threads as Tomcat has by default ({@code maxThreads}). */
  private static final int LIKE_A_SERVER = 200;

  /** One setting: its name, its default, and what it may be. */
  public enum Name {
    ENGINE("engine", "auto", "auto, citus, fdw or single", "how tables are distributed"),
    RUNTIME("runtime", "auto", "auto, native or attach", "where the members run"),
    NETWORK(
        "network",
        "loopback",
        "loopback or netns",
        "what joins the members of a cluster that is started; netns, namespaces that faults of the"
            + " network need, wants root, and engine citus or single"),
    DISK(
        "disk",
        "none",
        DiskSize.RANGE,
        "size of the file system that each member of a cluster that is started has for its data;"
            + " the fault disk-full needs it, and it wants root"),
    URL_WRITER("url.writer", "none", Settings.URL, "a cluster that others run"),
    URL_READER("url.reader", "none", Settings.URL, "its standbys, which JMH measures"),
    URL_DIRECT(
        "url.direct", "none", Settings.URL, "the writer without its proxy, which JMH measures"),
    LOAD("load", "false", "true or false", "load the data set into an attached cluster"),
    TUNING("tuning", "ha-default", "a file of cluster/tunings, without .yaml", "named settings"),
    SCALE(
        "scale",
        "1, or 0.1 with quick",
        "0.01 to 100",
        "size of the data set; 1 is 500,000 orders"),
    SEED("seed", "1", "any 64-bit integer", "of data and parameters"),
    QUICK(
        "quick",
        "false",
        "true or false",
        "short phases, small data set, one etcd instead of three"),
    RATE("rate", "100", "1 to 100,000 whole requests a second", "arrivals of the open load"),
    ARRIVALS(
        "arrivals",
        "constant",
        "constant or poisson",
        "evenly, or independent of each other with exponential times between them"),
    WARMUP(
        "warmup",
        "30s, or 5s with quick",
        "a duration such as 500ms, 30s or 5m, at most 24h",
        "load before the steady phase; the default does not follow a shorter duration, because"
            + " caches and compilers take their time"),
    DURATION(
        "duration",
        "120s, or 30s with quick",
        "a duration such as 30s or 5m, at most 24h",
        "length of the steady phase"),
    CONNECTIONS(
        "connections",
        "16, or what the tuning's pool says",
        "1 to 1,000",
        "size of the client's pool"),
    WORKERS("workers", "200, or as many as connections", "1 to 2,000", "threads that run requests"),
    FAULT(
        "fault",
        "kill-postgres",
        "all, or some of " + String.join(", ", FaultKind.words()),
        "what failover breaks, one after the other"),
    TARGET(
        "target",
        "worker1,coordinator",
        "all, or some of coordinator, worker1 …, coordinator-standby, worker1-standby …",
        "whose member it breaks; etcd and haproxy are there once"),
    REPEAT(
        "repeat",
        "1",
        "1 to 1,000",
        "how often each fault is opened at each target, in rounds, each at a random moment"),
    HOLD(
        "hold",
        "as long as the kind of fault needs: 0, 5s, or ttl + loop_wait + 5s",
        "a duration such as 5s, at most 1h",
        "how long a fault stays open; only for kinds that must be undone"),
    STRESS(
        "stress",
        "all that this machine can have",
        "all, or some of " + String.join(", ", StressKind.words()),
        "what endure puts the cluster under, one after the other"),
    STEPS(
        "steps",
        "those of the stress",
        "at most 50 growing whole numbers such as 500,1000, each in the stress's own unit",
        "how much of each stress endure tries, until a leader changes; stress has to name which"),
    HOME(
        "home",
        "the folder of the checkout",
        "a folder that holds cluster/ and sql/",
        "where all is read and written"),
    FOLDER(
        "folder",
        "a new one",
        "the unfinished run folder of the command that started this",
        "where to record");

    private final String label;
    private final String defaultText;
    private final String range;
    private final String purpose;

    Name(String label, String defaultText, String range, String purpose) {
      this.label = label;
      this.defaultText = defaultText;
      this.range = range;
      this.purpose = purpose;
    }

    /** The name without prefix, for example {@code scale}. */
    public String label() {
      return label;
    }

    /** The name as a system property, for example {@code bench.scale}. */
    public String property() {
      return PREFIX + label;
    }

    /** Whether it says something only of a cluster that others run. */
    boolean ofAttached() {
      return this == URL_WRITER || this == URL_READER || this == URL_DIRECT || this == LOAD;
    }

    /** The default in words. */
    public String defaultText() {
      return defaultText;
    }

    /** What is accepted, in words. */
    public String range() {
      return range;
    }

    /** What it is for, in words. */
    public String purpose() {
      return purpose;
    }

    /** What it is for, what is accepted, and the default, for a help text. */
    public String explained() {
      return "%s: %s (default: %s)".formatted(purpose, range, defaultText);
    }
  }

  private final Map<Name, String> given;
  private final Path home;

  private Settings(Map<Name, String> given) {
    this.given = given;
    this.home = findHome();
    validate();
  }

  /**
   * Reads the {@code bench.} properties among {@code properties}.
   *
   * @throws BenchException where a name is unknown or a value out of range
   */
  public static Settings from(Properties properties) {
    Map<Name, String> given = new TreeMap<>();
    for (String property : properties.stringPropertyNames()) {
      if (property.startsWith(PREFIX)) {
        String label = property.substring(PREFIX.length());
        Name name =
            Arrays.stream(Name.values())
                .filter(n -> n.label.equals(label))
                .findAny()
                .orElseThrow(() -> BenchException.unknown("setting", property, properties()));
        given.put(name, properties.getProperty(property).strip());
      }
    }
    return new Settings(given);
  }

  private static List<String> properties() {
    return Arrays.stream(Name.values()).map(Name::property).toList();
  }

  /** The same settings with one more given. */
  public Settings with(Name name, String value) {
    Map<Name, String> more = new TreeMap<>(given);
    more.put(name, value);
    return new Settings(more);
  }

  /** What was given, as JVM options for a process that measures for this one. */
  public List<String> asJvmOptions() {
    List<String> options = new ArrayList<>();
    given.forEach((name, value) -> options.add("-D" + name.property() + "=" + value));
    if (!given.containsKey(Name.HOME)) {
      options.add("-D" + Name.HOME.property() + "=" + home);
    }
    return options;
  }

  /** Every setting with the value in force, a line each. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Name name : Name.values()) {
      if (!name.ofAttached() || given.containsKey(name)) {
        text.append("  %-12s %s%n".formatted(name.label, inForce(name)));
      }
    }
    return text.toString();
  }

  /** Name and value of every setting that shapes the load; not where things lie. */
  Map<String, String> inForce() {
    Map<String, String> values = new TreeMap<>();
    for (Name name : Name.values()) {
      if (name != Name.HOME
          && name != Name.FOLDER
          && (!name.ofAttached() || given.containsKey(name))) {
        values.put(name.label, inForce(name));
      }
    }
    return values;
  }

  private String inForce(Name name) {
    return switch (name) {
      case ENGINE -> given.getOrDefault(name, "auto");
      case RUNTIME -> runtime().label();
      case NETWORK -> ofOurs(network().label());
      case DISK -> ofOurs(disk().label());
      case URL_WRITER, URL_READER, URL_DIRECT -> given.getOrDefault(name, name.defaultText);
      case LOAD -> String.valueOf(load());
      case TUNING -> ofOurs(tuning());
      case SCALE -> String.valueOf(scale());
      case SEED -> String.valueOf(seed());
      case QUICK -> String.valueOf(quick());
      case RATE -> String.valueOf(rate());
      case ARRIVALS -> arrivals().label();
      case WARMUP -> text(warmup());
      case DURATION -> text(duration());
      case CONNECTIONS -> String.valueOf(connections());
      case WORKERS -> String.valueOf(workers());
      case FAULT -> String.join(",", faults().stream().map(FaultKind::word).toList());
      case TARGET -> given.getOrDefault(name, name.defaultText);
      case REPEAT -> String.valueOf(repeat());
      case HOLD -> hold().map(Settings::text).orElse(name.defaultText);
      case STRESS -> String.join(",", stresses().stream().map(StressKind::word).toList());
      case STEPS ->
          steps()
              .map(all -> String.join(",", all.stream().map(String::valueOf).toList()))
              .orElse(name.defaultText);
      case HOME -> home.toString();
      case FOLDER -> given.getOrDefault(name, name.defaultText);
    };
  }

  /** What a cluster of our own is set up with, nobody knows of one that others run. */
  private String ofOurs(String value) {
    return runtime() == RuntimeKind.ATTACH ? SystemUnderTest.UNKNOWN : value;
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** True where the user gave this setting, so that another value must not stand in for it. */
  public boolean isGiven(Name name) {
    return given.containsKey(name);
  }

  /** The engine asked for; null for {@code auto}. */
  public @Nullable Engine engine() {
    String value = given.getOrDefault(Name.ENGINE, "auto");
    if (value.equals("auto")) {
      return null;
    }
    return Arrays.stream(Engine.values())
        .filter(engine -> engine.label().equals(value))
        .findAny()
        .orElseThrow(
            () ->
                BenchException.unknown("engine", value, List.of("auto", "citus", "fdw", "single")));
  }

  /**
   * Where the cluster runs; for {@code auto} attached where there is a URL, otherwise native.
   *
   * @throws BenchException where it is no runtime that there is
   */
  public RuntimeKind runtime() {
    String value = given.getOrDefault(Name.RUNTIME, "auto");
    return switch (value) {
      case "auto" -> urls().isEmpty() ? RuntimeKind.NATIVE : RuntimeKind.ATTACH;
      case "native" -> RuntimeKind.NATIVE;
      case "attach" -> RuntimeKind.ATTACH;
      default ->
          throw BenchException.unknown("runtime", value, List.of("auto", "native", "attach"));
    };
  }

  /**
   * What joins the members of a cluster that is started.
   *
   * @throws BenchException where it is no network that there is
   */
  public NetworkKind network() {
    return NetworkKind.of(given.getOrDefault(Name.NETWORK, Name.NETWORK.defaultText));
  }

  /**
   * What the data of each member of a cluster that is started lies on.
   *
   * @throws BenchException where it is no size, or out of range
   */
  public DiskSize disk() {
    return DiskSize.of(given.getOrDefault(Name.DISK, Name.DISK.defaultText));
  }

  /** URLs of a cluster that others run, by route: {@code writer} first. */
  public Map<String, JdbcUrl> urls() {
    Map<String, JdbcUrl> urls = new LinkedHashMap<>();
    for (String route : AttachedCluster.ROUTES) {
      String value = given.get(url(route));
      if (value != null) {
        urls.put(route, JdbcUrl.parse(route, value));
      }
    }
    return urls;
  }

  /**
   * The setting that has a route's URL.
   *
   * @throws BenchException where no URL can be given for the route
   */
  public static Name url(String route) {
    return switch (route) {
      case "writer" -> Name.URL_WRITER;
      case "reader" -> Name.URL_READER;
      case "direct" -> Name.URL_DIRECT;
      default -> throw BenchException.unknown("route", route, AttachedCluster.ROUTES);
    };
  }

  /** Whether the data set may be loaded into a cluster that others run. */
  public boolean load() {
    return flag(Name.LOAD);
  }

  public String tuning() {
    return given.getOrDefault(Name.TUNING, "ha-default");
  }

  /** Size of the data set; 1 is 500,000 orders. */
  public double scale() {
    return number(Name.SCALE, quick() ? 0.1 : 1, 0.01, 100);
  }

  public long seed() {
    String value = given.getOrDefault(Name.SEED, "1");
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw wrong(Name.SEED, value);
    }
  }

  /** Whether phases are short, data small, and etcd has one member. */
  public boolean quick() {
    return flag(Name.QUICK);
  }

  private boolean flag(Name name) {
    String value = given.getOrDefault(name, "false").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw wrong(name, value);
    };
  }

  /** Arrivals a second of the open load: whole ones, as Gatling places them. */
  public int rate() {
    return whole(Name.RATE, 100, 100_000);
  }

  /** How the arrivals of the open load are spread over time. */
  public Arrivals arrivals() {
    String value = given.getOrDefault(Name.ARRIVALS, Arrivals.CONSTANT.label());
    return Arrays.stream(Arrivals.values())
        .filter(arrivals -> arrivals.label().equals(value))
        .findAny()
        .orElseThrow(
            () ->
                BenchException.unknown(
                    "arrivals",
                    value,
                    Arrays.stream(Arrivals.values()).map(Arrivals::label).toList()));
  }

  /** Load before the steady phase, not part of its figures. */
  public Duration warmup() {
    return duration(Name.WARMUP, Duration.ofSeconds(quick() ? 5 : 30));
  }

  /** Length of the steady phase. */
  public Duration duration() {
    Duration duration = duration(Name.DURATION, Duration.ofSeconds(quick() ? 30 : 120));
    if (duration.isZero()) {
      throw wrong(Name.DURATION, given.getOrDefault(Name.DURATION, ""));
    }
    return duration;
  }

  /** Connections of the load generator's pool. */
  public int connections() {
    return whole(Name.CONNECTIONS, 16, 1000);
  }

  /**
   * Threads of the load generator that run requests. More than there are connections, as in an
   * application server: a request that waits for a connection then waits in {@code pool}.
   */
  public int workers() {
    int workers = whole(Name.WORKERS, Math.max(LIKE_A_SERVER, connections()), 2000);
    if (workers < connections()) {
      throw BenchException.usage(
          "bench.workers=%d is below bench.connections=%d: requests would wait for the load generator's own threads while connections are free"
              .formatted(workers, connections()));
    }
    return workers;
  }

  /** Whether all kinds of faults are asked for, so that those that cannot be are left out. */
  public boolean isEveryFault() {
    return words(Name.FAULT, "").equals(ALL);
  }

  /** What is broken, one after the other. */
  public List<FaultKind> faults() {
    return isEveryFault()
        ? List.of(FaultKind.values())
        : words(Name.FAULT, FaultKind.KILL_POSTGRES.word()).stream().map(FaultKind::of).toList();
  }

  /** What faults are aimed at, as given; {@code all} stands for whatever a kind can hit. */
  public List<String> targets() {
    return words(Name.TARGET, Name.TARGET.defaultText);
  }

  /** How often each fault is opened at each target. */
  public int repeat() {
    return whole(Name.REPEAT, 1, 1000);
  }

  /** How long a fault stays open that must be undone; empty for what its kind needs. */
  public Optional<Duration> hold() {
    if (!isGiven(Name.HOLD)) {
      return Optional.empty();
    }
    Duration hold = duration(Name.HOLD, Duration.ZERO);
    if (hold.compareTo(Duration.ofHours(1)) > 0) {
      throw wrong(Name.HOLD, given.getOrDefault(Name.HOLD, ""));
    }
    return Optional.of(hold);
  }

  /** Whether no stress is asked for by its name, so that those that cannot be are left out. */
  public boolean isEveryStress() {
    return words(Name.STRESS, ALL.get(0)).equals(ALL);
  }

  /** What the cluster is put under, one after the other. */
  public List<StressKind> stresses() {
    return isEveryStress()
        ? List.of(StressKind.values())
        : words(Name.STRESS, "").stream().map(StressKind::of).distinct().toList();
  }

  /** How much of each stress is tried, in its own unit; empty for the stress's own ladder. */
  public Optional<List<Long>> steps() {
    if (!isGiven(Name.STEPS)) {
      return Optional.empty();
    }
    List<Long> steps = new ArrayList<>();
    List<String> words = words(Name.STEPS, "");
    for (String word : words) {
      long least = steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
      if (!word.matches("[0-9]{1,7}") || Long.parseLong(word) <= least || words.size() > 50) {
        throw wrong(Name.STEPS, given.getOrDefault(Name.STEPS, ""));
      }
      steps.add(Long.parseLong(word));
    }
    return Optional.of(List.copyOf(steps));
  }

  private List<String> words(Name name, String byDefault) {
    return Arrays.stream(given.getOrDefault(name, byDefault).split(",", -1))
        .map(String::strip)
        .toList();
  }

  /** The checkout: tunings, templates and SQL are read, and results written, below it. */
  public Path home() {
    return home;
  }

  /**
   * The unfinished run folder of the command that started this process; null where there is none.
   */
  public @Nullable Path folder() {
    String value = given.get(Name.FOLDER);
    return value == null ? null : Path.of(value).toAbsolutePath();
  }

  private void validate() {
    var unused = engine();
    Map<String, JdbcUrl> urls = urls();
    switch (runtime()) {
      case NATIVE, DOCKER -> {
        if (!urls.isEmpty()) {
          throw BenchException.usage(
              "--url is for a cluster that others run: leave it out, or take --runtime attach");
        }
      }
      case ATTACH -> {
        if (!urls.containsKey("writer")) {
          throw BenchException.usage(
              "--runtime attach needs the URL of the cluster: --url writer=%s (or -D%s=…)"
                  .formatted(URL, Name.URL_WRITER.property()));
        }
        if (isGiven(Name.NETWORK)) {
          throw BenchException.usage(
              "--network joins the members of a cluster of our own, and an attached one is run by others: leave it out");
        }
        if (isGiven(Name.DISK)) {
          throw BenchException.usage(
              "--disk is for the members of a cluster of our own, and an attached one is run by others: leave it out");
        }
        if (isGiven(Name.TUNING)) {
          throw BenchException.usage(
              "--tuning sets up a cluster of our own, and an attached one is measured as it is: leave it out; --connections sets the pool, and properties in the URL the driver");
        }
      }
    }
    describe();
    checkHold();
    if (isGiven(Name.TUNING)) {
      Tuning.load(home, tuning());
    }
    Path folder = folder();
    if (folder != null && !Files.isDirectory(folder)) {
      throw BenchException.usage("bench.folder: there is no folder " + folder);
    }
  }

  /** Asked for by name, a fault must be one that a hold says something of. */
  private void checkHold() {
    if (!isGiven(Name.HOLD) || words(Name.FAULT, "").equals(ALL) || isGiven(Name.STRESS)) {
      return;
    }
    List<String> without =
        faults().stream().filter(kind -> !kind.isHeld()).map(FaultKind::word).toList();
    if (!without.isEmpty()) {
      throw BenchException.usage(
          "--hold %s: %s leaves nothing to undo; with a hold --fault takes %s"
              .formatted(
                  given.get(Name.HOLD),
                  String.join(", ", without),
                  Arrays.stream(FaultKind.values())
                      .filter(FaultKind::isHeld)
                      .map(FaultKind::word)
                      .collect(Collectors.joining(", "))));
    }
  }

  private int whole(Name name, int byDefault, int max) {
    double value = number(name, byDefault, 1, max);
    if (value != Math.rint(value)) {
      throw wrong(name, given.getOrDefault(name, ""));
    }
    return (int) value;
  }

  private double number(Name name, double byDefault, double min, double max) {
    String value = given.get(name);
    if (value == null) {
      return byDefault;
    }
    try {
      double number = Double.parseDouble(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, value);
    }
    throw wrong(name, value);
  }

  private Duration duration(Name name, Duration byDefault) {
    String value = given.get(name);
    if (value == null) {
      return byDefault;
    }
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw wrong(name, value);
    }
    double unitMillis =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    Duration duration =
        Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * unitMillis));
    if (duration.compareTo(Duration.ofHours(24)) > 0) {
      throw wrong(name, value);
    }
    return duration;
  }

  private static BenchException wrong(Name name, String value) {
    return BenchException.usage(
        "--%s %s (or -D%s): must be %s".formatted(name.label, value, name.property(), name.range));
  }

  private Path findHome() {
    String value = given.get(Name.HOME);
    if (value != null) {
      Path path = Path.of(value).toAbsolutePath().normalize();
      if (!isHome(path)) {
        throw BenchException.usage(
            "bench.home: %s is not a checkout of citus-ha-bench (it has no cluster/tunings)"
                .formatted(path));
      }
      return path;
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path path : List.of(start, program())) {
      for (Path at = path; at != null; at = at.getParent()) {
        if (isHome(at)) {
          return at;
        }
      }
    }
    throw BenchException.usage(
        "%s is not inside a checkout of citus-ha-bench: go there, or give -D%s=FOLDER"
            .formatted(start, Name.HOME.property()));
  }

  /** Where this class was loaded from: {@code benchmarks.jar} lies inside its checkout. */
  private static Path program() {
    try {
      return Path.of(Settings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isHome(Path path) {
    return Files.isDirectory(path.resolve("cluster/tunings"))
        && Files.isDirectory(path.resolve("sql/operations"));
  }
}
