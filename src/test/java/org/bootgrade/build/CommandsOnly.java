package org.bootgrade.build;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

/** A workspace that does nothing but run commands; how, says who implements it. */
interface CommandsOnly extends Workspace {

  @Override
  default String root() {
    return "/work";
  }

  @Override
  default String cache() {
    return "/cache";
  }

  @Override
  default void put(List<Upload> files) {}

  @Override
  default Outcome runTrusted(Command command) throws InfrastructureFailure {
    return run(command);
  }

  @Override
  default Tidied tidy() {
    return new Tidied(true, false, Optional.empty());
  }

  @Override
  default Optional<Duration> processorTime() {
    return Optional.empty();
  }

  @Override
  default boolean clear(Set<String> kept) {
    return false;
  }

  @Override
  default Conversation converse(Command command) {
    throw new UnsupportedOperationException("nothing talks here");
  }

  @Override
  default byte[] read(String path, int maxBytes) {
    return new byte[0];
  }

  @Override
  default void pack(String directory, Path tar, long maxBytes) {}

  @Override
  default void unpack(Path tar, String directory) {}

  @Override
  default void close() {}
}
