package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachedClusterTest {
  private static final JdbcUrl URL = JdbcUrl.parse("writer", "jdbc:postgresql://h:5432/d?user=ann");

  @Test
  void aServerThatDoesNotAnswerIsNamed() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    JdbcUrl url = JdbcUrl.parse("writer", "jdbc:postgresql://127.0.0.1:" + closed + "/shop?user=a");
    assertThatThrownBy(() -> AttachedCluster.attach(Path.of(""), Map.of("writer", url), Map.of()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("writer 127.0.0.1:" + closed + "/shop does not answer")
        .extracting(e -> ((BenchException) e).kind())
        .isEqualTo(BenchException.Kind.USAGE);
  }

  @Test
  void anotherClusterIsRefusedAndOneThatDoesNotSayIsNot() {
    JdbcUrl reader = JdbcUrl.parse("reader", "jdbc:postgresql://r/d?user=ann");
    Map<String, JdbcUrl> urls = Map.of("writer", URL, "reader", reader);
    AttachedCluster.checkSameCluster(urls, Map.of("writer", "7", "reader", "7"));
    AttachedCluster.checkSameCluster(urls, Map.of("writer", "7"));
    AttachedCluster.checkSameCluster(urls, Map.of("reader", "8"));
    assertThatThrownBy(
            () -> AttachedCluster.checkSameCluster(urls, Map.of("writer", "7", "reader", "8")))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("reader r:5432/d is another cluster than writer h:5432/d")
        .hasMessageContaining("8 and 7")
        .hasMessageContaining("--url reader=");
  }

  @Test
  void aReaderAloneIsNotEnough() {
    JdbcUrl reader = JdbcUrl.parse("reader", "jdbc:postgresql://h/d?user=a");
    assertThatThrownBy(
            () -> AttachedCluster.attach(Path.of(""), Map.of("reader", reader), Map.of()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--url writer=");
  }

  @Test
  void theVersionIsTheFirstNumberInWhatTheServerSays() {
    assertThat(CitusVersion.in("Citus 13.2.2 on x86_64-pc-linux-gnu")).isEqualTo("13.2.2");
    assertThat(CitusVersion.in("Citus 14.0devel on x86_64")).isEqualTo("14.0devel");
    assertThat(CitusVersion.in("15.14 (Debian 15.14-0+deb12u1)")).isEqualTo("15.14");
    assertThat(CitusVersion.in("")).isEqualTo("unknown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "08004 | The server requested SCRAM-based authentication, but no password was provided. | false | asks for the password of user ann",
        "08004 | The server requested SCRAM-based authentication, but no password was provided. | false | PGPASSWORD",
        "28P01 | FATAL: password authentication failed for user \"ann\" | true | does not accept the password",
        "08001 | Connection to h:5432 refused. | false | does not answer",
        "57P03 | FATAL: the database system is starting up | true | does not answer",
        "3D000 | FATAL: database \"d\" does not exist | true | database \"d\" does not exist",
        "28000 | FATAL: no pg_hba.conf entry for host | true | no pg_hba.conf entry",
      })
  void aRefusalSaysWhatToDo(String state, String message, boolean hasPassword, String answer) {
    BenchException refused =
        AttachedCluster.refused(URL, new SQLException(message, state), hasPassword);
    assertThat(refused).hasMessageContaining("writer h:5432/d").hasMessageContaining(answer);
    assertThat(refused.kind()).isEqualTo(BenchException.Kind.USAGE);
  }
}
