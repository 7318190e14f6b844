package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecipeTest {
  @Test
  void aStageComesWithWhatItStandsOnAndCopiesFrom() {
    Recipe recipe =
        Recipe.parse(
            """
            # a comment
            ARG BASE=x
            FROM ${BASE} AS base

            RUN one \\
              # a comment inside
              two
            FROM base AS tool
            RUN tool
            FROM --platform=linux/amd64 other as aside
            RUN aside
            FROM base AS product
            COPY --from=tool /a /b
            """);
    assertThat(recipe.only("product"))
        .isEqualTo(
            """
            ARG BASE=x
            FROM ${BASE} AS base
            RUN one \\
              two
            FROM base AS tool
            RUN tool
            FROM base AS product
            COPY --from=tool /a /b
            """);
    assertThat(recipe.only("aside"))
        .isEqualTo("ARG BASE=x\nFROM --platform=linux/amd64 other as aside\nRUN aside\n");
  }

  @Test
  void aStageThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Recipe.parse("FROM x").only("toolchain"))
        .hasMessageContaining("toolchain");
  }

  @Test
  void theProjectsOwnDockerfileHasTheStagesThatAreBuilt() throws Exception {
    Recipe recipe = Recipe.parse(Files.readString(Path.of("Dockerfile")));
    assertThat(recipe.only("toolchain")).contains("rustc").doesNotContain("qemu-system-x86;");
    assertThat(recipe.only("machine")).contains("qemu-system-x86;").doesNotContain("cargo-web");
  }
}
