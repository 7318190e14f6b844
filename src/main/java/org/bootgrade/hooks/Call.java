package org.bootgrade.hooks;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A call as it came in. Nothing of it has been believed yet.
 *
 * @param headers by their names in lower case; of a header that came several times the first value
 * @param body as it was sent, of no more than the service takes
 * @param at when it came
 */
public record Call(Map<String, String> headers, byte[] body, Instant at) {

  /** A copy whose headers are found whatever case their names came in. */
  public Call {
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lower);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /**
   * A header's value, without blanks around it; empty where it is missing or blank.
   *
   * @param name in any case
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** What a caller must have sent. */
  String required(String header) throws NotGenuine {
    return header(header)
        .orElseThrow(
            () -> new NotGenuine(NotGenuine.Kind.UNSIGNED, "there is no header " + header));
  }
}
