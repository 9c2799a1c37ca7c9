package dev.citusbench.gatling;

import io.gatling.core.action.builder.ActionBuilder;

/**
 * A step of a scenario: one request of the load's mix. One a user: the schedule knows how many
 * users there must be.
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
            context.protocolComponentsRegistry().components(JdbcProtocol.KEY).dispatcher(),
            context.coreComponents().statsEngine(),
            context.coreComponents().clock(),
            next);
  }
}
