package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user that daemons run as: {@code postgres} where we are root (PostgreSQL refuses root),
 * otherwise ourselves.
 */
final class Account {
  private static final String UNPRIVILEGED = "postgres";

  private final String name;
  private final @Nullable UserPrincipal user;
  private final @Nullable GroupPrincipal group;

  private Account(String name, @Nullable UserPrincipal user, @Nullable GroupPrincipal group) {
    this.name = name;
    this.user = user;
    this.group = group;
  }

  static Account current() {
    if (ownUid() != 0) {
      return new Account(System.getProperty("user.name", "?"), null, null);
    }
    UserPrincipalLookupService lookup = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      return new Account(
          UNPRIVILEGED,
          lookup.lookupPrincipalByName(UNPRIVILEGED),
          lookup.lookupPrincipalByGroupName(UNPRIVILEGED));
    } catch (UserPrincipalNotFoundException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "there is no user 'postgres' to run PostgreSQL as (it refuses root): apt-get install"
              + " postgresql",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int ownUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  /** The command as it is run by this account. */
  List<String> run(List<String> command) {
    if (user == null) {
      return command;
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + name,
                "--regid=" + name,
                "--init-groups",
                "--no-new-privs",
                "--inh-caps=-all",
                "--bounding-set=-all"));
    all.addAll(command);
    return all;
  }

  /** Makes a folder that only this account may enter. */
  void makeFolder(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    give(folder);
  }

  /** Makes a folder of a name that was not there before, which only this account may enter. */
  Path makeFreshFolder(Path parent, String prefix) throws IOException {
    Path folder = Files.createTempDirectory(parent, prefix);
    give(folder);
    return folder;
  }

  /** Makes a folder that is there one that only this account may enter. */
  void takeOver(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    give(folder);
  }

  /** Writes a file that only this account may read. */
  void write(Path file, String text) throws IOException {
    Secrets.write(file, text);
    give(file);
  }

  private void give(Path path) throws IOException {
    if (user != null && group != null) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(
              path, PosixFileAttributeView.class, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      view.setGroup(group);
      view.setOwner(user);
    }
  }

  /** Whether this account may enter a folder, all folders above included. */
  boolean mayEnter(Path folder) throws IOException {
    return Commands.run(run(List.of("/usr/bin/test", "-x", folder.toString()))).exit() == 0;
  }
}
