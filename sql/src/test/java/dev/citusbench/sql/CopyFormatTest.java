package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CopyFormatTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void textIsEscaped() {
    CopyText copy = new CopyText(1);
    copy.begin(3);
    copy.text(utf8("a\tb\nc\rd\\e"));
    copy.text(utf8(""));
    copy.text(utf8("ü\\N"));
    copy.end();
    assertThat(new String(copy.bytes(), 0, copy.length(), StandardCharsets.UTF_8))
        .isEqualTo("a\\tb\\nc\\rd\\\\e\t\tü\\\\N\n");
  }

  @Test
  void numbersAndTimesAreWritten() {
    CopyText copy = new CopyText(1);
    copy.begin(6);
    for (long number : new long[] {0, 7, -10, Long.MAX_VALUE, Long.MIN_VALUE}) {
      copy.int8(number);
    }
    copy.timestamptz(Instant.parse("2024-02-29T23:59:08Z").getEpochSecond());
    copy.end();
    assertThat(new String(copy.bytes(), 0, copy.length(), StandardCharsets.UTF_8))
        .isEqualTo(
            "0\t7\t-10\t9223372036854775807\t-9223372036854775808\t2024-02-29 23:59:08+00\n");
  }

  @Test
  void binaryHasLengthsBeforeValues() {
    CopyBinary copy = new CopyBinary(1);
    copy.begin(4);
    copy.int4(-1);
    copy.text(utf8("ab"));
    copy.jsonb(utf8("{}"));
    copy.timestamptz(Instant.parse("2000-01-01T00:00:01Z").getEpochSecond());
    copy.end();
    assertThat(Arrays.copyOf(copy.bytes(), copy.length()))
        .isEqualTo(
            new byte[] {
              0, 4, 0, 0, 0, 4, -1, -1, -1, -1, 0, 0, 0, 2, 'a', 'b', 0, 0, 0, 3, 1, '{', '}', 0, 0,
              0, 8, 0, 0, 0, 0, 0, 15, 66, 64
            });
  }
}
