package dev.citusbench.cluster;

/** A user and its password; the password is not in {@link #toString()}. */
public record Login(String user, String password) {
  @Override
  public String toString() {
    return user;
  }
}
