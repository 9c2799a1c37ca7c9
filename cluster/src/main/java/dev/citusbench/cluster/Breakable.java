package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which faults a cluster can have on this machine. What the kernel must be asked for is asked once,
 * when it is first wanted.
 */
public final class Breakable {
  private final NetworkKind network;
  private final DiskSize disk;
  private final Path home;
  private final Map<FaultKind, Optional<Lacking>> asked = new HashMap<>();

  /**
   * Of a cluster that is up, or going to be.
   *
   * @param network that joins its members
   * @param disk that each member's data lies on
   */
  public Breakable(NetworkKind network, DiskSize disk, Path home) {
    this.network = network;
    this.disk = disk;
    this.home = home;
  }

  /**
   * Why a fault cannot be.
   *
   * @param kind {@code USAGE} where another cluster could have it, {@code MACHINE} where none on
   *     this machine can
   */
  public record Lacking(BenchException.Kind kind, String reason) {
    /** As an error of what wanted it, for example {@code --fault delay}. */
    public BenchException of(String wanted) {
      return new BenchException(kind, wanted + ": " + reason);
    }
  }

  /** Why a fault of this kind cannot be; empty where it can. */
  public synchronized Optional<Lacking> lacking(FaultKind kind) {
    return asked.computeIfAbsent(kind, this::ask);
  }

  private Optional<Lacking> ask(FaultKind kind) {
    return switch (kind.needs()) {
      case NOTHING -> Optional.empty();
      case NETWORK ->
          switch (network) {
            case LOOPBACK ->
                otherwise(
                    "its members have to be in network namespaces: start the cluster with --network netns");
            case NETNS ->
                kind == FaultKind.DELAY
                    ? BenchFolder.of(home)
                        .namespaces()
                        .lackingForDelay()
                        .map(reason -> new Lacking(BenchException.Kind.MACHINE, reason))
                    : Optional.empty();
          };
      case DISK ->
          disk.none()
              ? otherwise(
                  "its members' data has to be on file systems of their own: start the cluster with --disk 2GB")
              : Optional.empty();
    };
  }

  private static Optional<Lacking> otherwise(String reason) {
    return Optional.of(new Lacking(BenchException.Kind.USAGE, reason));
  }
}
