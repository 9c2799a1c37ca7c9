package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of the record: times in ISO-8601 with Z, fields in the order of the records. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .annotationIntrospector(new EverythingIsRequired())
          .build();

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Json() {}

  /** All components of a record must be given, but for those marked {@code @Nullable}. */
  private static final class EverythingIsRequired extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      if (member instanceof AnnotatedParameter parameter
          && parameter.getDeclaringClass().isRecord()) {
        return !isNullable(parameter);
      }
      return super.hasRequiredMarker(config, member);
    }

    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
      if (annotated instanceof AnnotatedParameter parameter
          && parameter.getDeclaringClass().isRecord()
          && !isNullable(parameter)) {
        return JsonSetter.Value.forValueNulls(Nulls.FAIL);
      }
      return super.findSetterInfo(config, annotated);
    }

    private static boolean isNullable(AnnotatedParameter parameter) {
      var component = parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()];
      return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
  }

  /** One line of JSON. */
  static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Indented JSON that ends with a line break. */
  static String document(Object value) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value)
        + "\n";
  }

  static Map<String, Object> object(String text) {
    return MAPPER.readValue(text, OBJECT);
  }

  /** Writes a file that is either the old or the new one at every moment. */
  static void writeAtomically(Path file, String text) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        // Else a crash of the machine may leave the new name with nothing in it.
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  static Manifest readManifest(Path file) {
    String text = text(file);
    try {
      JsonNode tree = MAPPER.readTree(text);
      JsonNode schema = tree.path("schema");
      if (schema.isIntegralNumber() && schema.asLong() > Manifest.SCHEMA) {
        throw BenchException.usage(
            "%s, field schema: schema %d is newer than the %d of this citus-ha-bench: use a newer one"
                .formatted(file, schema.asLong(), Manifest.SCHEMA));
      }
      return MAPPER.readValue(text, Manifest.class);
    } catch (JacksonException e) {
      throw broken(file, e);
    }
  }

  static <T> T read(Path file, Class<T> type) {
    try {
      return MAPPER.readValue(text(file), type);
    } catch (JacksonException e) {
      throw broken(file, e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw BenchException.usage("cannot read " + file + ": " + e);
    }
  }

  private static BenchException broken(Path file, JacksonException e) {
    StringBuilder where = new StringBuilder(file.toString());
    @Nullable TokenStreamLocation at = e.getLocation();
    if (at != null && at.getLineNr() > 0) {
      where.append(", line ").append(at.getLineNr()).append(", column ").append(at.getColumnNr());
    }
    String field = e instanceof DatabindException databind ? field(databind) : "";
    if (!field.isEmpty()) {
      where.append(", field ").append(field);
    }
    return BenchException.usage(where + ": " + what(e));
  }

  private static String field(DatabindException e) {
    StringBuilder field = new StringBuilder();
    for (var reference : e.getPath()) {
      if (reference.getPropertyName() == null) {
        field.append('[').append(reference.getIndex()).append(']');
      } else {
        field.append(field.isEmpty() ? "" : ".").append(reference.getPropertyName());
      }
    }
    return field.toString();
  }

  private static String what(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    if (e instanceof InvalidFormatException format) {
      return "seen '" + format.getValue() + "', expected " + expected(format.getTargetType());
    }
    if (e instanceof MismatchedInputException mismatch) {
      if (message.startsWith("Missing required")) {
        return "is missing";
      }
      if (message.startsWith("Null value") || message.startsWith("Invalid `null`")) {
        return "is null";
      }
      return "expected " + expected(mismatch.getTargetType()) + " (" + message + ")";
    }
    return "not JSON: " + message;
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "something else";
    }
    if (type.isEnum()) {
      StringBuilder names = new StringBuilder("one of");
      for (Object constant : type.getEnumConstants()) {
        names.append(' ').append(constant);
      }
      return names.toString();
    }
    if (type == long.class || type == int.class || type == Long.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == java.time.Instant.class) {
      return "a time such as 2026-01-31T12:00:00Z";
    }
    if (type == String.class) {
      return "a text";
    }
    return Iterable.class.isAssignableFrom(type) ? "a list" : "an object";
  }
}
