package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Size of the file system that each member has for its data alone; {@link #NONE} where all share
 * the machine's. As in PostgreSQL's settings, 1 GB is 1024 MB and 1 MB is 1024 × 1024 bytes.
 *
 * @param bytes of the whole file system, of which its own tables take a little
 */
public record DiskSize(long bytes) {
  /** No file system of its own. */
  public static final DiskSize NONE = new DiskSize(0);

  /** What is accepted, in words. */
  public static final String RANGE = "none, or 1GB to 1024GB, such as 2GB or 1536MB";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,7})(MB|GB)");
  private static final long MB = 1L << 20;
  private static final long GB = 1L << 30;

  /**
   * The size of that label.
   *
   * @throws BenchException where it is none, or out of range
   */
  public static DiskSize of(String label) {
    if (label.equals("none")) {
      return NONE;
    }
    Matcher size = SIZE.matcher(label);
    if (size.matches()) {
      long bytes = Long.parseLong(size.group(1)) * (size.group(2).equals("GB") ? GB : MB);
      if (bytes >= GB && bytes <= 1024 * GB) {
        return new DiskSize(bytes);
      }
    }
    throw BenchException.usage("--disk %s: must be %s".formatted(label, RANGE));
  }

  /** Whether members share the machine's file system. */
  public boolean none() {
    return bytes == 0;
  }

  /** As settings, records and output have it: {@code 2GB}. */
  public String label() {
    if (none()) {
      return "none";
    }
    return bytes % GB == 0 ? bytes / GB + "GB" : bytes / MB + "MB";
  }

  @Override
  public String toString() {
    return label();
  }
}
