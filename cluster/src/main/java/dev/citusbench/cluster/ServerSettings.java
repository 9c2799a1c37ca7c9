package dev.citusbench.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What a server says of its settings, without what looks like a secret. */
final class ServerSettings {
  private static final Pattern PASSWORD =
      Pattern.compile("(?i)(password|passfile)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|\\S+)");
  private static final Pattern IN_URI = Pattern.compile("(://[^:/@\\s]+):[^@\\s]+@");

  /** Others' commands and extensions may have keys in them, of any form. */
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(secret|token|passphrase|api_key|_command$).*");

  private ServerSettings() {}

  /**
   * Reads all settings, by name: {@code value}, {@code setting}, {@code unit}, {@code source}.
   *
   * @param clean takes out what else must not be written down
   */
  static Map<String, Map<String, String>> read(Connection connection, UnaryOperator<String> clean)
      throws SQLException {
    Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, current_setting(name) AS value, setting, coalesce(unit, ''), source"
                    + " FROM pg_settings ORDER BY name")) {
      while (rows.next()) {
        String name = rows.getString(1);
        Map<String, String> setting = new LinkedHashMap<>();
        setting.put("value", clean.apply(withoutSecrets(name, rows.getString(2))));
        setting.put("setting", clean.apply(withoutSecrets(name, rows.getString(3))));
        setting.put("unit", rows.getString(4));
        setting.put("source", rows.getString(5));
        settings.put(name, setting);
      }
    }
    return settings;
  }

  static String withoutSecrets(String name, String value) {
    String text = String.valueOf(value);
    if (SECRET_NAME.matcher(name).matches() && !text.isEmpty() && !text.equals("(disabled)")) {
      return "***";
    }
    return withoutPasswords(text);
  }

  /** A text without what follows {@code password=}, and without passwords in URIs. */
  static String withoutPasswords(String text) {
    return IN_URI.matcher(PASSWORD.matcher(text).replaceAll("$1=***")).replaceAll("$1:***@");
  }
}
