package dev.citusbench.gatling;

import io.gatling.core.action.builder.ActionBuilder;

/**
 * A step of a scenario: one request of the load's mix, chosen by the index of the user. One a user:
 * the arrival of the user is what the schedule knows.
 */
public record OperationStep() implements io.gatling.javaapi.core.ActionBuilder {

  /** A step that sends the request that is due. */
  public static OperationStep request() {
    return new OperationStep();
  }

  @Override
  public ActionBuilder asScala() {
    return (context, next) ->
        new OperationAction(
            context.protocolComponentsRegistry().components(JdbcProtocol.KEY).load(),
            context.coreComponents().statsEngine(),
            context.coreComponents().clock(),
            next);
  }
}
