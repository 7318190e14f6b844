package org.bootgrade.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.nio.charset.StandardCharsets;

/** Writes answers as JSON. */
final class Answers {

  private static final String JSON = "application/json";

  /** RFC 9457. */
  private static final String PROBLEM = "application/problem+json";

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /**
   * What went wrong, in the form of RFC 9457.
   *
   * @param title the status in words
   * @param status the HTTP status
   * @param detail what is wrong and what to do next
   */
  private record Problem(String title, int status, String detail) {}

  void json(Context context, int status, Object answer) {
    context.status(status).contentType(JSON).result(bytes(answer));
  }

  void problem(Context context, int status, String detail) {
    if (context.req().getContentLengthLong() != 0) {
      // What has not been read of the body is not to be taken for the next call.
      context.header("Connection", "close");
    }
    context
        .status(status)
        .contentType(PROBLEM)
        .result(bytes(new Problem(HttpStatus.forStatus(status).getMessage(), status, detail)));
  }

  /** JSON is UTF-8 (RFC 8259, 8.1), whatever the server takes text for. */
  private byte[] bytes(Object answer) {
    return text(answer).getBytes(StandardCharsets.UTF_8);
  }

  String text(Object answer) {
    try {
      return mapper.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("answers are JSON", e);
    }
  }
}
