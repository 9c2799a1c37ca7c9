package dev.citusbench.jmh;

/** Runs the benchmarks. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
