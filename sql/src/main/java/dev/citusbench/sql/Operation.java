package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.PlanClass;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One named thing that a client does, read from {@code sql/operations/<name>.sql}. The file begins
 * with comment lines:
 *
 * <pre>
 * -- purpose: what it is for
 * -- kind: query | transaction | batch | copy
 * -- rows: of one batch or one chunk; only for these two kinds
 * -- plan: its plan class on Citus[, pull to coordinator]
 * -- plan fdw: its plan class there; without this line as on Citus, and router for fast-path
 * -- unsupported fdw: why this engine cannot run it
 * -- param: name type = [once] generator
 * </pre>
 *
 * <p>A comment line that is not of this form ends the header. On engine {@code single} every plan
 * is local.
 */
public final class Operation {

  /** How the statements are sent. */
  public enum Kind {
    /** One statement, read or write, committed by itself. */
    QUERY,
    /** All statements in one transaction. */
    TRANSACTION,
    /** One statement for many rows as one JDBC batch in one transaction. */
    BATCH,
    /** Many rows by COPY. */
    COPY;

    /** The name used in files. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static final Pattern HEADER =
      Pattern.compile("--\\s*(purpose|kind|rows|plan|unsupported|param)(?:\\s+(\\S+))?\\s*:(.*)");
  private static final Pattern HEADER_LIKE = Pattern.compile("--\\s(\\w+)(?:\\s\\w+)?:.*");
  private static final List<String> KEYS =
      List.of("purpose", "kind", "rows", "plan", "unsupported", "param");
  private static final Pattern WRITING =
      Pattern.compile(
          "\\b(insert\\s+into|update\\s+\\w+\\s+set|delete\\s+from|merge\\s+into|copy)\\b",
          Pattern.CASE_INSENSITIVE);
  private static final int MAX_ROWS = 1_000_000;

  /** As EXPLAIN of Citus calls it. */
  static final String PULL = "pull to coordinator";

  private final String name;
  private final Path file;
  private final Engine engine;
  private final String purpose;
  private final Kind kind;
  private final int rows;
  private final PlanClass planClass;
  private final boolean pulls;
  private final Optional<String> unsupported;
  private final List<Parameter> parameters;
  private final List<Statement> statements;
  private final long salt;

  private Operation(
      String name,
      Path file,
      Engine engine,
      String purpose,
      Kind kind,
      int rows,
      PlanClass planClass,
      boolean pulls,
      Optional<String> unsupported,
      List<Parameter> parameters,
      List<Statement> statements) {
    this.name = name;
    this.file = file;
    this.engine = engine;
    this.purpose = purpose;
    this.kind = kind;
    this.rows = rows;
    this.planClass = planClass;
    this.pulls = pulls;
    this.unsupported = unsupported;
    this.parameters = List.copyOf(parameters);
    this.statements = statements;
    long hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = Mix.at(hash, name.charAt(i));
    }
    this.salt = hash;
  }

  static Operation read(Path file, Engine engine) {
    String fileName = String.valueOf(file.getFileName());
    String name = fileName.substring(0, fileName.length() - ".sql".length());
    Header header = new Header(file);
    List<String> lines = Script.content(file).lines().toList();
    int taken = 0;
    while (taken < lines.size() && header.take(lines.get(taken), taken + 1)) {
      taken++;
    }
    return header.operation(name, engine);
  }

  /** The name everywhere: the file's, in kebab-case. */
  public String name() {
    return name;
  }

  /** What it is for, in a sentence. */
  public String purpose() {
    return purpose;
  }

  public Kind kind() {
    return kind;
  }

  /** Rows of one batch or one chunk; 1 for the other kinds. */
  public int rows() {
    return rows;
  }

  /** The plan class that the file states for the engine in use. */
  public PlanClass planClass() {
    return planClass;
  }

  /** Whether the rows that it writes go through the coordinator on their way between shards. */
  boolean pulls() {
    return pulls;
  }

  /** Why the engine in use cannot run it; empty where it can. */
  public Optional<String> unsupported() {
    return unsupported;
  }

  /** Whether it writes: what it wrote stays in the tables. */
  public boolean writes() {
    return statements.stream().anyMatch(statement -> WRITING.matcher(statement.jdbcSql()).find());
  }

