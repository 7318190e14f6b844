package org.bootgrade.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls are believed, by each way of signing. */
class GenuineCallsTest {

  private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");
  private static final byte[] BODY = bytes("{\"type\": \"submission.created\"}");

  private static final StandardWebhooks STANDARD =
      StandardWebhooks.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final StandardWebhooks STRANGER =
      StandardWebhooks.of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");

  /** The example of GitHub's documentation, "Testing the webhook payload validation". */
  private static final byte[] HELLO = bytes("Hello, World!");

  private static final String HELLO_SIGNATURE =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  private static final String HELLO_SECRET = "It's a Secret to Everybody";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> signed(String id, Instant at) {
    return Map.of(
        "webhook-id",
        id,
        "webhook-timestamp",
        Long.toString(at.getEpochSecond()),
        "webhook-signature",
        STANDARD.sign(id, at, BODY));
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> changed = new HashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  private static NotGenuine.Kind refusal(Map<String, String> headers, byte[] body) {
    return catchThrowableOfType(
            NotGenuine.class, () -> STANDARD.verify(new Call(headers, body, NOW)))
        .kind();
  }

  @Test
  void aCallWithAStandardSignatureIsBelievedAndHasItsId() throws NotGenuine {
    assertThat(STANDARD.verify(new Call(signed("msg_1", NOW), BODY, NOW))).isEqualTo("msg_1");
  }

  @Test
  void oneOfSeveralSignaturesIsEnoughSoThatSecretsCanBeChanged() throws NotGenuine {
    Map<String, String> headers =
        with(
            signed("msg_1", NOW),
            "webhook-signature",
            STRANGER.sign("msg_1", NOW, BODY) + " v1a,abc  " + STANDARD.sign("msg_1", NOW, BODY));

    assertThat(STANDARD.verify(new Call(headers, BODY, NOW))).isEqualTo("msg_1");
  }

  @ParameterizedTest
  @CsvSource({"-300, true", "300, true", "-301, false", "301, false"})
  void aSignatureIsOfNow(long seconds, boolean genuine) {
    Map<String, String> headers = signed("msg_1", NOW.plusSeconds(seconds));

    if (genuine) {
      assertThatCode(() -> STANDARD.verify(new Call(headers, BODY, NOW)))
          .doesNotThrowAnyException();
    } else {
      assertThat(refusal(headers, BODY)).isEqualTo(NotGenuine.Kind.STALE);
    }
  }

  @Test
  void anotherBodyIdTimeOrSecretIsForged() {
    Map<String, String> headers = signed("msg_1", NOW);

    assertThat(refusal(headers, bytes("{}"))).isEqualTo(NotGenuine.Kind.FORGED);
    assertThat(refusal(with(headers, "webhook-id", "msg_2"), BODY))
        .isEqualTo(NotGenuine.Kind.FORGED);
    assertThat(
            refusal(
                with(headers, "webhook-timestamp", Long.toString(NOW.getEpochSecond() + 1)), BODY))
        .isEqualTo(NotGenuine.Kind.FORGED);
    assertThat(refusal(with(headers, "webhook-signature", STRANGER.sign("msg_1", NOW, BODY)), BODY))
        .isEqualTo(NotGenuine.Kind.FORGED);
    assertThat(refusal(with(headers, "webhook-signature", "v1,%%% v1, v1"), BODY))
        .isEqualTo(NotGenuine.Kind.FORGED);
  }

  @ParameterizedTest
  @CsvSource({
    "webhook-id, ''",
    "webhook-id, a.b",
    "webhook-timestamp, ''",
    "webhook-timestamp, soon",
    "webhook-timestamp, -1",
    "webhook-timestamp, 99999999999999999999",
    "webhook-signature, '  '",
  })
  void aCallWithoutWhatIsSignedIsUnsigned(String header, String value) {
    assertThat(refusal(with(signed("msg_1", NOW), header, value), BODY))
        .isEqualTo(NotGenuine.Kind.UNSIGNED);
  }

  @Test
  void aCallThatGithubSignedIsBelievedWithEachSecretOfTheHook() {
    Call call = new Call(Map.of("x-hub-signature-256", HELLO_SIGNATURE), HELLO, NOW);

    assertThatCode(() -> new GithubSignature(List.of(HELLO_SECRET)).verify(call))
        .doesNotThrowAnyException();
    assertThatCode(() -> new GithubSignature(List.of("new", HELLO_SECRET)).verify(call))
        .doesNotThrowAnyException();
    assertThatCode(() -> new GithubSignature(List.of(HELLO_SECRET, "new")).verify(call))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    HELLO_SIGNATURE + ", Hello; World, FORGED",
    "sha256=0000000000000000000000000000000000000000000000000000000000000000, 'Hello, World!', FORGED",
    "sha256=757107ea, 'Hello, World!', UNSIGNED",
    "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17, 'Hello, World!', UNSIGNED",
    "'', 'Hello, World!', UNSIGNED",
  })
  void aCallThatGithubDidNotSignIsRefused(String signature, String body, NotGenuine.Kind kind) {
    Call call = new Call(Map.of("X-Hub-Signature-256", signature), bytes(body), NOW);

    assertThat(
            catchThrowableOfType(
                NotGenuine.class,
                () -> new GithubSignature(List.of(HELLO_SECRET, "other")).verify(call)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageNotContaining(HELLO_SECRET);
  }

  @Test
  void aSignatureBySha1CountsForNothing() {
    Call call =
        new Call(
            Map.of("X-Hub-Signature", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59"), HELLO, NOW);

    assertThat(
            catchThrowableOfType(
                    NotGenuine.class, () -> new GithubSignature(List.of(HELLO_SECRET)).verify(call))
                .kind())
        .isEqualTo(NotGenuine.Kind.UNSIGNED);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer moodle-1, none",
    "bearer  moodle-2, none",
    "Bearer moodle, FORGED",
    "Bearer moodle-10, FORGED",
    "Basic moodle-1, UNSIGNED",
    "moodle-1, UNSIGNED",
    "Bearer, UNSIGNED",
    "'', UNSIGNED",
  })
  void aTokenIsOneOfTheHooks(String header, String refusal) {
    StaticToken token = new StaticToken(List.of("moodle-1", "moodle-2"));
    Call call = new Call(Map.of("AUTHORIZATION", header), BODY, NOW);

    if (refusal.equals("none")) {
      assertThatCode(() -> token.verify(call)).doesNotThrowAnyException();
    } else {
      assertThat(catchThrowableOfType(NotGenuine.class, () -> token.verify(call)).kind())
          .hasToString(refusal.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void aHookWithoutATokenBelievesNobody() {
    Call call = new Call(Map.of("Authorization", "Bearer x"), BODY, NOW);

    assertThat(
            catchThrowableOfType(NotGenuine.class, () -> new StaticToken(List.of()).verify(call))
                .kind())
        .isEqualTo(NotGenuine.Kind.FORGED);
  }
}
