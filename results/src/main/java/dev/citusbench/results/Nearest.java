package dev.citusbench.results;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The valid name that somebody may have meant. */
public final class Nearest {
  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

  private Nearest() {}

  /**
   * The valid name with the smallest Levenshtein distance to {@code name}, if the two resemble each
   * other: at most two edits, or one for every three letters of a longer name, and never as many as
   * the shorter one has letters.
   */
  public static Optional<String> to(String name, Collection<String> valid) {
    return valid.stream()
        .filter(each -> resembles(name, each))
        .min(Comparator.comparingInt(each -> DISTANCE.apply(name, each)));
  }

  private static boolean resembles(String name, String valid) {
    int edits = DISTANCE.apply(name, valid);
    return edits <= Math.max(2, Math.max(name.length(), valid.length()) / 3)
        && edits < Math.min(name.length(), valid.length());
  }
}
