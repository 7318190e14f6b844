package org.bootgrade.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bootgrade.corpus.VerdictTable.Count;
import org.junit.jupiter.api.Test;

class VerdictTableTest {

  @Test
  void falsePassesAndFalseFailsAreCountedForEachJudge() {
    VerdictTable table = new VerdictTable(List.of("builds", "boots"));
    table.add("builds", true, true, true);
    table.add("builds", false, false, true);
    table.add("boots", true, false, false);
    assertThat(table.bootgrade()).isEqualTo(new Count(2, 0, 1));
    assertThat(table.exitCode()).isEqualTo(new Count(1, 1, 1));
    assertThat(table.lines().get(2).split("\\s+"))
        .containsExactly("builds", "2", "0", "0", "1", "1", "0");
    assertThat(table.lines().get(3).split("\\s+"))
        .containsExactly("boots", "0", "0", "1", "0", "0", "1");
  }
}
