package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import java.util.List;
import java.util.function.Function;

/** Finds a word among the valid ones, or says which is the nearest. */
final class Words {
  private Words() {}

  static <T> T find(String what, String word, List<T> values, Function<T, String> label) {
    return values.stream()
        .filter(value -> label.apply(value).equals(word))
        .findFirst()
        .orElseThrow(() -> BenchException.unknown(what, word, values.stream().map(label).toList()));
  }
}