  /**
   * The same operation with other rows in a batch or a chunk.
   *
   * @param number from 1 to {@value #MAX_ROWS}
   * @throws BenchException where it is out of range, or the operation has neither
   */
  public Operation withRows(int number) {
    if (kind != Kind.BATCH && kind != Kind.COPY) {
      throw BenchException.usage("operation '" + name + "' has neither batches nor chunks");
    }
    if (number < 1 || number > MAX_ROWS) {
      throw BenchException.usage(
          "operation '%s' with %d rows: 1 to %d are possible".formatted(name, number, MAX_ROWS));
    }
    return new Operation(
        name,
        file,
        engine,
        purpose,
        kind,
        number,
        planClass,
        pulls,
        unsupported,
        parameters,
        statements);
  }

  /**
   * The data set with what this operation must know of where tenants lie, which the coordinator is
   * asked for; {@link #open} does it where nobody did it before.
   */
  public Dataset place(Connection connection, Dataset data) throws SQLException {
    return data.isPlaced()
            || parameters.stream()
                .noneMatch(p -> p.generator() == Parameter.Generator.WORKER_TENANT)
        ? data
        : data.placed(Placement.read(connection, engine, data.spec()));
  }

  /**
   * Prepares it on a connection in auto-commit mode; cheap where the driver has its statements
   * cached.
   *
   * @throws BenchException where the engine cannot run it
   */
  public Execution open(Connection connection, Dataset data) throws SQLException {
    if (unsupported.isPresent()) {
      throw BenchException.usage(
          "operation '" + name + "' is not supported here: " + unsupported.orElseThrow());
    }
    Dataset placed = place(connection, data);
    return switch (kind) {
      case QUERY, TRANSACTION -> new StatementsExecution(this, connection, placed);
      case BATCH -> new BatchExecution(this, connection, placed);
      case COPY -> new CopyExecution(this, connection, placed);
    };
  }

  /** As {@link #open(Connection, Dataset)}. */
  public Execution open(Connection connection, DatasetSpec spec) throws SQLException {
    return open(connection, Dataset.of(spec));
  }

  Path file() {
    return file;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<Statement> statements() {
    return statements;
  }

  /**
   * Draws the parameters of one row.
   *
   * @param values takes them, in the order of declaration
   */
  void draw(Dataset data, long index, int row, long[] values) {
    long ofIndex = Mix.at(Mix.at(salt ^ data.spec().seed(), 0), index);
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(i);
      if (row > 0 && parameter.once()) {
        continue;
      }
      values[i] = parameter.draw(data, Mix.at(Mix.at(ofIndex, row), i), values);
    }
  }

