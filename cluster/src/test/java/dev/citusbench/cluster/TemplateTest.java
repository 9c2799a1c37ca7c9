package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemplateTest {
  @TempDir Path folder;

  private Path template(String text) throws IOException {
    return Files.writeString(folder.resolve("t.cfg"), text);
  }

  @Test
  void placeholdersAreFilledInAndTheRestIsKept() throws IOException {
    assertThat(
            Template.render(
                template("a ${x}:${y}\n# ${comment}\n$z {x}\n"), Map.of("x", "1", "y", "$2\\")))
        .isEqualTo("a 1:$2\\\n# ${comment}\n$z {x}\n");
  }

  @Test
  void anUnknownPlaceholderNamesFileAndLine() throws IOException {
    Path file = template("fine\n${porst}\n");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Template.render(file, Map.of("port", "1")))
        .withMessageContaining("t.cfg:2: ")
        .withMessageContaining("'port'");
  }

  @Test
  void aMissingTemplateIsNamed() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Template.render(folder.resolve("none.cfg"), Map.of()))
        .withMessageContaining("none.cfg");
  }

  @Test
  void aRouteListsItsGroupAndChecksTheRole() {
    Tuning tuning = Tuning.load(TestHome.checkout(), "ha-floor");
    Member a = new Member("worker1-a", 1, "127.0.0.1", 15442, 15472, "", "", "", 0, 0);
    Member other = new Member("coordinator-a", 0, "127.0.0.1", 15440, 15470, "", "", "", 0, 0);
    String listen =
        HaproxyRoutes.listen(
            new Route("worker1", "127.0.0.1", 15434), List.of(other, a), tuning.haproxy());
    assertThat(listen)
        .contains("listen worker1\n", "bind 127.0.0.1:15434", "uri /primary", "inter 200ms")
        .contains("server worker1-a 127.0.0.1:15442 check port 15472")
        .contains("on-marked-down shutdown-sessions")
        .doesNotContain("coordinator");
  }
}
