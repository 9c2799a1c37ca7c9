package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at what a native cluster needs of this machine; changes nothing. */
public final class Doctor {
  private static final String APT = "apt-get install --no-install-recommends ";
  private static final long MEMORY_KIB = 4L << 20;
  private static final long GOOD_FREE_BYTES = 8L << 30;

  private Doctor() {}

  /** Everything that was looked at, in the order in which people want to know it. */
  public static List<Finding> examine(Path home) {
    List<Finding> findings = new ArrayList<>();
    programs(findings);
    account(findings);
    disk(home, findings);
    memory(findings);
    processors(findings);
    network(findings);
    disks(findings);
    syncs(findings);
    if (!cluster(home, findings)) {
      ports(findings);
    }
    return findings;
  }

  private static void programs(List<Finding> findings) {
    boolean all = true;
    for (Programs.Needed needed : Programs.NEEDED) {
      if (Programs.locate(needed.name()).isEmpty()) {
        all = false;
        findings.add(
            new Finding(
                needed.name(), Finding.State.MISSING, "not found", APT + needed.debianPackage()));
      }
    }
    if (!all) {
      return;
    }
    try {
      Programs programs = Programs.find();
      programs.versions().forEach((name, version) -> findings.add(ok(name, version)));
      Optional<String> citus = programs.citusVersion();
      findings.add(
          citus.isPresent()
              ? ok("citus", citus.get())
              : new Finding(
                  "citus",
                  Finding.State.WARN,
                  "this PostgreSQL has no Citus: the engine is fdw",
                  "install Citus from its own packages (README.md)"));
      findings.add(
          ok(
              "run",
              "would choose engine %s, runtime native, tuning %s"
                  .formatted(citus.isPresent() ? Engine.CITUS : Engine.FDW, Tuning.BASE)));
    } catch (BenchException e) {
      findings.add(
          new Finding("programs", Finding.State.MISSING, String.valueOf(e.getMessage()), ""));
    }
  }

  private static void account(List<Finding> findings) {
    try {
      findings.add(ok("account", "daemons run as " + Account.current().name()));
    } catch (BenchException e) {
      findings.add(
          new Finding("account", Finding.State.MISSING, "no user 'postgres'", APT + "postgresql"));
    }
  }

  private static void disk(Path home, List<Finding> findings) {
    long free = home.toFile().getUsableSpace();
    String seen = "%.1f GiB free".formatted(free / (double) (1L << 30));
    findings.add(
        free >= GOOD_FREE_BYTES
            ? ok("disk", seen)
            : new Finding(
                "disk",
                free < NativeRuntime.LEAST_FREE_BYTES ? Finding.State.MISSING : Finding.State.WARN,
                seen,
                "6 members keep up to 1 GiB of WAL each: have 8 GiB free"));
  }

  private static void memory(List<Finding> findings) {
    long availableKib = 0;
    try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/meminfo"))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("MemAvailable:")) {
          availableKib = Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      findings.add(
          new Finding("memory", Finding.State.WARN, "cannot be read: " + e.getMessage(), ""));
      return;
    }
    String seen = "%.1f GiB available".formatted(availableKib / (double) (1L << 20));
    findings.add(
        availableKib >= MEMORY_KIB
            ? ok("memory", seen)
            : new Finding(
                "memory",
                Finding.State.WARN,
                seen,
                "cluster and suite together take up to 4 GiB: end other programs"));
  }

  private static void processors(List<Finding> findings) {
    int cores = Runtime.getRuntime().availableProcessors();
    double load =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    String seen = "%d cores, load %.1f".formatted(cores, load);
    findings.add(
        cores >= 2 && load < cores * 0.5
            ? ok("processors", seen)
            : new Finding(
                "processors",
                Finding.State.WARN,
                seen,
                cores < 2 ? "measure on 2 cores or more" : "other work disturbs the measurement"));
  }

  private static void network(List<Finding> findings) {
    Optional<String> lacking = Namespaces.lacking();
    findings.add(
        lacking.isEmpty()
            ? ok("network", "root, ip and nft are here: up --network netns tries the kernel")
            : new Finding(
                "network",
                Finding.State.WARN,
                "no faults of the network, which take --network netns",
                lacking.get()));
  }

  private static void disks(List<Finding> findings) {
    Optional<String> lacking = Disks.lacking();
    findings.add(
        lacking.isEmpty()
            ? ok("disks", "root, mount and mkfs.ext4 are here: up --disk tries the kernel")
            : new Finding(
                "disks",
                Finding.State.WARN,
                "no fault disk-full, which takes --disk",
                lacking.get()));
  }

  private static void syncs(List<Finding> findings) {
    Optional<String> lacking;
    try {
      lacking = Stressors.lackingTracer();
    } catch (BenchException e) {
      lacking = Optional.of(String.valueOf(e.getMessage()));
    }
    findings.add(
        lacking.isEmpty()
            ? ok("syncs", "strace is here and may attach: endure can make syncs slow")
            : new Finding(
                "syncs",
                Finding.State.WARN,
                "no slow syncs, the stresses disk and etcd-disk of endure",
                lacking.get()));
  }

  private static void ports(List<Finding> findings) {
    boolean writer = Ports.isFree(15_432);
    findings.add(
        writer
            ? ok("ports", "15432 and its neighbours are free")
            : new Finding(
                "ports",
                Finding.State.WARN,
                "127.0.0.1:15432 is in use: a cluster that starts now gets other ports",
                "./bench status, or ss -ltnp"));
  }

  /** Whether a cluster is up, which then has its ports. */
  private static boolean cluster(Path home, List<Finding> findings) {
    try {
      Optional<Cluster> up = Cluster.find(home);
      if (up.isPresent()) {
        findings.add(
            ok(
                "cluster",
                "up since %s: engine %s, tuning %s"
                    .formatted(
                        up.get().file().startedAt(),
                        up.get().file().engine(),
                        up.get().file().tuning())));
        return true;
      } else if (Cluster.hasLeftovers(home)) {
        findings.add(
            new Finding(
                "cluster",
                Finding.State.WARN,
                "what a killed command left behind",
                "./bench down clears it; so does the next ./bench up"));
      } else {
        findings.add(ok("cluster", "none is up"));
      }
    } catch (BenchException e) {
      findings.add(new Finding("cluster", Finding.State.WARN, String.valueOf(e.getMessage()), ""));
    }
    return false;
  }

  private static Finding ok(String name, String seen) {
    return new Finding(name, Finding.State.OK, seen, "");
  }
}
