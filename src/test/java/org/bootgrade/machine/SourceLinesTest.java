package org.bootgrade.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceLocation;
import org.junit.jupiter.api.Test;

class SourceLinesTest {

  private static Map<Long, SourceLocation> read(String json) throws InfrastructureFailure {
    byte[] printed = json.getBytes(UTF_8);
    return new SourceLines("kernel.elf", "/work/src")
        .of(new Errands.Result(0, printed.length, printed));
  }

  @Test
  void theFirstFrameOfTheSubmissionIsTheLocation() throws Exception {
    assertThat(
            read(
                """
                [{"Address":"0x201010","Symbol":[
                  {"FileName":"/rust/library/core/src/ptr.rs","FunctionName":"write","Line":12},
                  {"FileName":"/work/src/src/main.rs","FunctionName":"main","Line":34}]}]
                """))
        .containsExactly(Map.entry(0x201010L, new SourceLocation("main", "src/main.rs", 34)));
  }

  @Test
  void aNameThatWouldFillTheEvidenceIsCut() throws Exception {
    String endless = "x".repeat(1 << 20);

    String json =
        """
        [{"Address":"0x1","Symbol":[{"FileName":"/%1$s","FunctionName":"%1$s","Line":1}]}]
        """
            .formatted(endless);

    assertThat(read(json))
        .containsOnlyKeys(1L)
        .allSatisfy(
            (address, at) -> {
              assertThat(at.function()).hasSize(1000);
              assertThat(at.file()).hasSize(1000);
            });
  }
}
