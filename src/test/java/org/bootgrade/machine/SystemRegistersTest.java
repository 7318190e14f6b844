package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.junit.jupiter.api.Test;

class SystemRegistersTest {

  @Test
  void segmentsComeWithTheirHiddenPart() {
    SystemRegisters registers =
        SystemRegisters.parse(
            """
            RIP=0000000000204631 RFL=00000046 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1\r
            ES =0010 0000000000000000 00000000 00009300 DPL=0 DS   [-WA]\r
            CS =0008 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]\r
            TR =0010 0000000000222e50 00000067 00008900 DPL=0 TSS64-avl\r
            GDT=     0000000000222ec0 0000001f\r
            IDT=     000000000021c4e8 00000fff\r
            CR0=80010011 CR2=0000000000000000 CR3=0000000000001000 CR4=00000020\r
            """);

    assertThat(registers.code()).isEqualTo(new SegmentRegister(8, 0, 0xffff_ffffL, 0xb, true));
    assertThat(registers.task()).isEqualTo(new SegmentRegister(16, 0x222e50, 0x67, 9, true));
    assertThat(registers.gdt()).isEqualTo(new TableRegister(0x222ec0, 0x1f));
    assertThat(registers.idt()).isEqualTo(new TableRegister(0x21c4e8, 0xfff));
  }

  @Test
  void whatIsNotPrintedIsZero() {
    SystemRegisters registers = SystemRegisters.parse("info registers: no such command");

    assertThat(registers.task().selector()).isZero();
    assertThat(registers.idt()).isEqualTo(new TableRegister(0, 0));
  }
}
