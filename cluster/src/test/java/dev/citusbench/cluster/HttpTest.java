package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HttpTest {
  private final Http http = new Http(200, 300);

  private static ServerSocket serve(String answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try (Socket client = server.accept()) {
                client.getInputStream().read(new byte[4096]);
                client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Test
  void aPlainAnswerIsRead() throws IOException {
    try (ServerSocket server = serve("HTTP/1.0 503 Down\r\nA: b\r\n\r\n{\"ü\": 1}")) {
      assertThat(http.get("127.0.0.1", server.getLocalPort(), "/", null))
          .isEqualTo(new Http.Answer(503, "{\"ü\": 1}"));
    }
  }

  @Test
  void chunksAreJoined() throws IOException {
    try (ServerSocket server =
        serve(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
      assertThat(http.get("127.0.0.1", server.getLocalPort(), "/", null).body()).isEqualTo("abcde");
    }
  }

  @Test
  void aServerThatDoesNotAnswerCostsNoMoreThanTheBound() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long begun = System.nanoTime();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> http.get("127.0.0.1", silent.getLocalPort(), "/", null));
      assertThat(System.nanoTime() - begun).isLessThan(3_000_000_000L);
    }
  }

  @Test
  void whatIsNotHttpIsAnError() throws IOException {
    try (ServerSocket server = serve("hello\r\n\r\nyou")) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> http.get("127.0.0.1", server.getLocalPort(), "/", null));
    }
  }
}
