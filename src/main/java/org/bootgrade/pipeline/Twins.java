package org.bootgrade.pipeline;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Submissions of one run that hold the same files. The first is built and booted, and the others
 * take its evidence: the same files give the same evidence.
 */
final class Twins {

  private final boolean known;
  private final ConcurrentMap<String, CompletableFuture<Optional<Path>>> firsts =
      new ConcurrentHashMap<>();

  /** Of submissions whose evidence stays where it is. */
  Twins() {
    this(true);
  }

  private Twins(boolean known) {
    this.known = known;
  }

  /** Of submissions whose evidence is taken elsewhere: each of them is the first. */
  static Twins unknown() {
    return new Twins(false);
  }

  /** A submission's turn. Where it is the first, others wait until it is closed. */
  final class Turn implements AutoCloseable {
    private final String digest;
    private final Optional<Path> first;
    private Optional<Path> done = Optional.empty();

    private Turn(String digest, Optional<Path> first) {
      this.digest = digest;
      this.first = first;
    }

    /** The evidence folder of the first; empty where this one is it. */
    Optional<Path> first() {
      return first;
    }

    /** Says where this one's evidence is. */
    void done(Path evidence) {
      done = Optional.of(evidence);
    }

    @Override
    public void close() {
      if (first.isEmpty()) {
        // Where it came to nothing, the next one is the first.
        CompletableFuture<Optional<Path>> mine =
            done.isPresent() ? firsts.get(digest) : firsts.remove(digest);
        if (mine != null) {
          mine.complete(done);
        }
      }
    }
  }

  /**
   * Takes a turn, after the first of the same files has had its own. That one is being graded
   * meanwhile, and ends within its limits.
   *
   * @throws InfrastructureFailure when the waiting is interrupted
   */
  Turn enter(String digest) throws InfrastructureFailure {
    while (known) {
      CompletableFuture<Optional<Path>> other =
          firsts.putIfAbsent(digest, new CompletableFuture<>());
      if (other == null) {
        return new Turn(digest, Optional.empty());
      }
      try {
        Optional<Path> evidence = other.get();
        if (evidence.isPresent()) {
          return new Turn(digest, evidence);
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a turn ends without an exception", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InfrastructureFailure("interrupted", "Run the same command again.", e);
      }
    }
    return new Turn(digest, Optional.empty());
  }
}
