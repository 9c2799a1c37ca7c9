package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A URL of pgjdbc that a user gave for a route, checked. It has no password: command lines, in
 * which such a URL goes from one process to the next, can be read by every user of the machine.
 *
 * @param host several with their ports, but the last one's, where the URL has several
 * @param port of the last host
 * @param properties of the driver, by its own names, without the user
 */
public record JdbcUrl(
    String route,
    String host,
    int port,
    String database,
    String user,
    Map<String, String> properties) {

  private static final String PREFIX = "jdbc:postgresql:";
  private static final String FORM = "jdbc:postgresql://HOST[:PORT]/DATABASE[?user=NAME&…]";
  private static final Pattern SECRET =
      Pattern.compile("[?&](password|sslpassword)=", Pattern.CASE_INSENSITIVE);
  private static final Pattern WHOLE =
      Pattern.compile("jdbc:postgresql:(?://(?<hosts>[^/?\\s]*)/)?[^/?\\s]+(?:\\?\\S*)?");

  /** Of one host; the colons of an IPv6 address are in brackets. */
  private static final Pattern PORT = Pattern.compile(":(?<port>[^:\\]]*)$");

  /** What the record has fields of its own for, and the password. */
  private static final Set<String> APART =
      Set.of(
          PGProperty.PG_HOST.getName(),
          PGProperty.PG_PORT.getName(),
          PGProperty.PG_DBNAME.getName(),
          PGProperty.USER.getName(),
          PGProperty.PASSWORD.getName());

  public JdbcUrl {
    properties = Map.copyOf(properties);
  }

  /**
   * Reads one.
   *
   * @throws BenchException where it is not of that form, has a password, or a property that the
   *     driver does not know
   */
  public static JdbcUrl parse(String route, String text) {
    // Before anything repeats the text.
    if (SECRET.matcher(text).find() || text.replaceAll("[?].*", "").contains("@")) {
      throw BenchException.usage(
          "the URL of route %s has a password, or user@host: every user of this machine can read a command line. Give the user as ?user=NAME, and the password by %s"
              .formatted(route, howToGiveAPassword()));
    }
    Matcher whole = WHOLE.matcher(text);
    if (!whole.matches() || !hasValidPorts(whole.group("hosts"))) {
      throw wrong(route, text);
    }
    Properties parsed = Driver.parseURL(text, new Properties());
    String hosts = parsed == null ? null : parsed.getProperty(PGProperty.PG_HOST.getName());
    String ports = parsed == null ? null : parsed.getProperty(PGProperty.PG_PORT.getName());
    String database = parsed == null ? null : parsed.getProperty(PGProperty.PG_DBNAME.getName());
    if (parsed == null || hosts == null || ports == null || database == null) {
      throw wrong(route, text);
    }
    String user =
        parsed.getProperty(PGProperty.USER.getName(), System.getProperty("user.name", ""));
    List<String> known = Arrays.stream(PGProperty.values()).map(PGProperty::getName).toList();
    Map<String, String> properties = new TreeMap<>();
    for (String name : parsed.stringPropertyNames()) {
      if (!known.contains(name)) {
        throw BenchException.unknown("property of the driver in the URL of " + route, name, known);
      }
      if (!APART.contains(name)) {
        properties.put(name, parsed.getProperty(name));
      }
    }
    String[] host = hosts.split(",", -1);
    String[] port = ports.split(",", -1);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < host.length; i++) {
      String one = host[i].isEmpty() ? "localhost" : host[i];
      all.add(i == host.length - 1 ? one : one + ":" + port[i]);
    }
    return new JdbcUrl(
        route,
        String.join(",", all),
        Integer.parseInt(port[port.length - 1]),
        database,
        user,
        properties);
  }

  /** Asked before the driver, which writes to the log of the process what it refuses. */
  private static boolean hasValidPorts(@Nullable String hosts) {
    return hosts == null
        || Arrays.stream(hosts.split(",", -1))
            .map(PORT::matcher)
            .filter(Matcher::find)
            .map(port -> port.group("port"))
            .allMatch(port -> port.matches("\\d{1,5}") && isPort(Integer.parseInt(port)));
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65_535;
  }

  private static BenchException wrong(String route, String text) {
    return BenchException.usage(
        "the URL of route %s is %s, and must be %s".formatted(route, text, FORM));
  }

  /** Where the password comes from, in words. */
  static String howToGiveAPassword() {
    return "the environment variable PGPASSWORD, or a line HOST:PORT:DATABASE:USER:PASSWORD in ~/.pgpass (mode 0600)";
  }

  /**
   * The password that the environment has for this URL: {@code PGPASSWORD}, otherwise the line that
   * fits of {@code ~/.pgpass} or {@code PGPASSFILE}; empty where there is none.
   */
  String password(Map<String, String> environment) {
    String given = environment.getOrDefault("PGPASSWORD", "");
    if (!given.isEmpty()) {
      return given;
    }
    for (String one : (host + ":" + port).split(",", -1)) {
      Properties found =
          Driver.parseURL(
              PREFIX + "//" + one + "/" + encoded(database) + "?user=" + encoded(user),
              new Properties());
      String password = found == null ? null : found.getProperty(PGProperty.PASSWORD.getName());
      if (password != null) {
        return password;
      }
    }
    return "";
  }

  /** What the driver takes; user and properties apart. */
  String text() {
    return "%s//%s:%d/%s".formatted(PREFIX, host, port, encoded(database));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Route, server and database. */
  @Override
  public String toString() {
    return "%s %s:%d/%s".formatted(route, host, port, database);
  }
}
