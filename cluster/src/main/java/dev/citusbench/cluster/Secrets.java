package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;

/** Random passwords, and files that nobody else reads. */
final class Secrets {
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** 24 letters and digits: 140 bits, and nothing that any configuration file would quote. */
  static String password() {
    StringBuilder text = new StringBuilder(24);
    for (int i = 0; i < 24; i++) {
      text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  static Credentials credentials() {
    return new Credentials(
        new Login("bench", password()),
        new Login("postgres", password()),
        new Login("replicator", password()),
        new Login("patroni", password()),
        new Login("statistics", password()));
  }

  /** A text without the passwords of a cluster. */
  static String removed(String text, Credentials c) {
    String clean = text;
    for (Login login :
        List.of(c.application(), c.superuser(), c.replication(), c.patroni(), c.statistics())) {
      clean = clean.replace(login.password(), "***");
    }
    return clean;
  }

  /** Creates a file of mode 0600; one that exists is an error. */
  static void write(Path file, String text) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
