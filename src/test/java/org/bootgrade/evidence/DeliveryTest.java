package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Delivery.Entry;
import org.bootgrade.evidence.Delivery.Injection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The addresses were seen in overflows of three right submissions. */
class DeliveryTest {

  private static final MemoryExtent STACK = new MemoryExtent(0x100_0000_2000L, 0x100_0020_2000L);

  @Test
  void anOverflowFaultsUnderItsStackWhereverTheStackPointerIs() {
    assertThat(entry(0x100_0000_2000L, 0x100_0000_1ff8L, STACK).overflowed()).isTrue();
    assertThat(entry(0x100_0000_1ff0L, 0x100_0000_1ff0L, STACK).overflowed()).isTrue();
    assertThat(entry(0x100_0000_1fe0L, 0x100_0000_1fe8L, STACK).overflowed()).isTrue();
  }

  @Test
  void aStackAtTheVeryBottomOfMemoryCanOverflowToo() {
    MemoryExtent low = new MemoryExtent(0x8000, 0x1_8000);

    assertThat(entry(0x8000, 0x7ff8, low).overflowed()).isTrue();
  }

  @Test
  void aWildWriteIsNoOverflow() {
    assertThat(entry(0x100_0020_1ff0L, 0xdead_beefL, null).overflowed()).isFalse();
    assertThat(entry(0x100_0020_1ff0L, 0x100_0000_1ff8L, STACK).overflowed())
        .as("a write into the guard page from far above")
        .isFalse();
  }

  @Test
  void anExperimentComesBackFromJson() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    BootRecord record =
        new BootRecord(
            "kernel/overflow",
            "kernel",
            Intervention.OVERFLOW,
            new Ending.StillRunning(true),
            "DOUBLE FAULT",
            false,
            List.of(),
            List.of(),
            false,
            null,
            new Delivery(
                8,
                new Injection(0x204631, 0x100_0000_2000L, 0x100_0000_1ff8L, false, false),
                1,
                0,
                entry(0x100_0000_2000L, 0x100_0000_1ff8L, STACK),
                Aftermath.STAYED,
                "DOUBLE FAULT",
                List.of("row"),
                new SourceLocation("halt", "src/lib.rs", 7)));

    assertThat(json.readValue(json.writeValueAsString(record), BootRecord.class)).isEqualTo(record);
    assertThat(json.writeValueAsString(record)).contains("\"cr2\":\"0x10000001ff8\"");
  }

  @Test
  void aRecordOfAnEarlierVersionHasNeitherTablesNorDelivery() throws JsonProcessingException {
    BootRecord record =
        new ObjectMapper()
            .readValue(
                """
                {"id": "kernel/as-submitted", "program": "kernel", "intervention": "AS_SUBMITTED",
                 "ending": {"how": "exited", "code": 33}, "serial": "", "serialTruncated": false,
                 "screen": [], "events": [], "eventsTruncated": false}
                """,
                BootRecord.class);

    assertThat(record.ran()).isTrue();
    assertThat(record.tables()).isNull();
    assertThat(record.delivery()).isNull();
  }

  @Test
  void anExperimentThatWasNotRunSaysWhy() {
    BootRecord record =
        BootRecord.notRun("test/a", Intervention.IST_KNOCKED_OUT, "it never double faults");

    assertThat(record.id()).isEqualTo("test/a/ist-knocked-out");
    assertThat(record.ran()).isFalse();
    assertThat(record.ending().describe()).isEqualTo("not run because it never double faults");
  }

  private static Entry entry(long rsp, long cr2, @Nullable MemoryExtent stack) {
    return new Entry(0x203f60, 0x222e20, 1, 0, 0x204421, null, 8, 0x46, rsp, 0, cr2, false, stack);
  }
}
