package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetSpecTest {

  private static final String GOOD =
      """
      {
        "llvm-target": "x86_64-unknown-none",
        "data-layout": "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128",
        "arch": "x86_64",
        "target-endian": "little",
        "target-pointer-width": 64,
        "target-c-int-width": 32,
        "os": "none",
        "executables": true,
        "linker-flavor": "ld.lld",
        "linker": "rust-lld",
        "panic-strategy": "abort",
        "disable-redzone": true,
        "features": "-mmx,-sse,+soft-float",
        "rustc-abi": "softfloat"
      }
      """;

  private static TargetSpec mend(String text) throws BuildRefused {
    return TargetSpec.mend("kernel/target.json", text, false);
  }

  private static JsonNode json(TargetSpec spec) throws JsonProcessingException {
    return new ObjectMapper().readTree(spec.json());
  }

  private static String with(String key, String value) {
    return GOOD.replaceFirst(
        "\"" + key + "\": [^\n]*?(,?)\n", "\"" + key + "\": " + value + "$1\n");
  }

  private static String and(String key, String value) {
    return "{\"%s\": %s,".formatted(key, value) + GOOD.strip().substring(1);
  }

  @Test
  void aCurrentSpecificationIsLeftAsItIs() throws Exception {
    TargetSpec spec = mend(GOOD);
    assertThat(spec.mends()).isEmpty();
    assertThat(json(spec)).isEqualTo(new ObjectMapper().readTree(GOOD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "9"})
  void aFileThatItsParserWillNotReadOnIsRefused(String endless) {
    String text = "{\"llvm-target\": " + endless.repeat(5000);

    assertThatThrownBy(() -> TargetSpec.mend("t.json", text, false))
        .isInstanceOf(BuildRefused.class)
        .hasMessageStartingWith("t.json is not valid JSON")
        .hasMessageEndingWith("Mend the target specification.");
  }

  @Test
  void whatWasMendedNeedsNoSecondMend() throws Exception {
    String old = with("data-layout", "\"e-m:e-i64:64-f80:128-n8:16:32:64-S128\"");
    assertThat(mend(mend(old).json()).mends()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"target-pointer-width,64", "target-c-int-width,32"})
  void aWidthWrittenAsTextBecomesANumber(String key, int width) throws Exception {
    TargetSpec spec = mend(with(key, "\"" + width + "\""));
    assertThat(json(spec).path(key).isInt()).isTrue();
    assertThat(json(spec).path(key).asInt()).isEqualTo(width);
    assertThat(spec.mends()).singleElement().extracting(Mend::detail).asString().contains(key);
  }

  @Test
  void aWidthThatIsNoNumberIsLeftForTheCompilerToRefuse() throws Exception {
    TargetSpec spec = mend(with("target-pointer-width", "\"wide\""));
    assertThat(json(spec).path("target-pointer-width").asText()).isEqualTo("wide");
    assertThat(spec.mends()).isEmpty();
  }

  @Test
  void aBooleanWrittenAsTextBecomesABoolean() throws Exception {
    TargetSpec spec = mend(with("disable-redzone", "\"true\""));
    assertThat(json(spec).path("disable-redzone").isBoolean()).isTrue();
    assertThat(json(spec).path("disable-redzone").asBoolean()).isTrue();
    assertThat(spec.mends())
        .singleElement()
        .extracting(Mend::detail)
        .asString()
        .contains("disable-redzone");
  }

  @Test
  void anOldDataLayoutBecomesTheCurrentOne() throws Exception {
    TargetSpec spec = mend(with("data-layout", "\"e-m:e-i64:64-f80:128-n8:16:32:64-S128\""));
    assertThat(json(spec)).isEqualTo(new ObjectMapper().readTree(GOOD));
    assertThat(spec.mends()).singleElement().extracting(Mend::detail).asString().contains("layout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x86-softfloat\"", "\"none\"", "null"})
  void anotherAbiBecomesSoftfloat(String abi) throws Exception {
    TargetSpec spec = mend(with("rustc-abi", abi));
    assertThat(json(spec).path("rustc-abi").asText()).isEqualTo("softfloat");
    assertThat(spec.mends()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-mmx,-sse", "+sse,+sse2,+mmx", "+soft-float", " -mmx , +soft-float "})
  void floatingPointRegistersAreSwitchedOff(String features) throws Exception {
    TargetSpec spec = mend(with("features", "\"" + features + "\""));
    assertThat(json(spec).path("features").asText().split(","))
        .contains("-mmx", "-sse", "+soft-float")
        .doesNotContain("+sse", "+mmx", "+sse2")
        .doesNotHaveDuplicates();
    assertThat(spec.mends()).hasSize(1);
  }

  @Test
  void otherFeaturesStay() throws Exception {
    TargetSpec spec = mend(with("features", "\"+sse,+rdrand\""));
    assertThat(json(spec).path("features").asText().split(",")).contains("+rdrand");
  }

  @Test
  void aKernelWhoseBootLoaderSwitchesSseOnKeepsIt() throws Exception {
    String sse = with("features", "\"+sse\"");
    TargetSpec spec = TargetSpec.mend("target.json", sse, true);
    assertThat(spec.mends()).isEmpty();
    assertThat(json(spec).path("features").asText()).isEqualTo("+sse");
  }

  @Test
  void anotherArchitectureIsNotMadeX86() throws Exception {
    String text = "{\"llvm-target\": \"riscv64\", \"arch\": \"riscv64\", \"data-layout\": \"e\"}";
    TargetSpec spec = mend(text);
    assertThat(spec.mends()).isEmpty();
    assertThat(json(spec)).isEqualTo(new ObjectMapper().readTree(text));
  }

  @Test
  void everyMendIsNotedWithTheFilesPath() throws Exception {
    TargetSpec spec = mend("{\"arch\": \"x86_64\", \"target-pointer-width\": \"64\"}");
    assertThat(spec.mends())
        .singleElement()
        .satisfies(
            m ->
                assertThat(m.detail())
                    .contains("kernel/target.json", "width", "layout", "features", "abi"));
  }

  @Test
  void invalidJsonIsRefusedWithItsLine() {
    assertThatThrownBy(() -> mend("{\n  \"arch\": \"x86_64\",\n  oops\n}"))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("kernel/target.json line 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "null", "\"x86_64\""})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> mend(text))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("kernel/target.json");
  }

  @Test
  void aLinkerOfTheSubmissionsOwnIsNotTaken() throws Exception {
    TargetSpec spec = mend(with("linker", "\"tools/ld.sh\""));
    assertThat(json(spec).path("linker").asText()).isEqualTo("rust-lld");
    assertThat(spec.remarks())
        .singleElement()
        .extracting(r -> r.id())
        .isEqualTo("cargo-configuration");
    assertThat(mend(GOOD).remarks()).isEmpty();
  }

  @Test
  void whatTheLinkerWouldLoadIsNotTaken() throws Exception {
    TargetSpec env = mend(and("link-env", "[\"LD_PRELOAD=evil.so\"]"));
    assertThat(json(env).has("link-env")).isFalse();
    assertThat(env.remarks()).singleElement().asString().contains("link-env");
    TargetSpec arguments =
        mend(and("pre-link-args", "{\"ld.lld\": [\"--load-pass-plugin=evil.so\"]}"));
    assertThat(json(arguments).has("pre-link-args")).isFalse();
    TargetSpec script = mend(and("pre-link-args", "{\"ld.lld\": [\"-Tlinker.ld\"]}"));
    assertThat(json(script).has("pre-link-args")).isTrue();
    assertThat(script.remarks()).isEmpty();
  }
}
