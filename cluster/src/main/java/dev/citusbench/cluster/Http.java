package dev.citusbench.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The little of HTTP/1.0 that Patroni, etcd and HAProxy need, with bounds on connecting and reading
 * that a dead or frozen peer cannot stretch. Cheaper to poll with than a full client.
 */
final class Http {
  private static final int MOST_BYTES = 4 << 20;

  private final int connectMillis;
  private final long totalMillis;

  Http(int connectMillis, long totalMillis) {
    this.connectMillis = connectMillis;
    this.totalMillis = totalMillis;
  }

  record Answer(int status, String body) {}

  Answer get(String host, int port, String path, @Nullable Login login) throws IOException {
    return send("GET", host, port, path, login, null);
  }

  Answer send(
      String method,
      String host,
      int port,
      String path,
      @Nullable Login login,
      @Nullable String json)
      throws IOException {
    long deadline = System.nanoTime() + totalMillis * 1_000_000L;
    try (Socket socket = new Socket()) {
      request(socket, method, host, port, path, login, json);
      byte[] buffer = new byte[8192];
      int length = 0;
      while (true) {
        long left = (deadline - System.nanoTime()) / 1_000_000L;
        if (left <= 0) {
          throw new IOException("no answer within " + totalMillis + " ms");
        }
        socket.setSoTimeout((int) left);
        if (length == buffer.length) {
          if (length >= MOST_BYTES) {
            throw new IOException("answer longer than " + MOST_BYTES + " bytes");
          }
          buffer = Arrays.copyOf(buffer, length * 2);
        }
        int n = socket.getInputStream().read(buffer, length, buffer.length - length);
        if (n < 0) {
          break;
        }
        length += n;
      }
      return parse(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
    }
  }

  /**
   * Asks for an answer that has no end, line by line.
   *
   * @throws IOException also where it does not begin, with status 200, within the bound
   */
  Lines lines(String host, int port, String path, String json) throws IOException {
    Socket socket = new Socket();
    try {
      request(socket, "POST", host, port, path, null, json);
      socket.setKeepAlive(true);
      socket.setSoTimeout((int) totalMillis);
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String status = reader.readLine();
      if (status == null || !status.matches("HTTP/1\\.[01] 200 .*")) {
        throw new IOException("answered " + status);
      }
      for (String head = status; !head.isEmpty(); ) {
        head = reader.readLine();
        if (head == null) {
          throw new IOException("answer ended in the middle");
        }
      }
      socket.setSoTimeout(0);
      return new Lines(socket, reader);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** An answer that goes on; whoever closes it wakes up who waits for the next line. */
  static final class Lines implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;

    private Lines(Socket socket, BufferedReader reader) {
      this.socket = socket;
      this.reader = reader;
    }

    /** Waits for the next line; null at the end. */
    @Nullable String next() throws IOException {
      return reader.readLine();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void request(
      Socket socket,
      String method,
      String host,
      int port,
      String path,
      @Nullable Login login,
      @Nullable String json)
      throws IOException {
    byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(path).append(" HTTP/1.0\r\nHost: ").append(host);
    head.append("\r\nConnection: close\r\n");
    if (login != null) {
      String plain = login.user() + ":" + login.password();
      head.append("Authorization: Basic ")
          .append(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)))
          .append("\r\n");
    }
    if (json != null) {
      head.append("Content-Type: application/json\r\nContent-Length: ")
          .append(body.length)
          .append("\r\n");
    }
    head.append("\r\n");

    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(host, port), connectMillis);
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
  }

  private static Answer parse(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    int space = text.indexOf(' ');
    if (end < 0 || space < 0 || space + 4 > text.length() || !text.startsWith("HTTP/")) {
      throw new IOException("not an HTTP answer");
    }
    String head = text.substring(0, end).toLowerCase(Locale.ROOT);
    String body = text.substring(end + 4);
    try {
      return new Answer(
          Integer.parseInt(text.substring(space + 1, space + 4)),
          utf8(head.contains("transfer-encoding: chunked") ? joined(body) : body));
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP answer", e);
    }
  }

  /** HAProxy's statistics come in chunks, whatever version of HTTP was asked for. */
  private static String joined(String chunks) throws IOException {
    StringBuilder body = new StringBuilder(chunks.length());
    int at = 0;
    while (true) {
      int line = chunks.indexOf("\r\n", at);
      if (line < 0) {
        throw new IOException("answer ended in the middle");
      }
      int size = Integer.parseInt(chunks.substring(at, line).strip(), 16);
      if (size == 0) {
        return body.toString();
      }
      if (line + 2 + size > chunks.length()) {
        throw new IOException("answer ended in the middle");
      }
      body.append(chunks, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
