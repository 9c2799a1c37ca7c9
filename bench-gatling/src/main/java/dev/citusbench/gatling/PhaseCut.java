package dev.citusbench.gatling;

import dev.citusbench.results.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When which phase lasted, known afterwards. Each phase lasts until the next one begins, so that
 * every instant from the first to the end is in one phase.
 *
 * @param stretches in the order of time, none of them empty
 */
record PhaseCut(List<Stretch> stretches) {

  /**
   * Where a phase begins, on the clock of {@link System#nanoTime()}.
   *
   * @param fault index of the fault that the phase is about; null for phases that are about none
   */
  record Begin(Phase phase, @Nullable Integer fault, long nanos) {}

  /** One phase from an instant up to another, which is excluded. */
  record Stretch(Phase phase, @Nullable Integer fault, long fromNanos, long toNanos) {
    boolean contains(long nanos) {
      return nanos - fromNanos >= 0 && nanos - toNanos < 0;
    }
  }

  PhaseCut {
    stretches = List.copyOf(stretches);
  }

  /**
   * Phases that begin one after the other.
   *
   * @param begins in the order of time
   * @param endNanos end of all phases; those that would begin later are none
   */
  static PhaseCut of(List<Begin> begins, long endNanos) {
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      Begin begin = begins.get(i);
      long to = endNanos;
      if (i + 1 < begins.size() && begins.get(i + 1).nanos() - endNanos < 0) {
        to = begins.get(i + 1).nanos();
      }
      if (to - begin.nanos() > 0) {
        stretches.add(new Stretch(begin.phase(), begin.fault(), begin.nanos(), to));
      }
    }
    return new PhaseCut(stretches);
  }

  /** The phase that an instant is in; empty before the first and from the end on. */
  Optional<Stretch> at(long nanos) {
    return stretches.stream().filter(stretch -> stretch.contains(nanos)).findFirst();
  }
}
