package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shared memory of PostgreSQL servers, which outlives a server that was killed: remembered while
 * the servers run, removed when they are gone.
 */
final class SharedMemory {
  private static final Pattern POSIX = Pattern.compile("/dev/shm/PostgreSQL\\.[0-9]+");
  private static final Pattern SYSTEM_V = Pattern.compile("/SYSV([0-9a-f]{8})");

  private final Set<Path> posix;
  private final Set<String> systemV;

  private SharedMemory(Set<Path> posix, Set<String> systemV) {
    this.posix = posix;
    this.systemV = systemV;
  }

  /** What the given processes have mapped now. */
  static SharedMemory of(List<ProcessHandle> servers) {
    Set<Path> posix = new LinkedHashSet<>();
    Set<String> systemV = new LinkedHashSet<>();
    for (ProcessHandle server : servers) {
      try {
        String maps = Files.readString(Path.of("/proc", Long.toString(server.pid()), "maps"));
        Matcher p = POSIX.matcher(maps);
        while (p.find()) {
          posix.add(Path.of(p.group()));
        }
        Matcher v = SYSTEM_V.matcher(maps);
        while (v.find()) {
          systemV.add("0x" + v.group(1));
        }
      } catch (IOException ended) {
        // Nothing of it can be seen any more.
      }
    }
    return new SharedMemory(posix, systemV);
  }

  /** Adds these to a file of names. */
  void remember(Path file) throws IOException {
    List<String> lines = new ArrayList<>(systemV);
    posix.forEach(p -> lines.add(p.toString()));
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Those that a file names. */
  static SharedMemory remembered(Path file) throws IOException {
    Set<Path> posix = new LinkedHashSet<>();
    Set<String> systemV = new LinkedHashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (POSIX.matcher(line).matches()) {
          posix.add(Path.of(line));
        } else if (line.startsWith("0x")) {
          systemV.add(line);
        }
      }
    }
    return new SharedMemory(posix, systemV);
  }

  /** Removes what is still there. Only for servers that have ended. */
  void remove() throws IOException {
    for (Path segment : posix) {
      Files.deleteIfExists(segment);
    }
    if (!systemV.isEmpty()) {
      String there = Files.readString(Path.of("/proc/sysvipc/shm"));
      List<String> command = new ArrayList<>(List.of("ipcrm"));
      for (String line : there.lines().skip(1).toList()) {
        String[] fields = line.strip().split("\\s+", -1);
        String key = "0x%08x".formatted((int) Long.parseLong(fields[0]));
        boolean unused = fields[6].equals("0");
        if (unused && systemV.contains(key)) {
          command.add("-m");
          command.add(fields[1]);
        }
      }
      if (command.size() > 1) {
        Commands.run(command);
      }
    }
  }
}
