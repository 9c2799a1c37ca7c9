package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportDataTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private static Event begins(int second, String phase, Map<String, Object> more) {
    Map<String, Object> fields = new HashMap<>(more);
    fields.put("phase", phase);
    return new Event(START.plusSeconds(second), Event.PHASE, fields);
  }

  private static Manifest.FaultResult fault(int second, String target) {
    return new Manifest.FaultResult(
        "kill-postgres",
        target,
        target + "-a",
        START.plusSeconds(second),
        List.of(),
        List.of(),
        new Manifest.Predicted(0, 0),
        new Manifest.Writes(0, 0, 0, 0, 0));
  }

  private static PhaseSpan span(Phase phase, Integer fault, int from, int to) {
    return new PhaseSpan(phase, fault, START.plusSeconds(from), START.plusSeconds(to));
  }

  @Test
  void aPhaseIsAboutTheFaultThatWasOpenedLastWhateverTheOrderOfTheList() {
    List<PhaseSpan> spans =
        ReportData.phasesOf(
            List.of(
                begins(40, "outage", Map.of(Event.FAULT, "coordinator")),
                begins(0, "steady", Map.of()),
                begins(10, "outage", Map.of(Event.FAULT, "worker1")),
                begins(15, "recovery", Map.of(Event.FAULT, "worker1"))),
            List.of(fault(40, "coordinator"), fault(10, "worker1")),
            START.plusSeconds(50));
    assertThat(spans)
        .containsExactly(
            new PhaseSpan(Phase.STEADY, START, START.plusSeconds(10)),
            span(Phase.OUTAGE, 1, 10, 15),
            span(Phase.RECOVERY, 1, 15, 40),
            span(Phase.OUTAGE, 0, 40, 50));
  }

  private static Event opened(int second) {
    return new Event(START.plusSeconds(second), Event.FAULT_OPENED, Map.of());
  }

  @Test
  void whatCameAfterAFaultThatWasNotMeasuredIsInNoPhase() {
    assertThat(
            ReportData.phasesOf(
                List.of(
                    begins(0, "steady", Map.of()),
                    opened(10),
                    begins(10, "outage", Map.of(Event.FAULT, "worker1")),
                    begins(15, "after", Map.of(Event.FAULT, "worker1")),
                    opened(30)),
                List.of(fault(10, "worker1")),
                START.plusSeconds(50)))
        .containsExactly(
            new PhaseSpan(Phase.STEADY, START, START.plusSeconds(10)),
            span(Phase.OUTAGE, 0, 10, 15),
            span(Phase.AFTER, 0, 15, 30));
    assertThat(
            ReportData.phasesOf(
                List.of(begins(0, "steady", Map.of()), opened(10)),
                List.of(),
                START.plusSeconds(50)))
        .containsExactly(new PhaseSpan(Phase.STEADY, START, START.plusSeconds(10)));
  }

  @Test
  void theSteadyPhaseOfSeveralPartsIsThatOfTheFirst() {
    List<PhaseSpan> spans =
        ReportData.phasesOf(
            List.of(
                begins(0, "warm-up", Map.of()),
                begins(5, "steady", Map.of()),
                begins(40, "warm-up", Map.of()),
                begins(45, "steady", Map.of())),
            List.of(),
            START.plusSeconds(50));
    assertThat(ReportData.steady(spans))
        .contains(new PhaseSpan(Phase.STEADY, START.plusSeconds(5), START.plusSeconds(40)));
    assertThat(ReportData.steady(spans.subList(0, 1))).isEmpty();
  }

  @Test
  void phasesOfRunsThatDidNotNameTheFaultStayWithoutOne() {
    assertThat(
            ReportData.phasesOf(
                List.of(begins(10, "outage", Map.of())),
                List.of(fault(10, "worker1")),
                START.plusSeconds(20)))
        .containsExactly(new PhaseSpan(Phase.OUTAGE, START.plusSeconds(10), START.plusSeconds(20)));
  }

  @Test
  void aLoadWithoutAWarmUpBeginsToo() {
    List<Event> events =
        List.of(
            begins(0, "warm-up", Map.of()),
            begins(5, "steady", Map.of()),
            begins(40, "warm-up", Map.of()),
            begins(40, "steady", Map.of()));
    assertThat(ReportData.loads(events)).containsExactly(START, START.plusSeconds(40));
    assertThat(ReportData.phasesOf(events, List.of(), START.plusSeconds(50)))
        .extracting(PhaseSpan::phase)
        .containsExactly(Phase.WARM_UP, Phase.STEADY, Phase.STEADY);
  }
}
