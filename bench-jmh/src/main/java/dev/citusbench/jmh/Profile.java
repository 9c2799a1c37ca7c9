package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.session.Demand;
import dev.citusbench.session.Room;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Which benchmarks are run and for how long: what the command line says, completed with what a
 * quick or a full run has for default. A pass is one run of JMH in one mode. The floor comes first
 * and reads before writes, so that no read meets rows that a benchmark of this run wrote; and
 * operations that write are never sent to standbys.
 */
final class Profile {
  static final String ROUTE = "route";
  static final String FLOOR = "floor";
  static final List<String> ROUTES = List.of("writer", "direct", "reader");
  static final String READER = "reader";

  /** Enough for any operation, and memory that the cluster does not lose as forks grow. */
  private static final String[] FORK_HEAP = {"-Xms256m", "-Xmx256m"};

  /**
   * The compiler waits for a core among the threads: on two cores, 16 threads were at their rate
   * after 12 s, and one was after 3 s.
   */
  private static final int WARM_UP_OF_SEVERAL_THREADS = 12;

  private static final int QUICK_FORKS = 1;
  private static final int QUICK_WARM_UP = 1;
  private static final int QUICK_ITERATIONS = 2;

  /** One pass of a default run. */
  private record Pass(
      Mode mode, int threads, Map<String, List<String>> params, List<String> operations) {
    static Pass sample(Map<String, List<String>> params, String... operations) {
      return new Pass(Mode.SampleTime, 1, params, List.of(operations));
    }

    static Pass rate(Map<String, List<String>> params, String... operations) {
      return new Pass(Mode.Throughput, 1, params, List.of(operations));
    }

    List<String> routes() {
      return params.getOrDefault(ROUTE, ROUTES);
    }

    Pass by(int others) {
      return new Pass(mode, others, params, operations);
    }

    /** Whether it needs more connections than each of its routes must have anyway. */
    boolean isWide() {
      return threads > 1
          || operations.contains(Benchmarks.POOL_BORROW)
          || params.getOrDefault(Variant.CONNECTION, List.of()).contains(Access.POOLED);
    }
  }

  private static final Map<String, List<String>> WRITER = Map.of(ROUTE, List.of("writer"));
  private static final Map<String, List<String>> PRIMARY =
      Map.of(ROUTE, List.of("writer", "direct"));
  private static final Map<String, List<String>> ALL = Map.of(ROUTE, ROUTES);
  private static final List<String> EXECUTOR_PARAMS =
      List.of(Variant.EXECUTOR_POOL, Variant.CACHED_CONNECTIONS);
  private static final Map<String, List<String>> FAN_OUT_GRID =
      Map.of(
          Variant.EXECUTOR_POOL, List.of("1", "2", "4", "16"),
          Variant.CACHED_CONNECTIONS, List.of("1", "16"));

  private static final String[] INSERTS = {"insert-event", "insert-events-batch", "copy-events"};

  private static final String[] WRITES = {
    "insert-event",
    "insert-events-batch",
    "copy-events",
    "place-order",
    "cross-tenant-transfer",
    "adjust-all-prices",
    "insert-select-pushdown",
    "insert-select-pull"
  };

  private static final List<Pass> QUICK =
      List.of(
          Pass.sample(ALL, FLOOR),
          Pass.sample(ALL, "lookup-order"),
          Pass.sample(
              WRITER,
              "tenant-dashboard",
              "order-with-products",
              "revenue-by-day",
              "top-tenants",
              "orders-by-status",
              "repartition-join"),
          Pass.sample(WRITER, WRITES),
          Pass.rate(WRITER, INSERTS));