  /**
   * The tenant that an execution of an operation of one tenant asks for, of its first row; empty
   * for other operations.
   *
   * @param index of the parameters
   */
  public OptionalLong tenant(Dataset data, long index) {
    long ofIndex = Mix.at(Mix.at(salt ^ data.spec().seed(), 0), index);
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).generator() == Parameter.Generator.TENANT) {
        return OptionalLong.of(data.drawTenant(Mix.at(Mix.at(ofIndex, 0), i)));
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public String toString() {
    return name;
  }

  /** The header lines as they are read, one by one. */
  private static final class Header {
    private final Path file;
    private final StringBuilder purpose = new StringBuilder();
    private Optional<Kind> kind = Optional.empty();
    private int rows;
    private int rowsLine;
    private boolean pulls;
    private final Map<Engine, PlanClass> plans = new EnumMap<>(Engine.class);
    private final Map<Engine, String> unsupported = new EnumMap<>(Engine.class);
    private final List<Parameter> parameters = new ArrayList<>();

    Header(Path file) {
      this.file = file;
    }

    /** Takes a line; false where the header ends before it. */
    boolean take(String line, int number) {
      Matcher matcher = HEADER.matcher(line);
      String place = file + ":" + number;
      if (!matcher.matches()) {
        Matcher like = HEADER_LIKE.matcher(line);
        if (like.matches()) {
          throw BenchException.unknown(place + ": header line", like.group(1), KEYS);
        }
        return false;
      }
      String key = matcher.group(1);
      String of = matcher.group(2);
      String value = matcher.group(3).strip();
      if (of != null && !key.equals("plan") && !key.equals("unsupported")) {
        throw BenchException.usage(place + ": '" + key + "' takes no engine");
      }
      if (value.isEmpty()) {
        throw BenchException.usage(place + ": '" + key + "' says nothing");
      }
      switch (key) {
        case "purpose" -> purpose.append(purpose.isEmpty() ? "" : " ").append(value);
        case "kind" ->
            kind =
                Optional.of(
                    Words.find(place + ": kind", value, List.of(Kind.values()), Kind::label));
        case "rows" -> {
          rows = rows(value, place);
          rowsLine = number;
        }
        case "plan" -> {
          pulls |= of == null && value.endsWith(", " + PULL);
          plans.put(
              of == null ? Engine.CITUS : engine(place, of),
              Words.find(
                  place + ": plan class",
                  of == null ? value.replace(", " + PULL, "") : value,
                  List.of(PlanClass.values()),
                  PlanClass::label));
        }
        case "unsupported" -> {
          if (of == null) {
            throw BenchException.usage(place + ": write '-- unsupported <engine>: <reason>'");
          }
          unsupported.put(engine(place, of), value);
        }
        case "param" -> parameters.add(Parameter.parse(value, place, parameters));
        default -> throw BenchException.unknown(place + ": header line", key, KEYS);
      }
      return true;
    }

    private static Engine engine(String place, String name) {
      return Words.find(place + ": engine", name, List.of(Engine.values()), Engine::label);
    }

    private static int rows(String value, String place) {
      try {
        int rows = Integer.parseInt(value);
        if (rows >= 1 && rows <= MAX_ROWS) {
          return rows;
        }
      } catch (NumberFormatException e) {
        // Said below, as for a number out of range.
      }
      throw BenchException.usage(
          place + ": rows '" + value + "' is not a number from 1 to " + MAX_ROWS);
    }

    Operation operation(String name, Engine engine) {
      if (purpose.isEmpty()) {
        throw missing("-- purpose: <a sentence>");
      }
      if (kind.isEmpty()) {
        throw missing("-- kind: query|transaction|batch|copy");
      }
      PlanClass plan = plan(engine);
      Kind of = kind.orElseThrow();
      boolean many = of == Kind.BATCH || of == Kind.COPY;
      if (many && rows == 0) {
        throw missing("-- rows: <number>");
      }
      if (!many && rows > 0) {
        throw BenchException.usage(
            file + ":" + rowsLine + ": 'rows' is for kinds batch and copy only");
      }
      List<Statement> statements = Script.readOperation(file);
      if (statements.isEmpty()) {
        throw BenchException.usage(file + ":1: there is no statement");
      }
      if (of != Kind.TRANSACTION && statements.size() > 1) {
        throw BenchException.usage(
            statements.get(1).place()
                + ": a second statement; only '-- kind: transaction' has several");
      }
      List<String> names = parameters.stream().map(Parameter::name).toList();
      for (Statement statement : statements) {
        for (Statement.Piece piece : statement.pieces()) {
          if (piece instanceof Statement.Variable variable && !names.contains(variable.name())) {
            throw BenchException.unknown(
                file + ":" + variable.line() + ": parameter", variable.name(), names);
          }
        }
      }
      return new Operation(
          name,
          file,
          engine,
          purpose.toString(),
          of,
          Math.max(1, rows),
          plan,
          pulls && engine == Engine.CITUS,
          Optional.ofNullable(unsupported.get(engine)),
          parameters,
          statements);
    }

    private PlanClass plan(Engine engine) {
      if (plans.isEmpty()) {
        throw missing("-- plan: " + String.join("|", labels()));
      }
      PlanClass citus = plans.get(Engine.CITUS);
      PlanClass stated = plans.get(engine);
      return switch (engine) {
        case CITUS -> {
          if (citus == null) {
            throw missing("-- plan: " + String.join("|", labels()));
          }
          yield citus;
        }
        case FDW -> {
          if (stated != null) {
            yield stated;
          }
          yield citus == null || citus == PlanClass.FAST_PATH ? PlanClass.ROUTER : citus;
        }
        case SINGLE -> stated == null ? PlanClass.LOCAL : stated;
      };
    }

    private static List<String> labels() {
      return java.util.Arrays.stream(PlanClass.values()).map(PlanClass::label).toList();
    }

    private BenchException missing(String line) {
      return BenchException.usage(file + ":1: the header lacks a line '" + line + "'");
    }
  }
}
