package dev.citusbench.results;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line of {@code events.jsonl}. */
public record Event(Instant at, String event, Map<String, Object> fields) {

  /** Name of the event that marks the begin of a phase; its field {@code phase} says which. */
  public static final String PHASE = "phase";

  /** Its field that names the fault's target, for phases that are about a fault. */
  public static final String FAULT = "fault";

  /** Name of the event that marks the opening of a fault. */
  public static final String FAULT_OPENED = "fault opened";

  /** Name of the event that marks the end of a fault that must be undone. */
  public static final String FAULT_UNDONE = "fault undone";

  /** Name of the event that marks the begin of a step of stress. */
  public static final String STRESS_BEGUN = "stress begun";

  /** Name of the event that marks its end; how it is watched on follows. */
  public static final String STRESS_ENDED = "stress ended";

  /** A field as text; empty where the event has none of that name. */
  public String text(String field) {
    @Nullable Object value = fields.get(field);
    return Objects.toString(value, "");
  }
}
