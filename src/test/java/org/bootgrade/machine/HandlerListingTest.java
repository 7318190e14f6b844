package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

  @Test
  void aFarReturnGivesControlBackToo() {
    HandlerCode code = code(0x1000, "    1000:      \tpushq\t%rax\n    1001:      \tlretq\n");

    assertThat(code.interruptReturns()).isEqualTo(1);
    assertThat(code.diverges()).isFalse();
  }

  @Test
  void aJumpToAComputedAddressIsAnOpenEndAndSoIsANearReturn() {
    HandlerCode jump = code(0x1000, "    1000:      \tjmpq\t*%rax\n");
    HandlerCode back = code(0x1000, "    1000:      \tpushq\t%rax\n    1001:      \tretq\n");

    assertThat(jump.openEnds()).isEqualTo(1);
    assertThat(back.openEnds()).isEqualTo(1);
    assertThat(List.of(jump, back)).allMatch(c -> c.interruptReturns() == 0 && !c.diverges());
  }

  @Test
  void aCallOfCodeWithAnInterruptReturnIsAnOpenEnd() {
    HandlerCode code =
        code(
            0x1000,
            """
                1000:      	callq	0x1010 <away>
                1005:      	jmp	0x1005 <handler+0x5>
                1010:      	addq	$0x8, %rsp
                1014:      	iretq
            """);

    assertThat(code.interruptReturns()).isZero();
    assertThat(code.openEnds()).isEqualTo(1);
  }

  @Test
  void aJumpOutOfTheListingIsAnOpenEnd() {
    assertThat(code(0x1000, "    1000:      \tjmp\t0x9000 <elsewhere>\n").openEnds()).isEqualTo(1);
  }

  /** Two stubs that push their vector and go on to common code. */
  private static final String COMMON =
      """
          1000:      	pushq	$0x3
          1002:      	jmp	0x1020 <common>
          1010:      	pushq	$0x8
          1012:      	jmp	0x1020 <common>
          1020:      	callq	0x1030 <dispatch>
          1025:      	iretq
          1030:      	cmpq	$0x8, %rdi
          1034:      	je	0x1038 <dispatch+0x8>
          1036:      	retq
          1038:      	hlt
          1039:      	jmp	0x1038 <dispatch+0x8>
      """;

  @Test
  void anInterruptReturnOfAllVectorsIsShared() {
    HandlerCode common = listing(COMMON).of(0x1010, Optional.empty(), seen(0x1000));
    HandlerCode own =
        listing(COMMON.replace("1002:      \tjmp\t0x1020 <common>", "1002:      \tiretq"))
            .of(0x1010, Optional.empty(), seen(0x1000));

    assertThat(common.interruptReturns()).isEqualTo(1);
    assertThat(common.shared()).isTrue();
    assertThat(own.shared()).isFalse();
    assertThat(listing(COMMON).of(0x1010, Optional.empty(), seen(0x1010)).shared())
        .as("the breakpoint's own handler proves nothing of itself")
        .isFalse();
  }

  @Test
  void whereNoReturnIsReachedFromTheHandlerRestsForGood() {
    assertThat(restsForGood(List.of(List.of(0x1038L)))).isTrue();
    assertThat(restsForGood(List.of(List.of(0x1030L)))).as("its end may be reached").isFalse();
    assertThat(restsForGood(List.of(List.of(0x1030L, 0x1039L))))
        .as("its caller goes round")
        .isTrue();
    assertThat(restsForGood(List.of(List.of(0x1030L, 0x1025L)))).as("its caller returns").isFalse();
    assertThat(restsForGood(List.of(List.of(0x1038L), List.of(0x1036L))))
        .as("once it does not")
        .isFalse();
    assertThat(
            listing(COMMON)
                .of(0x1010, Optional.empty(), new HandlerListing.Seen(List.of(), List.of(), false))
                .restsForGood())
        .as("it was never seen to rest")
        .isFalse();
  }

  private static boolean restsForGood(List<List<Long>> places) {
    return listing(COMMON)
        .of(0x1010, Optional.empty(), new HandlerListing.Seen(List.of(0x1000L), places, true))
        .restsForGood();
  }

  private static HandlerListing.Seen seen(long breakpoint) {
    return new HandlerListing.Seen(List.of(breakpoint), List.of(), false);
  }

  private static HandlerListing listing(String text) {
    HandlerListing listing = new HandlerListing();
    listing.add(text);
    return listing;
  }

  private static HandlerCode code(long entry, String text) {
    HandlerListing listing = new HandlerListing();
    listing.add(text);
    return listing.of(entry, Optional.empty(), HandlerListing.Seen.NOTHING);
  }
}
