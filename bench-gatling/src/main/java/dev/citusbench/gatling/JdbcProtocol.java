package dev.citusbench.gatling;

import io.gatling.core.CoreComponents;
import io.gatling.core.config.GatlingConfiguration;
import io.gatling.core.protocol.Protocol;
import io.gatling.core.protocol.ProtocolComponents;
import io.gatling.core.protocol.ProtocolKey;
import io.gatling.core.session.Session;
import io.gatling.javaapi.core.ProtocolBuilder;
import scala.Function1;
import scala.runtime.BoxedUnit;

/**
 * Gatling's view of a load: who takes its users. Gatling keeps one protocol of a class in a set-up,
 * so all pools of a simulation belong in one. Faces Gatling's internals, like {@link OperationStep}
 * and {@link OperationAction}, and nothing else does: they are not a stable interface.
 */
record JdbcProtocol(Dispatcher dispatcher) implements Protocol, ProtocolBuilder {

  /** The key under which Gatling finds the components; a singleton, since it goes by identity. */
  static final ProtocolKey<JdbcProtocol, Components> KEY = new Key();

  @Override
  public Protocol protocol() {
    return this;
  }

  /** What an action gets: the dispatcher. */
  record Components(Dispatcher dispatcher) implements ProtocolComponents {
    @Override
    public Function1<Session, Session> onStart() {
      return session -> session;
    }

    @Override
    public Function1<Session, BoxedUnit> onExit() {
      return session -> BoxedUnit.UNIT;
    }
  }

  private static final class Key implements ProtocolKey<JdbcProtocol, Components> {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Class<Protocol> protocolClass() {
      return (Class) JdbcProtocol.class;
    }

    @Override
    public JdbcProtocol defaultProtocolValue(GatlingConfiguration configuration) {
      throw new IllegalStateException("the simulation's setUp names no JdbcProtocol");
    }

    @Override
    public Function1<JdbcProtocol, Components> newComponents(CoreComponents core) {
      return protocol -> new Components(protocol.dispatcher());
    }
  }
}
