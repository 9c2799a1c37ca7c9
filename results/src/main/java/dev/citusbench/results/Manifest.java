package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code run.json}, schema 1: what was measured, on what, with which result. Field names are fixed;
 * readers must accept fields that they do not know.
 *
 * @param id name of the run folder
 * @param invalidReasons why {@code valid} is false; empty for a valid run
 * @param seed of the dataset and of every parameter drawn
 * @param plans how the engine ran the operations, by part of the run; empty where nobody looked
 * @param unaskedLeaderChanges promotions during a failover part that none of its faults explains;
 *     null where nobody looked
 * @param endurance how much the cluster bore before a leader changed unasked; empty where nobody
 *     tried
 */
public record Manifest(
    int schema,
    String id,
    RunKind what,
    boolean valid,
    List<String> invalidReasons,
    Instant startedAt,
    double durationSeconds,
    EngineVersion engine,
    RuntimeKind runtime,
    Versions versions,
    Topology topology,
    String tuning,
    long seed,
    Machine machine,
    Dataset dataset,
    List<OperationResult> operations,
    List<FaultResult> faults,
    List<ProcessorShare> processor,
    @Nullable List<PlanCheck> plans,
    @Nullable List<Generator> generators,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<LeaderChange> unaskedLeaderChanges,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Endurance> endurance) {

  /** The schema that this version writes. */
  public static final int SCHEMA = 1;

  public Manifest {
    invalidReasons = List.copyOf(invalidReasons);
    operations = List.copyOf(operations);
    faults = List.copyOf(faults);
    processor = List.copyOf(processor);
    plans = plans == null ? List.of() : List.copyOf(plans); // runs of before it was recorded
    generators = generators == null ? List.of() : List.copyOf(generators);
    unaskedLeaderChanges = unaskedLeaderChanges == null ? null : List.copyOf(unaskedLeaderChanges);
    endurance = endurance == null ? List.of() : List.copyOf(endurance);
  }

  /** Never null. */
  @Override
  public List<PlanCheck> plans() {
    return Objects.requireNonNullElse(plans, List.of());
  }

  /** How the load generators did; empty in runs without one. */
  @Override
  public List<Generator> generators() {
    return Objects.requireNonNullElse(generators, List.of());
  }

  /** How much the cluster bore; empty where nobody tried. */
  @Override
  public List<Endurance> endurance() {
    return Objects.requireNonNullElse(endurance, List.of());
  }

  Manifest withId(String newId) {
    return new Manifest(
        schema,
        newId,
        what,
        valid,
        invalidReasons,
        startedAt,
        durationSeconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        operations,
        faults,
        processor,
        plans,
        generators,
        unaskedLeaderChanges,
        endurance);
  }

  Manifest withDuration(double seconds) {
    return new Manifest(
        schema,
        id,
        what,
        valid,
        invalidReasons,
        startedAt,
        seconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        operations,
        faults,
        processor,
        plans,
        generators,
        unaskedLeaderChanges,
        endurance);
  }

  /** The same with other rows; valid if there is no reason against it. */
  Manifest with(
      List<OperationResult> newOperations,
      List<FaultResult> newFaults,
      List<ProcessorShare> newProcessor,
      List<PlanCheck> newPlans,
      List<String> reasons) {
    return new Manifest(
        schema,
        id,
        what,
        reasons.isEmpty(),
        reasons,
        startedAt,
        durationSeconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        newOperations,
        newFaults,
        newProcessor,
        newPlans,
        generators,
        unaskedLeaderChanges,
        endurance);
  }

  Manifest withGenerators(List<Generator> newGenerators) {
    return new Manifest(
        schema,
        id,
        what,
        valid,
        invalidReasons,
        startedAt,
        durationSeconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        operations,
        faults,
        processor,
        plans,
        newGenerators,
        unaskedLeaderChanges,
        endurance);
  }

  Manifest withUnaskedLeaderChanges(@Nullable List<LeaderChange> changes) {
    return new Manifest(
        schema,
        id,
        what,
        valid,
        invalidReasons,
        startedAt,
        durationSeconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        operations,
        faults,
        processor,
        plans,
        generators,
        changes,
        endurance);
  }

  Manifest withEndurance(List<Endurance> tried) {
    return new Manifest(
        schema,
        id,
        what,
        valid,
        invalidReasons,
        startedAt,
        durationSeconds,
        engine,
        runtime,
        versions,
        topology,
        tuning,
        seed,
        machine,
        dataset,
        operations,
        faults,
        processor,
        plans,
        generators,
        unaskedLeaderChanges,
        tried);
  }

  Manifest invalid(List<String> reasons) {
    return with(operations, faults, processor, plans(), reasons);
  }

  /**
   * What a fault is called in tables and comparisons: its kind and target, with a number from the
   * second of that kind and target on.
   *
   * @param index in {@code faults}; one that is not there, in a damaged file, gets a name as well
   */
  String faultName(int index) {
    if (index < 0 || index >= faults.size()) {
      return "fault " + index + ", which is not in this run";
    }
    String name = faults.get(index).name();
    long nth = faults.subList(0, index + 1).stream().filter(f -> f.name().equals(name)).count();
    return nth == 1 ? name : name + " (" + nth + ")";
  }

  /**
   * The engine in use.
   *
   * @param version of the extension for citus, of PostgreSQL otherwise
   */
  public record EngineVersion(Engine name, String version) {}

  /** Versions as each program prints them itself; {@code unknown} where it cannot be asked. */
  public record Versions(
      String postgresql, String patroni, String etcd, String haproxy, String java, String suite) {}

  /**
   * How many of each there are; group 0, the coordinator, is not counted as a worker.
   *
   * @param membersPerGroup null where it is unknown, as in a cluster that others run; so is {@code
   *     etcd}
   */
  public record Topology(int workers, @Nullable Integer membersPerGroup, @Nullable Integer etcd) {}

  /**
   * The machine that ran cluster and load; with runtime {@code attach} the client's, which ran the
   * load only.
   *
   * @param loadAverageBefore one-minute load average before the run began
   */
  public record Machine(
      String cpu, int cores, long memoryBytes, String kernel, double loadAverageBefore) {}

  /**
   * The rows that the operations ran on.
   *
   * @param rows by table
   * @param loadSeconds 0 where the run found the dataset loaded
   */
  public record Dataset(
      double scale, Map<String, Long> rows, double loadSeconds, double rowsPerSecond) {}

  /**
   * One row of figures: one operation, measured by one tool over one route, in one phase.
   *
   * @param tasks remote tasks of the plan; 0 where the plan has none. Of a repartition join those
   *     that join the pieces into which rows were cut, however many shards the rows came from
   * @param fault index in {@link Manifest#faults} of the fault that the phase is about; null for
   *     phases that are about none
   * @param count samples
   * @param perSecond operations a second, over the phase
   * @param rowsPerSecond rows a second, for operations that write; null where nobody counted
   * @param variant what was varied beyond operation and route, as {@code name=value} with a space
   *     between several, sorted by name: {@code rows=100 threads=4}; null where nothing was
   * @param floorNanos median of the floor by the same tool, route, protocol and number of threads;
   *     null where it was not measured, and for the floor itself
   * @param perOperation what one operation used, by name: {@code connections} (that the coordinator
   *     took to the workers), {@code connectionsOpened} (those of them that it had not kept from
   *     earlier ones), {@link #MULTI_SHARD}, {@code walBytes} and {@code commits} (bytes of WAL and
   *     transactions that wrote, on all groups' primaries, with what these do by themselves),
   *     {@code clientCpuNanos} (processor time of the measuring process). Empty where nobody
   *     counted
   * @param busy shares from 0 to 1 of the time measured: {@code processor} (of all cores of this
   *     machine), {@code disk} (that the cluster's own disk had something to do), and {@code wait
   *     TYPE:EVENT} (of the time that sessions on any group's primary were in a statement, without
   *     the coordinator's waits for workers; as PostgreSQL names waits). Empty where nobody looked
   */
  public record OperationResult(
      String name,
      PlanClass planClass,
      int tasks,
      Source source,
      String route,
      Outcome outcome,
      TimePart time,
      Phase phase,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer fault,
      long count,
      double perSecond,
      double meanNanos,
      long p50Nanos,
      long p90Nanos,
      long p99Nanos,
      long p999Nanos,
      long maxNanos,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double rowsPerSecond,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String variant,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long floorNanos,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Map<String, Double> perOperation,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Map<String, Double> busy) {
    /** A name in {@link #perOperation}: executions that Citus counted on several shards. */
    public static final String MULTI_SHARD = "multiShardExecutions";

    public OperationResult {
      perOperation = perOperation == null ? Map.of() : Map.copyOf(perOperation);
      busy = busy == null ? Map.of() : Map.copyOf(busy);
    }

    @Override
    public Map<String, Double> perOperation() {
      return Objects.requireNonNullElse(perOperation, Map.of());
    }

    @Override
    public Map<String, Double> busy() {
      return Objects.requireNonNullElse(busy, Map.of());
    }

    /** A row of a phase that is about no fault. */
    public OperationResult(
        String name,
        PlanClass planClass,
        int tasks,
        Source source,
        String route,
        Outcome outcome,
        TimePart time,
        Phase phase,
        long count,
        double perSecond,
        double meanNanos,
        long p50Nanos,
        long p90Nanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos) {
      this(
          name, planClass, tasks, source, route, outcome, time, phase, null, count, perSecond,
          meanNanos, p50Nanos, p90Nanos, p99Nanos, p999Nanos, maxNanos, null, null, null, Map.of(),
          Map.of());
    }

    /** Operation and variant, as tables show them. */
    public String label() {
      return variant == null ? name : name + " " + variant;
    }

    /** The same row with the rows a second that it wrote. */
    public OperationResult withRowsPerSecond(double rows) {
      return with(fault, rows, variant, floorNanos, perOperation(), busy());
    }

    /** The same row with what was used and busy meanwhile. */
    public OperationResult withUse(Map<String, Double> used, Map<String, Double> shares) {
      return with(fault, rowsPerSecond, variant, floorNanos, used, shares);
    }

    /** The same row in a list of faults that has others before its own. */
    OperationResult withFaultsBefore(int others) {
      return fault == null
          ? this
          : with(fault + others, rowsPerSecond, variant, floorNanos, perOperation(), busy());
    }

    /** The same row with what was varied, and the floor that it stands on. */
    public OperationResult withVariant(@Nullable String what, @Nullable Long floor) {
      return with(fault, rowsPerSecond, what, floor, perOperation(), busy());
    }

    private OperationResult with(
        @Nullable Integer ofFault,
        @Nullable Double rows,
        @Nullable String what,
        @Nullable Long floor,
        Map<String, Double> used,
        Map<String, Double> shares) {
      return new OperationResult(
          name, planClass, tasks, source, route, outcome, time, phase, ofFault, count, perSecond,
          meanNanos, p50Nanos, p90Nanos, p99Nanos, p999Nanos, maxNanos, rows, what, floor, used,
          shares);
    }
  }

  /**
   * One fault that was injected, and what clients saw of it.
   *
   * @param pools what the pools did of the clients that have one; empty where there was none
   * @param blastRadius whose requests of the load suffered, those of the tenants and then those of
   *     all shards; empty where nobody counted
   * @param debt null where nobody measured it
   * @param milestones what was over later than the outage of writes, or apart from it
   */
  public record FaultResult(
      String kind,
      String target,
      String member,
      Instant openedAt,
      List<Outage> outages,
      List<FaultPhase> phases,
      Predicted predictedMillis,
      Writes writes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<PoolUse> pools,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Suffered> blastRadius,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Debt debt,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Milestone> milestones) {
    public FaultResult {
      milestones = milestones == null ? List.of() : List.copyOf(milestones);
      pools = pools == null ? List.of() : List.copyOf(pools);
      blastRadius = blastRadius == null ? List.of() : List.copyOf(blastRadius);
    }

    /** A fault of which only probes without a pool know. */
    public FaultResult(
        String kind,
        String target,
        String member,
        Instant openedAt,
        List<Outage> outages,
        List<FaultPhase> phases,
        Predicted predictedMillis,
        Writes writes) {
      this(
          kind,
          target,
          member,
          openedAt,
          outages,
          phases,
          predictedMillis,
          writes,
          null,
          null,
          null,
          null);
    }

    @Override
    public List<Milestone> milestones() {
      return Objects.requireNonNullElse(milestones, List.of());
    }

    @Override
    public List<PoolUse> pools() {
      return Objects.requireNonNullElse(pools, List.of());
    }

    @Override
    public List<Suffered> blastRadius() {
      return Objects.requireNonNullElse(blastRadius, List.of());
    }

    /** The same fault with what the load's requests say of it. */
    public FaultResult withLoad(List<Suffered> radius, @Nullable Debt owed) {
      return new FaultResult(
          kind,
          target,
          member,
          openedAt,
          outages,
          phases,
          predictedMillis,
          writes,
          pools,
          radius,
          owed,
          milestones);
    }

    /** What clients without a pool saw. */
    List<Outage> plainOutages() {
      return outages.stream().filter(Outage::isPlain).toList();
    }

    /** Its kind and target. */
    String name() {
      return kind + " of " + target;
    }
  }

  /**
   * Time from the last success before to the first success after, as one probe stream saw it.
   *
   * @param probe {@code write}, {@code read} or {@code multi-shard}
   * @param millis 0 where no probe failed and none was held up for several periods
   * @param resolutionMillis longest time between two probes: a shorter outage may not be seen
   * @param errors count by SQLSTATE
   * @param client how it connects: {@link #PLAIN}, {@link #PLAIN_NEW}, {@link #HIKARI} or {@link
   *     #HIKARI_OVERRIDE}
   * @param unended true where it had no end while it was watched; otherwise null
   */
  public record Outage(
      String probe,
      int group,
      double millis,
      double resolutionMillis,
      Map<String, Long> errors,
      @Nullable String client,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean unended) {
    /** Without a pool, on connections that are kept as long as they live. */
    public static final String PLAIN = "plain";

    /** Without a pool, each probe on a new connection. */
    public static final String PLAIN_NEW = "plain-new";

    /** A HikariCP pool as the tuning has it. */
    public static final String HIKARI = "hikari";

    /** The same with an {@code SQLExceptionOverride}. */
    public static final String HIKARI_OVERRIDE = "hikari-override";

    public Outage {
      client = Objects.requireNonNullElse(client, PLAIN); // runs of before there were others
    }

    /** What a client without a pool saw. */
    public Outage(
        String probe, int group, double millis, double resolutionMillis, Map<String, Long> errors) {
      this(probe, group, millis, resolutionMillis, errors, PLAIN, null);
    }

    /** Never null. */
    @Override
    public String client() {
      return Objects.requireNonNullElse(client, PLAIN);
    }

    /** Whether the client had no pool. */
    boolean isPlain() {
      return client().equals(PLAIN) || client().equals(PLAIN_NEW);
    }

    /** How long it lasted, or that there was none; {@code >} where its end was not seen. */
    String shown() {
      return millis > 0 ? (unended == null ? "" : "> ") + Units.millis(millis) : "none";
    }
  }

  /**
   * What one pool did from a fault's opening to the end of its watch.
   *
   * @param client as in {@link Outage}
   * @param connections its size
   * @param opened connections that it opened anew, for those that it had evicted or found dead
   */
  public record PoolUse(String client, int connections, long opened) {}

  /**
   * What became of the load's requests of some tenants, of those that were due from the opening of
   * a fault to the end of its outage.
   *
   * @param tenants those of a group, such as {@code worker1}, or {@code multi-shard} for requests
   *     that ask all of them
   * @param access {@code read} or {@code write}
   * @param hit whether the fault was aimed at that group
   * @param failed without a good answer
   * @param late answered, but after more than {@code lateMillis}
   * @param lateMillis 1.1 times the p99 of such requests in the quiet time before the fault
   * @param before requests of that time, on which it stands
   */
  public record Suffered(
      String tenants,
      String access,
      boolean hit,
      long requests,
      long failed,
      long late,
      double lateMillis,
      long before) {}

  /**
   * What a fault cost beyond its outage, in the load's requests to one shard.
   *
   * @param p99Millis response time in the quiet time before the fault
   * @param before requests of that time, on which it stands
   * @param backMillis from the opening of the fault to the first of {@code intervals} intervals in
   *     a row in which no more requests took longer than 1.1 times {@code p99Millis} than chance
   *     explains; null where there was none while it was watched
   * @param intervals that have to be good
   * @param intervalMillis length of each, and so the resolution
   * @param watchedMillis from the opening of the fault to the end of the watch
   * @param waitedRequestSeconds the area between the curve of response times and its steady state:
   *     the sum of what all requests that were due until then, and were answered, took longer than
   *     their operation's mean before, in seconds. Over the rate of the load it is that of the
   *     curve of the mean
   * @param failed requests due until then without a good answer, which are not in that sum
   */
  public record Debt(
      double p99Millis,
      long before,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double backMillis,
      int intervals,
      double intervalMillis,
      double watchedMillis,
      double waitedRequestSeconds,
      long failed) {}

  /**
   * One part of the outage of writes to the group that was hit, as the plain probe saw it. All
   * phases of a fault together are that outage, from runs on that say {@code source}; those of
   * before counted from the opening of the fault.
   *
   * @param name {@code
   *     before|detect|release|lease|elect|promote|held|restart|metadata|proxy|retaken|synchronous|client},
   *     or {@code unexplained}
   * @param source what told its end: null where nothing did
   * @param resolutionMillis how much earlier it may have ended
   */
  public record FaultPhase(
      String name,
      double millis,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String source,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double resolutionMillis) {
    /** From the last success before the fault to its opening. */
    public static final String BEFORE = "before";

    /** Everything was through, as far as it was watched, and writes failed all the same. */
    public static final String UNEXPLAINED = "unexplained";

    /** A phase of which only name and length are known. */
    public FaultPhase(String name, double millis) {
      this(name, millis, null, null);
    }
  }

  /**
   * Something that was over after a fault, and is no part of the outage of writes.
   *
   * @param name {@link #STRAGGLER}
   * @param millis since the fault was opened
   */
  public record Milestone(String name, double millis, String source, double resolutionMillis) {
    /** The last stream of plain probes, of all groups, had its outage behind it. */
    public static final String STRAGGLER = "last straggler";
  }

  /** What the settings in force allow an outage to last. */
  public record Predicted(double min, double max) {}

  /**
   * The write ledger after recovery.
   *
   * @param lost acknowledged and not there
   * @param ghost failed and there
   * @param unknown neither acknowledged nor refused: its error does not tell whether it was written
   * @param inDoubtTransactions prepared transactions left on any group when the writes were read
   *     back
   * @param leftOverTransactions prepared transactions, on all groups, that were seen from the
   *     opening of the fault on a second or more after they were prepared; null where nobody
   *     looked, or a group did not answer in the end
   * @param leftOverMillis from the fault to when the last of these was gone; null where there was
   *     none, or where it was not seen to go
   */
  public record Writes(
      long acknowledged,
      long lost,
      long ghost,
      long unknown,
      long inDoubtTransactions,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long leftOverTransactions,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double leftOverMillis) {
    /** Where nobody looked for what the fault left over. */
    public Writes(
        long acknowledged, long lost, long ghost, long unknown, long inDoubtTransactions) {
      this(acknowledged, lost, ghost, unknown, inDoubtTransactions, null, null);
    }

    /** The same with what the fault left over. */
    public Writes withLeftOvers(long transactions, @Nullable Double millis) {
      return new Writes(
          acknowledged, lost, ghost, unknown, inDoubtTransactions, transactions, millis);
    }
  }

  /**
   * A promotion: another member became primary, or the same one began a new timeline.
   *
   * @param timeline 0 where only the leader key was seen to move
   * @param at null where Patroni does not know
   * @param from who was primary before; empty where it is not known, as is {@code to}
   */
  public record LeaderChange(
      int group,
      long timeline,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant at,
      String from,
      String to) {}

  /**
   * How much of the machine's processors a part of the run used; 1 is all cores.
   *
   * @param seconds how long the part lasted
   * @param suite the load generator and its benchmarks
   * @param machine everything that ran on the machine, the suite included; with runtime {@code
   *     attach} without the cluster
   */
  public record ProcessorShare(String part, double seconds, double suite, double machine) {}

  /**
   * What shows how the engine ran the operations of one part of the run.
   *
   * @param executions Citus' own count from before to after the measuring; null where it does not
   *     count, or counted on another server after a failover of the coordinator
   */
  public record PlanCheck(
      String part,
      List<OperationPlan> operations,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Executions executions) {
    public PlanCheck {
      operations = List.copyOf(operations);
    }
  }

  /** What EXPLAIN said of an operation before and after it was measured. */
  public record OperationPlan(String name, PlanClass stated, Plan before, Plan after) {}

  /**
   * The plan of an operation.
   *
   * @param tasks remote tasks; 0 where the plan has none
   */
  public record Plan(PlanClass planClass, int tasks) {}

  /**
   * Statements that Citus executed, by how many shards they went to: those of the operations, of
   * their warm-ups, and of whoever else used the database meanwhile.
   *
   * @param answeredSingleShard the least that there must be: operations that were answered, and
   *     whose plan class is {@code fast-path} or {@code router}
   * @param answeredMultiShard likewise, {@code multi-shard}
   */
  public record Executions(
      long singleShard, long multiShard, long answeredSingleShard, long answeredMultiShard) {}

  /**
   * How a load generator did in one span of its load: whether it kept to its schedule, and what it
   * spent on itself.
   *
   * @param span null in runs from before there were others than the steady phase
   * @param arrivals {@code constant} or {@code poisson}
   * @param realTime whether the thread that hands requests over was scheduled in real time
   * @param askedPerSecond mean rate of the schedule
   * @param achievedPerSecond requests a second, from the first handed over to the last
   * @param rateError achieved rate over that of the same stretch of the schedule, less 1; requests
   *     that are missing count as not achieved
   * @param due requests that the schedule has in the span; of faults without its last second, in
   *     which no user may come any more
   * @param sent those of them that were handed over
   * @param refused requests of the whole load that were not sent because {@code outstandingBound}
   *     others had no answer yet
   * @param abandoned requests of the whole load without an answer when it ended
   * @param mostOutstanding the most without an answer at once
   * @param lagP50Nanos of the time from when a request was due to when it was handed over, as are
   *     the others
   * @param hiccupP99Nanos of the time by which a thread that sleeps 1 ms oversleeps
   * @param hiccupMaxNanos the longest time for which the process was held up
   * @param collections of garbage
   * @param collectionMillis the sum of their pauses
   * @param longestCollectionMillis the longest of their pauses
   * @param processorShare of all cores, that the process used; 1 is all of them
   */
  public record Generator(
      String part,
      @Nullable Span span,
      String arrivals,
      boolean realTime,
      double askedPerSecond,
      double achievedPerSecond,
      double rateError,
      long due,
      long sent,
      long refused,
      long abandoned,
      int mostOutstanding,
      int outstandingBound,
      long lagP50Nanos,
      long lagP90Nanos,
      long lagP99Nanos,
      long lagP999Nanos,
      long lagMaxNanos,
      long hiccupP99Nanos,
      long hiccupMaxNanos,
      long collections,
      long collectionMillis,
      long longestCollectionMillis,
      double processorShare) {

    /** A part of a load that is judged by itself. */
    public enum Span {
      STEADY("steady"),
      /** All that comes after the steady phase, in which things are broken. */
      FAULTS("faults");

      private final String label;

      Span(String label) {
        this.label = label;
      }

      /** The name used in files and output. */
      @JsonValue
      public String label() {
        return label;
      }
    }

    @Override
    public Span span() {
      return Objects.requireNonNullElse(span, Span.STEADY);
    }

    /** The same without the requests that were refused or given up. */
    public Generator withoutLosses() {
      return new Generator(
          part,
          span,
          arrivals,
          realTime,
          askedPerSecond,
          achievedPerSecond,
          rateError,
          due,
          sent,
          0,
          0,
          mostOutstanding,
          outstandingBound,
          lagP50Nanos,
          lagP90Nanos,
          lagP99Nanos,
          lagP999Nanos,
          lagMaxNanos,
          hiccupP99Nanos,
          hiccupMaxNanos,
          collections,
          collectionMillis,
          longestCollectionMillis,
          processorShare);
    }
  }
}