  private static final List<Pass> FULL =
      List.of(
          Pass.sample(ALL, FLOOR),
          Pass.sample(
              ALL,
              "lookup-order",
              "tenant-dashboard",
              "order-with-products",
              "revenue-by-day",
              "top-tenants",
              "orders-by-status",
              "repartition-join"),
          Pass.sample(
              Map.of(ROUTE, List.of("writer"), Variant.PROTOCOL, List.of("simple", "extended-0")),
              FLOOR,
              "lookup-order",
              "order-with-products",
              "revenue-by-day"),
          Pass.sample(PRIMARY, "connect"),
          Pass.sample(PRIMARY, Benchmarks.POOL_BORROW),
          Pass.sample(WRITER, Benchmarks.POOL_BORROW).by(16),
          Pass.sample(connection(Access.NEW), "lookup-order", "revenue-by-day"),
          Pass.sample(connection(Access.POOLED), "lookup-order", "revenue-by-day"),
          Pass.sample(WRITER, FLOOR, "lookup-order", "revenue-by-day").by(4),
          Pass.sample(WRITER, FLOOR, "lookup-order", "revenue-by-day").by(16),
          Pass.sample(on("writer", FAN_OUT_GRID), Benchmarks.FAN_OUT),
          Pass.sample(
              on("writer", Map.of(Variant.EXECUTOR_POOL, List.of("1", "4", "16"))),
              "revenue-by-day",
              "top-tenants",
              "orders-by-status"),
          Pass.sample(PRIMARY, WRITES),
          Pass.rate(WRITER, INSERTS),
          Pass.sample(WRITER, FLOOR).by(2),
          Pass.rate(WRITER, INSERTS).by(2),
          Pass.sample(WRITER, INSERTS).by(4),
          Pass.rate(WRITER, INSERTS).by(4),
          Pass.sample(WRITER, FLOOR).by(8),
          Pass.rate(WRITER, INSERTS).by(8),
          Pass.sample(WRITER, INSERTS).by(16),
          Pass.rate(WRITER, INSERTS).by(16),
          Pass.sample(WRITER, FLOOR).by(32),
          Pass.rate(WRITER, INSERTS).by(32),
          Pass.sample(batches("10", "100", "1000"), "insert-events-batch"),
          Pass.rate(batches("10", "100", "1000"), "insert-events-batch"),
          Pass.sample(chunks("100", "10000"), "copy-events"),
          Pass.rate(chunks("100", "10000"), "copy-events"));

  private static Map<String, List<String>> on(String route, Map<String, List<String>> params) {
    Map<String, List<String>> all = new TreeMap<>(params);
    all.put(ROUTE, List.of(route));
    return all;
  }

  private static Map<String, List<String>> connection(String kind) {
    return Map.of(ROUTE, List.of("writer"), Variant.CONNECTION, List.of(kind));
  }

  private static Map<String, List<String>> batches(String... rows) {
    return Map.of(
        ROUTE,
        List.of("writer"),
        Variant.ROWS,
        List.of(rows),
        Variant.REWRITE,
        List.of("false", "true"));
  }

  private static Map<String, List<String>> chunks(String... rows) {
    return Map.of(ROUTE, List.of("writer"), Variant.ROWS, List.of(rows));
  }

  private final CommandLineOptions asked;
  private final boolean quick;
  private final List<String> routes;
  private final Set<String> writing;
  private final List<String> available = Benchmarks.operations();

  /** What each of the command line's patterns finds. */
  private final Map<String, Set<String>> found = new LinkedHashMap<>();

  /** What the command line chooses; empty where it leaves the choice. */
  private final Set<String> matched = new LinkedHashSet<>();

  /**
   * What the command line asks for.
   *
   * @param routes those that there are, of {@link #ROUTES}
   * @param writing names of the operations that write
   * @throws BenchException where it names a benchmark, or a value of a parameter, that there is not
   */
  Profile(CommandLineOptions asked, boolean quick, List<String> routes, Set<String> writing) {
    this.asked = asked;
    this.quick = quick;
    this.routes = List.copyOf(routes);
    this.writing = Set.copyOf(writing);
    check();
  }

  /**
   * Looks whether what the command line asks for can be measured.
   *
   * @throws BenchException where nothing that one of its patterns finds can be, or it varies what
   *     the engine has not
   */
  void check(Limits limits) {
    for (String param : EXECUTOR_PARAMS) {
      if (!limits.hasExecutor() && asked.getParameter(param).hasValue()) {
        throw BenchException.usage(
            "-p %s is about Citus' executor, and the engine is %s"
                .formatted(param, limits.engine()));
      }
    }
    found.values().forEach(names -> checkSome(names, limits));
    if (matched.isEmpty() && asked.getParameter(Variant.SHARDS).hasValue()) {
      checkSome(Set.of(Benchmarks.FAN_OUT), limits);
    }
  }

