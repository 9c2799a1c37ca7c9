package dev.citusbench.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which version of the suite this is, as the build wrote it down. */
public final class Version {
  private Version() {}

  /** For example {@code 0.1.0-SNAPSHOT}. */
  public static String suite() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is not in the jar");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("suite");
  }
}
