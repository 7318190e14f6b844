package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.bootgrade.evidence.HandlerCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The listings are as llvm-objdump prints them. */
class HandlerListingTest {

  @Test
  void aHandlerThatReturnsReachesItsIretq() {
    HandlerCode code =
        code(
            0x1000,
            """

            kernel.elf:	file format elf64-x86-64

            Disassembly of section .text:

            0000000000001000 <handler>:
                1000:      	pushq	%rax
                1001:      	callq	0x2000 <print>
                1006:      	popq	%rax
                1007:      	iretq
                1009:      	int3
            """);

    assertThat(code.decoded()).isTrue();
    assertThat(code.instructions()).isEqualTo(4);
    assertThat(code.interruptReturns()).isEqualTo(1);
  }

  @Test
  void anIretqBehindAnEndlessLoopIsNotReached() {
    HandlerCode code =
        code(
            0x1000,
            """
                1000:      	callq	0x2000 <print>
                1005:      	hlt
                1006:      	jmp	0x1005 <handler+0x5>
                1008:      	iretq
            """);

    assertThat(code.instructions()).isEqualTo(3);
    assertThat(code.interruptReturns()).isZero();
  }

  @Test
  void bothWaysOfAConditionAreFollowed() {
    HandlerCode code =
        code(
            0x1000,
            """
                1000:      	testb	%al, %al
                1002:      	je	0x1006 <handler+0x6>
                1004:      	ud2
                1006:      	iretq
            """);

    assertThat(code.instructions()).isEqualTo(4);
    assertThat(code.interruptReturns()).isEqualTo(1);
  }

  @Test
  void whatFollowsADivergingCallIsNotReached() {
    HandlerCode code =
        code(
            0x1000,
            """
                1000:      	callq	0x2000 <core::panicking::panic_fmt>
                1005:      	ud2
                1007:      	iretq
            """);

    assertThat(code.interruptReturns()).isZero();
  }

  @Test
  void anIretqBehindACallThatNeverComesBackIsNotReached() {
    String stub =
        """
            1000:      	pushq	%rax
            1001:      	callq	0x1010 <rust_handler>
            1006:      	iretq
            1010:      	callq	0x1020 <print>
            1015:      	jmp	0x1015 <rust_handler+0x5>
            1020:      	retq
        """;

    assertThat(code(0x1000, stub).interruptReturns()).isZero();
    assertThat(code(0x1000, stub.replace("jmp	0x1015 <rust_handler+0x5>", "retq")))
        .extracting(HandlerCode::interruptReturns)
        .isEqualTo(1);
  }

  @Test
  void functionsThatCallEachOtherMayReturn() {
    HandlerCode code =
        code(
            0x1000,
            """
                1000:      	callq	0x1010 <a>
                1005:      	iretq
                1010:      	callq	0x1020 <b>
                1015:      	retq
                1020:      	callq	0x1010 <a>
                1025:      	retq
            """);

    assertThat(code.interruptReturns()).isEqualTo(1);
  }

  @Test
  void codeThatIsNotThereIsNotDecoded() {
    HandlerCode code = code(0x5000, "llvm-objdump: error: 'x': not an object file\n");

    assertThat(code.decoded()).isFalse();
    assertThat(code.instructions()).isZero();
  }

  @Test
  @Timeout(30)
  void codeThatIsMadeToBeFollowedForEverIsFollowedForAWhile() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      text.append("    %x:      \tcallq\t0x%x <f>\n".formatted(0x1000 + i, 0x1001 + i));
    }
    text.append("    %x:      \tiretq\n".formatted(0x1000 + 40_000));

    HandlerCode code = code(0x1000, text.toString());

    assertThat(code.instructions()).isEqualTo(40_001);
    assertThat(code.interruptReturns()).isEqualTo(1);
  }

  private static HandlerCode code(long entry, String text) {
    HandlerListing listing = new HandlerListing();
    listing.add(text);
    return listing.of(entry, Optional.empty());
  }
}
