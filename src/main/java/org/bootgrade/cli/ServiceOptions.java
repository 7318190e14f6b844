package org.bootgrade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bootgrade.evidence.FileTrouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running service a command calls, and by what it is let in. */
final class ServiceOptions {

  private static final String ADDRESS = "http://127.0.0.1:8080";

  @Option(
      names = "--service",
      paramLabel = "URL",
      description = "Where the service answers; " + ADDRESS + " where nothing is said.")
  @Nullable String service;

  @Option(
      names = "--token",
      paramLabel = "FILE",
      description =
          "The file with a token that allows everything; the one of a service on this machine where"
              + " nothing is said.")
  @Nullable Path token;

  ServiceCalls calls(Surroundings here) throws UsageError {
    String url = service == null ? ADDRESS : service.replaceFirst("/+$", "");
    if (!url.matches("https?://[^/\\s@]+(/[^\\s]*)?")) {
      throw new UsageError("--service %s: write https://HOST.".formatted(service));
    }
    Path file = token == null ? here.state().resolve("serve/admin-token") : token;
    try {
      return new ServiceCalls(url, Files.readString(file).strip());
    } catch (IOException e) {
      throw new UsageError(
          "%s cannot be read (%s): name the file of a token with --token; the service says at its start where one is."
              .formatted(file, FileTrouble.reason(e, file)));
    }
  }
}
