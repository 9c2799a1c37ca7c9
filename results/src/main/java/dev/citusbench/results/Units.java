package dev.citusbench.results;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Figures as people read them: three digits and a unit. */
final class Units {
  private Units() {}

  /** For example {@code 412 ns}, {@code 41.2 µs}, {@code 1.23 ms}, {@code 4.20 s}. */
  static String nanos(double nanos) {
    double size = Math.abs(nanos);
    if (size < 999.5) {
      return Math.round(nanos) + " ns";
    }
    if (size < 999.5e3) {
      return digits(nanos / 1e3) + " µs";
    }
    if (size < 999.5e6) {
      return digits(nanos / 1e6) + " ms";
    }
    return digits(nanos / 1e9) + " s";
  }

  static String nanos(long nanos) {
    return nanos((double) nanos);
  }

  static String number(long number) {
    return number((double) number);
  }

  /** Milliseconds as {@link #nanos} shows them. */
  static String millis(double millis) {
    return nanos(millis * 1e6);
  }

  /** In ms whatever the size: for figures that are set against each other. */
  static String inMillis(double millis) {
    return threeDigits(millis) + " ms";
  }

  /** Three digits from the first that is not 0, at most six of them behind the point. */
  static String threeDigits(double number) {
    double shown =
        BigDecimal.valueOf(number).round(new MathContext(3, RoundingMode.HALF_UP)).doubleValue();
    int whole = shown == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(shown))) + 1;
    return String.format(Locale.ROOT, "%,." + Math.min(6, Math.max(0, 3 - whole)) + "f", shown);
  }

  /** A share from 0 to 1, in whole percent. */
  static String percent(double share) {
    return Math.round(100 * share) + " %";
  }

  /** How much more, as a share: {@code +12 %}, {@code -3 %}. */
  static String signedPercent(double share) {
    return String.format(Locale.ROOT, "%+d %%", Math.round(100 * share));
  }

  /** A small share in percent, with its sign; what is 0 at these digits has none. */
  static String smallPercent(double share) {
    BigDecimal shown = BigDecimal.valueOf(100 * share).setScale(4, RoundingMode.HALF_UP);
    return (shown.signum() > 0 ? "+" : "") + shown.toPlainString() + " %";
  }

  /** A given time, such as a period, without needless zeros. */
  static String period(double millis) {
    return millis >= 1000 ? plain(millis / 1000) + " s" : plain(millis) + " ms";
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** A rate or a number of things: three digits below a thousand, whole and grouped above. */
  static String number(double number) {
    if (number == Math.rint(number) || Math.abs(number) >= 999.5) {
      return String.format(Locale.ROOT, "%,d", Math.round(number));
    }
    return digits(number);
  }

  /** How many of a thing, in the singular where there is one: {@code 1 request}. */
  static String counted(long number, String thing) {
    return number(number) + " " + thing + (number == 1 ? "" : "s");
  }

  /** How many times as much: {@code 14×}, {@code 1.07×}. */
  static String times(double ratio) {
    return digits(ratio) + "×";
  }

  /** For example {@code 3 min 32 s}. */
  static String seconds(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return digits(seconds) + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  static String bytes(long bytes) {
    if (bytes < 1L << 20) {
      return bytes + " B";
    }
    return bytes < 1L << 30
        ? digits(bytes / (double) (1L << 20)) + " MiB"
        : digits(bytes / (double) (1L << 30)) + " GiB";
  }

  private static String digits(double number) {
    double size = Math.abs(number);
    int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + decimals + "f", number);
  }
}