  private static void checkSome(Set<String> names, Limits limits) {
    if (limits.unsupported().keySet().containsAll(names)) {
      throw BenchException.usage(
          names.stream()
              .map(
                  name ->
                      "%s cannot be measured here, on engine %s: %s"
                          .formatted(name, limits.engine(), limits.unsupported().get(name)))
              .collect(Collectors.joining("; ")));
    }
  }

  /** What the run would have measured without the limits, a line for each. */
  List<String> leftOut(Limits limits) {
    Set<Benchmarks.Case> withRoom = cases(limits.with(Limits.NONE.lack()));
    Set<Benchmarks.Case> out = cases(Limits.NONE);
    out.removeAll(withRoom);
    List<String> lines = new ArrayList<>();
    limits
        .unsupported()
        .forEach(
            (name, why) -> {
              if (out.removeIf(one -> one.operation().equals(name))) {
                lines.add("%s on engine %s, because %s".formatted(name, limits.engine(), why));
              }
            });
    if (!out.isEmpty()) {
      lines.add(
          "%s on engine %s, because only Citus has this executor"
              .formatted(String.join(", ", EXECUTOR_PARAMS), limits.engine()));
    }
    withRoom.removeAll(cases(limits));
    lines.addAll(tooWide(withRoom, limits));
    return lines;
  }

  /** A line for each limit, with all that it leaves out. */
  private static List<String> tooWide(Set<Benchmarks.Case> out, Limits limits) {
    Map<String, Set<String>> names = new LinkedHashMap<>();
    for (Benchmarks.Case one : out) {
      limits
          .lack()
          .apply(demand(one))
          .ifPresent(
              lack ->
                  names
                      .computeIfAbsent(
                          "over %s, because that needs %s".formatted(one.route(), lack),
                          because -> new LinkedHashSet<>())
                      .add(one.name()));
    }
    return names.entrySet().stream()
        .map(line -> String.join(", ", line.getValue()) + " " + line.getKey())
        .toList();
  }

  /**
   * Connections that the run cannot do without, over each of its routes, at its widest: all that
   * the command line chooses, and of a default run what one thread needs.
   */
  List<Demand> demands(Limits limits) {
    Map<String, Demand> widest = new TreeMap<>();
    Map<String, Demand> pooled = new TreeMap<>();
    cases(limits.with(wide -> Optional.of(new Room.Lack(0, 0, "")))).stream()
        .sorted(Comparator.comparing(one -> one.variant().threads()))
        .forEach(one -> (one.isPooled() ? pooled : widest).put(one.route(), demand(one)));
    List<Demand> demands = new ArrayList<>(widest.values());
    demands.addAll(pooled.values());
    return demands;
  }

  private static Demand demand(Benchmarks.Case one) {
    int ofProfiler = one.route().equals(READER) ? 0 : 1;
    return new Demand(
        one.route(),
        "benchmark " + one,
        tuning -> one.connections(Access.poolSize(tuning)) + ofProfiler,
        room ->
            one.isPooled() || room <= ofProfiler
                ? "leave it out"
                : "take -t %d or fewer".formatted(room - ofProfiler));
  }

