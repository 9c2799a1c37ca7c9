package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A named parameter of an operation and how its values are drawn: {@code name type = [once]
 * generator}.
 *
 * @param once the same for all rows of a batch or a chunk
 * @param first argument of the generator; for {@code order} and {@code after} the index of the
 *     parameter that it names
 */
record Parameter(
    String name, Type type, boolean once, Generator generator, long first, long second) {

  /** SQL type. */
  enum Type {
    BIGINT,
    INTEGER,
    TEXT,
    TIMESTAMPTZ,
    JSONB;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Where values come from. All but {@link #UNIQUE} are a pure function of seed and index. */
  enum Generator {
    /** A tenant, with the weight of its orders. */
    TENANT("tenant", 0, Type.BIGINT),
    /** A tenant of the worker with this number, from 1, all alike. */
    WORKER_TENANT("worker_tenant", 1, Type.BIGINT),
    /** An order that was loaded, of the tenant in the named parameter. */
    ORDER("order", 1, Type.BIGINT),
    /** A product, all alike. */
    PRODUCT("product", 0, Type.BIGINT),
    /** A key that no other row has, in no process and no run. */
    UNIQUE("unique", 0, Type.BIGINT),
    /** From the first to the second argument, both included. */
    INTEGER("integer", 2, Type.BIGINT, Type.INTEGER),
    /** A midnight that at least as many days of data follow. */
    DAY("day", 1, Type.TIMESTAMPTZ),
    /** The time in the named parameter, so many days later. */
    AFTER("after", 2, Type.TIMESTAMPTZ),
    /** A second of the data's year. */
    TIME("time", 0, Type.TIMESTAMPTZ),
    /** A kind of event. */
    KIND("kind", 0, Type.TEXT),
    /** A small JSON document. */
    PAYLOAD("payload", 0, Type.JSONB, Type.TEXT);

    private final String label;
    private final int arguments;
    private final Type type;
    private final Type otherType;

    Generator(String label, int arguments, Type type) {
      this(label, arguments, type, type);
    }

    Generator(String label, int arguments, Type type, Type otherType) {
      this.label = label;
      this.arguments = arguments;
      this.type = type;
      this.otherType = otherType;
    }

    String label() {
      return label;
    }

    private String types() {
      return type == otherType ? type.label() : type.label() + " or " + otherType.label();
    }
  }

  private static final int MAX_WORKER = 1_000;
  private static final Pattern FORM =
      Pattern.compile("(\\w+)\\s+(\\w+)\\s*=\\s*(once\\s+)?(\\w+)(?:\\s*\\(([^()]*)\\))?");

  /**
   * Reads the part after {@code -- param:}.
   *
   * @param place file and line, for errors
   * @param earlier the parameters declared before it
   */
  static Parameter parse(String text, String place, List<Parameter> earlier) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw BenchException.usage(
          place
              + ": '"
              + text.strip()
              + "' is not a parameter: write '-- param: name type = generator', for example"
              + " '-- param: tenant_id bigint = tenant'");
    }
    String name = matcher.group(1);
    if (earlier.stream().anyMatch(parameter -> parameter.name().equals(name))) {
      throw BenchException.usage(place + ": parameter '" + name + "' is declared twice");
    }
    Type type = Words.find(place + ": type", matcher.group(2), List.of(Type.values()), Type::label);
    Generator generator =
        Words.find(
            place + ": generator", matcher.group(4), List.of(Generator.values()), Generator::label);
    List<String> arguments = new ArrayList<>();
    String list = matcher.group(5);
    if (list != null && !list.isBlank()) {
      for (String argument : list.split(",", -1)) {
        arguments.add(argument.strip());
      }
    }
    if (arguments.size() != generator.arguments) {
      throw BenchException.usage(
          "%s: generator '%s' takes %d arguments, not %d"
              .formatted(place, generator.label, generator.arguments, arguments.size()));
    }
    if (type != generator.type && type != generator.otherType) {
      throw BenchException.usage(
          "%s: generator '%s' makes %s, not %s"
              .formatted(place, generator.label, generator.types(), type.label()));
    }
    boolean once = matcher.group(3) != null;
    long first = 0;
    long second = 0;
    if (generator == Generator.ORDER) {
      first = indexOf(arguments.get(0), Generator.TENANT, generator, place, earlier);
    } else if (generator == Generator.AFTER) {
      first = indexOf(arguments.get(0), Generator.DAY, generator, place, earlier);
      second = number(arguments.get(1), place);
    } else if (generator.arguments > 0) {
      first = number(arguments.get(0), place);
      second = generator.arguments > 1 ? number(arguments.get(1), place) : 0;
      if (generator == Generator.INTEGER && second < first) {
        throw BenchException.usage(place + ": integer(" + list + ") has no values");
      }
      if (generator == Generator.WORKER_TENANT && (first < 1 || first > MAX_WORKER)) {
        throw BenchException.usage(
            place + ": worker_tenant(" + list + "): workers are numbered from 1 to " + MAX_WORKER);
      }
      if (generator == Generator.DAY && (first < 1 || first > Dataset.DAYS)) {
        throw BenchException.usage(
            place + ": day(" + list + ") is not possible: the data has " + Dataset.DAYS + " days");
      }
    }
    return new Parameter(name, type, once, generator, first, second);
  }

  private static int indexOf(
      String name, Generator needed, Generator by, String place, List<Parameter> earlier) {
    for (int i = 0; i < earlier.size(); i++) {
      if (earlier.get(i).name().equals(name) && earlier.get(i).generator() == needed) {
        return i;
      }
    }
    throw BenchException.usage(
        "%s: %s(%s) needs a parameter '%s' before it, of generator %s"
            .formatted(place, by.label, name, name, needed.label));
  }

  private static long number(String text, String place) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BenchException(
          BenchException.Kind.USAGE, place + ": '" + text + "' is not a whole number", e);
    }
  }

  /**
   * Draws a value: the number itself, epoch seconds of a time, or what {@link #bytes} makes text
   * of.
   *
   * @param values of the parameters before this one, for the same row
   */
  long draw(Dataset data, long random, long[] values) {
    return switch (generator) {
      case TENANT -> data.drawTenant(random);
      case WORKER_TENANT -> data.drawTenantOf((int) first, random);
      case ORDER -> data.drawOrder(values[(int) first], random);
      case PRODUCT -> data.drawProduct(random);
      case UNIQUE -> Keys.next();
      case INTEGER -> Mix.between(random, first, second);
      case DAY -> Dataset.FIRST_SECOND + 86_400 * Mix.below(random, Dataset.DAYS - first + 1);
      case AFTER -> values[(int) first] + 86_400 * second;
      case TIME -> Dataset.FIRST_SECOND + Mix.below(random, 86_400L * Dataset.DAYS);
      case KIND, PAYLOAD -> random;
    };
  }

  /** The text of a value drawn, for types text and jsonb. */
  byte[] bytes(long value) {
    return generator == Generator.KIND ? Dataset.drawKind(value) : Dataset.drawPayload(value);
  }
}
