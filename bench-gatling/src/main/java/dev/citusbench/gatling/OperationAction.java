package dev.citusbench.gatling;

import com.typesafe.scalalogging.Logger;
import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.OK$;
import io.gatling.commons.stats.Status;
import io.gatling.commons.util.Clock;
import io.gatling.core.action.Action;
import io.gatling.core.action.BlockExit;
import io.gatling.core.session.Session;
import io.gatling.core.stats.StatsEngine;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Gives a user to the dispatcher and, when the request that it carried has ended, to the next
 * action. Runs on an event loop: it never waits.
 */
final class OperationAction implements Action {
  private final Dispatcher dispatcher;
  private final StatsEngine stats;
  private final Clock clock;
  private final Action next;
  private Logger logger = Logger.apply(LoggerFactory.getLogger(OperationAction.class));

  OperationAction(Dispatcher dispatcher, StatsEngine stats, Clock clock, Action next) {
    this.dispatcher = dispatcher;
    this.stats = stats;
    this.clock = clock;
    this.next = next;
  }

  @Override
  public String name() {
    return "operation";
  }

  @Override
  public void execute(Session session) {
    Option<BlockExit> exit = BlockExit.mustExit(session);
    if (exit.isDefined()) {
      exit.get().exitBlock(stats, clock.nowMillis());
    } else {
      dispatcher.arrived(completed -> proceed(session, completed));
    }
  }

  // Gatling's figures are whole milliseconds of the wall clock; they count from the due time too.
  private void proceed(Session session, Completed completed) {
    Session after = session;
    try {
      long ended = clock.nowMillis();
      long due = ended - (completed.endedNanos() - completed.dueNanos()) / 1_000_000;
      Status status = completed.error() == null ? OK$.MODULE$ : KO$.MODULE$;
      stats.logResponse(
          session.scenario(),
          session.groups(),
          completed.operation(),
          due,
          ended,
          status,
          Option.empty(),
          Option.apply(completed.error()));
      Session timed = session.logGroupRequestTimings(due, ended);
      after = completed.error() == null ? timed : timed.markAsFailed();
    } finally {
      next.$bang(after);
    }
  }

  @Override
  public Logger logger() {
    return logger;
  }

  @Override
  public void com$typesafe$scalalogging$StrictLogging$_setter_$logger_$eq(Logger value) {
    logger = value;
  }
}