  private Set<Benchmarks.Case> cases(Limits limits) {
    return passes(limits, List.of()).stream()
        .flatMap(pass -> Benchmarks.cases(pass).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The passes of a run.
   *
   * @param limits what cannot be measured; left out
   * @param forkOptions JVM options by which a fork finds cluster and data set
   */
  List<Options> passes(Limits limits, List<String> forkOptions) {
    boolean chosen =
        !asked.getIncludes().isEmpty()
            || !asked.getBenchModes().isEmpty()
            || asked.getParameter(ROUTE).hasValue()
            || Variant.DEFAULTS.keySet().stream().anyMatch(p -> asked.getParameter(p).hasValue());
    return chosen ? chosen(limits, forkOptions) : byDefault(limits, forkOptions);
  }

  private List<Options> byDefault(Limits limits, List<String> forkOptions) {
    List<Options> passes = new ArrayList<>();
    for (Pass pass : quick ? QUICK : FULL) {
      if (pass.threads() > 1 && asked.getThreads().hasValue()) {
        continue; // all passes have the number that is asked for
      }
      if (!limits.hasExecutor() && !Collections.disjoint(pass.params().keySet(), EXECUTOR_PARAMS)) {
        continue;
      }
      List<String> ofPass =
          pass.routes().stream()
              .filter(routes::contains)
              .filter(
                  route ->
                      !pass.isWide()
                          || hasRoom(options(pass, List.of(route), limits, forkOptions), limits))
              .toList();
      if (!ofPass.isEmpty()) {
        passes.add(options(pass, ofPass, limits, forkOptions));
      }
    }
    return passes;
  }

  private Options options(Pass pass, List<String> ofPass, Limits limits, List<String> forkOptions) {
    ChainedOptionsBuilder options = base(limits, forkOptions);
    pass.operations().forEach(name -> options.include(OperationName.pattern(name)));
    pass.params()
        .forEach(
            (name, values) ->
                options.param(name, (name.equals(ROUTE) ? ofPass : values).toArray(String[]::new)));
    if (!asked.getThreads().hasValue()) {
      options.threads(pass.threads());
    }
    if (pass.threads() > 1) {
      warmUpForSeveral(options);
    }
    return measuring(pass.mode(), options).build();
  }

  private static boolean hasRoom(Options pass, Limits limits) {
    return Benchmarks.cases(pass).stream()
        .allMatch(one -> limits.lack().apply(demand(one)).isEmpty());
  }

  /**
   * In all modes what only reads, the floor and what has no statement before it; then what writes.
   */
  private List<Options> chosen(Limits limits, List<String> forkOptions) {
    List<String> askedRoutes = List.copyOf(asked.getParameter(ROUTE).orElse(routes));
    List<String> ofWrites = askedRoutes.stream().filter(route -> !route.equals(READER)).toList();
    List<Mode> given = List.copyOf(asked.getBenchModes());
    List<Mode> modes = given.isEmpty() ? List.of(Mode.SampleTime, Mode.Throughput) : given;
    List<Options> passes = new ArrayList<>();
    for (Mode mode : modes) {
      passes.add(chosen(mode, floor(limits, forkOptions), askedRoutes));
      passes.add(chosen(mode, reads(limits, forkOptions), askedRoutes));
    }
    if (ofWrites.isEmpty()) {
      return passes;
    }
    boolean fanOut =
        matched.contains(Benchmarks.FAN_OUT)
            || (matched.isEmpty() && asked.getParameter(Variant.SHARDS).hasValue());
    for (Mode mode : modes) {
      if (fanOut && (mode == Mode.SampleTime || !given.isEmpty())) {
        passes.add(
            chosen(
                mode,
                fanOut(base(limits, forkOptions)),
                asked.getParameter(ROUTE).hasValue() ? ofWrites : List.of("writer")));
      }
      passes.add(chosen(mode, writes(limits, forkOptions), ofWrites));
    }
    return passes;
  }

  private Options chosen(Mode mode, ChainedOptionsBuilder options, List<String> ofRoutes) {
    return measuring(mode, options.param(ROUTE, ofRoutes.toArray(String[]::new))).build();
  }

  private ChainedOptionsBuilder floor(Limits limits, List<String> forkOptions) {
    ChainedOptionsBuilder floor = base(limits, forkOptions);
    floor
        .include(OperationName.pattern(FLOOR))
        .param(Variant.CONNECTION, Access.KEPT)
        .param(Variant.EXECUTOR_POOL, Variant.AS_TUNED)
        .param(Variant.CACHED_CONNECTIONS, Variant.AS_TUNED);
    // What the command line includes is included beside this.
    available.stream()
        .filter(name -> !name.equals(FLOOR) && !Benchmarks.WITHOUT_STATEMENT.contains(name))
        .forEach(name -> floor.exclude(OperationName.pattern(name)));
    Benchmarks.WITHOUT_STATEMENT.stream()
        .filter(name -> matched.isEmpty() || matched.contains(name))
        .forEach(name -> floor.include(OperationName.pattern(name)));
    return floor;
  }

  private ChainedOptionsBuilder reads(Limits limits, List<String> forkOptions) {
    ChainedOptionsBuilder reads = base(limits, forkOptions);
    includeAsked(reads);
    writing.forEach(name -> reads.exclude(OperationName.pattern(name)));
    Benchmarks.WITHOUT_STATEMENT.forEach(name -> reads.exclude(OperationName.pattern(name)));
    reads.exclude(OperationName.pattern(Benchmarks.FAN_OUT));
    if (!asked.getParameter(Variant.CONNECTION).hasValue()) {
      reads.exclude(OperationName.pattern(FLOOR)); // it is measured already
    }
    return reads;
  }

  private ChainedOptionsBuilder writes(Limits limits, List<String> forkOptions) {
    ChainedOptionsBuilder writes = base(limits, forkOptions);
    includeAsked(writes);
    available.stream()
        .filter(name -> !writing.contains(name))
        .forEach(name -> writes.exclude(OperationName.pattern(name)));
    return writes;
  }

  /** The defaults of a run, which stand in for those that JMH's help names. */
  static String help() {
    int forks = OperationBenchmark.class.getAnnotation(Fork.class).value();
    Warmup warmUp = OperationBenchmark.class.getAnnotation(Warmup.class);
    Measurement measured = OperationBenchmark.class.getAnnotation(Measurement.class);
    return """
        Defaults of the suite, instead of those that JMH's own help names:
          without a choice   a list of benchmarks and variants of its own, which -lp does not show:
                             README, "What happens in a run"; short with -Dbench.quick=true
          -f -wi -w -i -r    %s; with -Dbench.quick=true %s
                             (fan-out: %s; several threads: -wi %d, not with quick)
          -bm                sample and thrpt of what is chosen, reads before writes
          -tu                us for times, s for rates
          -p route           %s; of what writes writer and direct
          -jvmArgsPrepend    %s
        """
        .formatted(
            lengths(forks, warmUp.iterations(), measured.iterations(), measured.time()),
            lengths(QUICK_FORKS, QUICK_WARM_UP, QUICK_ITERATIONS, 1),
            ofFanOut(),
            WARM_UP_OF_SEVERAL_THREADS,
            String.join(",", ROUTES),
            String.join(" ", FORK_HEAP));
  }

  private static String ofFanOut() {
    return lengths(
        FanOutBenchmark.class.getAnnotation(Fork.class).value(),
        FanOutBenchmark.class.getAnnotation(Warmup.class).iterations(),
        FanOutBenchmark.class.getAnnotation(Measurement.class).iterations(),
        FanOutBenchmark.class.getAnnotation(Measurement.class).time());
  }

  private static String lengths(int forks, int warmUps, int iterations, int seconds) {
    return "-f %d -wi %d -w 1s -i %d -r %ds".formatted(forks, warmUps, iterations, seconds);
  }

  /** Over all of the grid that nobody chose from, on a connection that is kept. */
  private ChainedOptionsBuilder fanOut(ChainedOptionsBuilder options) {
    available.stream()
        .filter(name -> !name.equals(Benchmarks.FAN_OUT))
        .forEach(name -> options.exclude(OperationName.pattern(name)));
    options.include(OperationName.pattern(Benchmarks.FAN_OUT));
    FAN_OUT_GRID.forEach(
        (name, values) -> {
          if (!asked.getParameter(name).hasValue()) {
            options.param(name, values.toArray(String[]::new));
          }
        });
    return options.param(Variant.CONNECTION, Access.KEPT);
  }

  private void includeAsked(ChainedOptionsBuilder options) {
    for (String include : asked.getIncludes()) {
      options.include(available.contains(include) ? OperationName.pattern(include) : include);
    }
  }

  /** Microseconds serve for times, and operations a second for rates. */
  private ChainedOptionsBuilder measuring(Mode mode, ChainedOptionsBuilder options) {
    options.mode(mode);
    if (mode == Mode.Throughput && !asked.getTimeUnit().hasValue()) {
      options.timeUnit(TimeUnit.SECONDS);
    }
    return options;
  }

  private ChainedOptionsBuilder base(Limits limits, List<String> forkOptions) {
    ChainedOptionsBuilder options = new OptionsBuilder().parent(asked);
    List<String> append = new ArrayList<>(asked.getJvmArgsAppend().orElse(List.of()));
    append.addAll(forkOptions);
    options.jvmArgsAppend(append.toArray(String[]::new));
    options.addProfiler(UseProfiler.class);
    options.addProfiler(Canceled.class);
    if (!asked.getJvmArgsPrepend().hasValue()) {
      options.jvmArgsPrepend(FORK_HEAP);
    }
    asked.getExcludes().forEach(options::exclude);
    limits.unsupported().keySet().forEach(name -> options.exclude(OperationName.pattern(name)));
    if (asked.getThreads().orElse(1) != 1) {
      warmUpForSeveral(options);
    }
    if (quick) {
      if (!asked.getForkCount().hasValue()) {
        options.forks(QUICK_FORKS);
      }
      if (!asked.getWarmupIterations().hasValue()) {
        options.warmupIterations(QUICK_WARM_UP);
      }
      if (!asked.getWarmupTime().hasValue()) {
        options.warmupTime(TimeValue.seconds(1));
      }
      if (!asked.getMeasurementIterations().hasValue()) {
        options.measurementIterations(QUICK_ITERATIONS);
      }
      if (!asked.getMeasurementTime().hasValue()) {
        options.measurementTime(TimeValue.seconds(1));
      }
    }
    return options;
  }

  private void warmUpForSeveral(ChainedOptionsBuilder options) {
    if (!quick && !asked.getWarmupIterations().hasValue()) {
      options.warmupIterations(WARM_UP_OF_SEVERAL_THREADS);
    }
  }

  private void check() {
    for (String include : asked.getIncludes()) {
      Pattern pattern =
          compile(available.contains(include) ? OperationName.pattern(include) : include);
      Set<String> names =
          Benchmarks.names().stream()
              .filter(name -> pattern.matcher(name).find())
              .map(OperationName::of)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (names.isEmpty()) {
        throw BenchException.unknown("benchmark", include, available);
      }
      found.put(include, names);
      matched.addAll(names);
    }
    List<String> askedRoutes = List.copyOf(asked.getParameter(ROUTE).orElse(routes));
    checkValues(ROUTE, routes);
    if (Set.copyOf(askedRoutes).equals(Set.of(READER))
        && !matched.isEmpty()
        && matched.stream()
            .allMatch(name -> writing.contains(name) || name.equals(Benchmarks.FAN_OUT))) {
      throw BenchException.usage(
          "%s: what writes cannot be measured over route reader, which leads to standbys"
              .formatted(String.join(", ", matched)));
    }
    asked.getParameter(Variant.PROTOCOL).orElse(List.of()).forEach(Protocol::driver);
    checkValues(Variant.CONNECTION, Access.CONNECTIONS);
    checkNumbers(Variant.EXECUTOR_POOL, 1, 1_000);
    checkNumbers(Variant.CACHED_CONNECTIONS, 0, 1_000);
    checkNumbers(Variant.SHARDS, 1, 1_000);
    checkValues(Variant.REWRITE, List.of(Variant.AS_TUNED, "false", "true"));
    for (String rows : asked.getParameter(Variant.ROWS).orElse(List.of())) {
      if (!rows.equals(ChunkState.AS_IN_FILE) && !rows.matches("[1-9]\\d{0,5}")) {
        throw BenchException.usage(
            "rows '%s': give 'file', or a number from 1 to 999999".formatted(rows));
      }
    }
  }

  private void checkNumbers(String param, int least, int most) {
    for (String value : asked.getParameter(param).orElse(List.of())) {
      boolean number = value.matches("\\d{1,4}");
      if (!value.equals(Variant.DEFAULTS.get(param))
          && !(number && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most)) {
        throw BenchException.usage(
            "%s '%s': give a number from %,d to %,d".formatted(param, value, least, most));
      }
    }
  }

  private void checkValues(String param, List<String> valid) {
    for (String value : asked.getParameter(param).orElse(List.of())) {
      if (!valid.contains(value)) {
        throw BenchException.unknown(param, value, valid);
      }
    }
  }

  private static Pattern compile(String include) {
    try {
      return Pattern.compile(include);
    } catch (PatternSyntaxException e) {
      throw BenchException.usage(
          "benchmark '%s' is no regular expression: %s".formatted(include, e.getDescription()));
    }
  }
}
