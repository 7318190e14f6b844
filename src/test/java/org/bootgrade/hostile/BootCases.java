package org.bootgrade.hostile;

import java.util.ArrayList;
import java.util.List;

/** Kernels that flood, reset, fault, or drive devices in odd ways. */
final class BootCases {

  private static final String FLOOD =
      "QEMU ends at a file size; of what a guest prints a part is kept.";
  private static final String TIME = "A boot is limited in the guest's own time.";
  private static final String RESET =
      "A reset ends the boot as submitted, and is seen from outside.";
  private static final String DEVICES =
      "The machine has no device that reaches the host: no network, no shared folder, a disk of its own.";
  private static final String OUTSIDE =
      "Judgement rests on the exception log and the debugger, which lie outside of the guest.";
  private static final String ESCAPED = "Reports escape all that a guest prints.";

  /** Gates of ports, for kernels that have none. */
  private static final String PORTS =
      """
          fn out8(port: u16, value: u8) { unsafe { x86_64::instructions::port::Port::new(port).write(value) } }
          fn out16(port: u16, value: u16) { unsafe { x86_64::instructions::port::Port::new(port).write(value) } }
          fn out32(port: u16, value: u32) { unsafe { x86_64::instructions::port::Port::new(port).write(value) } }
          fn in8(port: u16) -> u8 { unsafe { x86_64::instructions::port::Port::new(port).read() } }
          fn in32(port: u16) -> u32 { unsafe { x86_64::instructions::port::Port::new(port).read() } }
      """;

  private BootCases() {}

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    floods(all);
    resets(all);
    faults(all);
    devices(all);
    memory(all);
    watching(all);
    return all;
  }

  private static HostileCase goesOn(String id, String attempts, String guard, String statements) {
    return HostileCase.of(id, attempts, guard, Tree.right().inKernel(PORTS + statements));
  }

  private static HostileCase ends(String id, String attempts, String guard, String statements) {
    return HostileCase.of(id, attempts, guard, Tree.right().kernelEndsWith(PORTS + statements));
  }

  /** A kernel that does this and nothing else. */
  private static HostileCase only(String id, String attempts, String guard, String statements) {
    return HostileCase.of(id, attempts, guard, Tree.right().kernelBeginsWith(PORTS + statements));
  }

  private static void floods(List<HostileCase> all) {
    all.add(
        ends(
            "serial-flood",
            "Its kernel, all right otherwise, prints over serial for ever.",
            FLOOD,
            "    loop { out8(0x3f8, b'x'); }\n"));
    all.add(
        only(
                "serial-flood-at-once",
                "Its kernel prints over serial for ever and never initialises anything.",
                FLOOD,
                "    loop { out8(0x3f8, b'x'); }\n")
            .with(Outcomes.KERNEL_NOT_OBSERVED));
    all.add(
        ends(
            "screen-flood",
            "Its kernel prints to the screen for ever.",
            TIME,
            "    loop { println!(\"flood\"); }\n"));
    all.add(
        ends(
            "exit-port-flood",
            "Its kernel writes every value but a passing one to the ports around the exit port for ever.",
            OUTSIDE,
            "    loop { for p in 0xf5..0xff { out8(p, 0x10); } for p in [0x402u16, 0xe9, 0x80] { out8(p, b'k'); } }\n"));
    all.add(
        goesOn(
                "markup",
                "Its kernel prints codes for terminals, markup, and formulas.",
                ESCAPED,
                """
                    for _ in 0..200 {
                        blog_os::serial_println!("\\x1b[2J\\x1b]0;title\\x07<script>alert('hostile')</script><img src=x onerror=alert(1)>");
                        blog_os::serial_println!("=HYPERLINK(\\"http://127.0.0.1:@TCP@\\")\\r\\n+1+cmd|' /C calc'!A0,\\"\\"\\n{{7*7}}${{7*7}}");
                    }
                """)
            .saying("<script>alert('hostile')</script>"));
    all.add(
        HostileCase.of(
                "markup-in-reasons",
                "Its test prints markup, codes and formulas in place of a pass text, which the reason of its failure tells.",
                ESCAPED,
                Tree.right()
                    .replace(
                        "tests/stack_overflow.rs",
                        "    serial_println!(\"[ok]\");\n",
                        "    serial_println!(\"=1+1\\x1b[2J\\x1b]0;t\\x07<script>alert(1)</script><img src=x>\");\n"))
            .with(Outcomes.TEST_FAILS)
            .saying("<img src=x>"));
  }

  private static void resets(List<HostileCase> all) {
    all.add(
        only(
                "reset-by-chipset",
                "Its kernel resets the machine by port 0xcf9, again and again.",
                RESET,
                "    loop { out8(0xcf9, 2); out8(0xcf9, 6); }\n")
            .with(Outcomes.KERNEL_FAILS));
    all.add(
        only(
                "reset-by-keyboard-controller",
                "Its kernel resets the machine by the keyboard controller.",
                RESET,
                "    loop { out8(0x64, 0xfe); }\n")
            .with(Outcomes.KERNEL_FAILS));
    all.add(
        only(
                "reset-by-fast-port",
                "Its kernel resets the machine by port 0x92.",
                RESET,
                "    loop { let v = in8(0x92); out8(0x92, v | 1); }\n")
            .with(Outcomes.KERNEL_FAILS));
    all.add(
        only(
                "reset-by-empty-idt",
                "Its kernel loads an empty IDT and faults: a triple fault, at every start.",
                RESET,
                """
                    let nothing: [u8; 10] = [0; 10];
                    core::arch::asm!("lidt [{}]", "int3", in(reg) &nothing);
                    loop {}
                """)
            .with(Outcomes.KERNEL_FAILS)
            .covers());
    all.add(
        only(
                "power-off",
                "Its kernel switches the machine off.",
                RESET,
                "    loop { out16(0x604, 0x2000); out16(0xb004, 0x2000); }\n")
            .with(Outcomes.KERNEL_NOT_OBSERVED));
    all.add(
        goesOn(
            "sleep-states",
            "Its kernel asks for sleep states of the power management.",
            DEVICES,
            "    for kind in 1..8u16 { out16(0x604, kind << 10); } for kind in 1..8u16 { out16(0x604, kind << 10 | 0x2000 & 0); }\n"));
  }

  private static void faults(List<HostileCase> all) {
    all.add(
        ends(
            "exception-storm",
            "Its kernel executes breakpoints for ever.",
            TIME,
            "    loop { core::arch::asm!(\"int3\"); }\n"));
    all.add(
        ends(
            "halted-for-ever",
            "Its kernel halts with interrupts off.",
            TIME,
            "    loop { core::arch::asm!(\"cli\", \"hlt\"); }\n"));
    all.add(
        ends(
            "spins",
            "Its kernel spins for ever.",
            TIME,
            "    loop { core::hint::spin_loop(); }\n"));
    all.add(
        ends(
            "empty-loop",
            "Its kernel ends in a loop without any instruction.",
            TIME,
            "    core::arch::asm!(\"2: jmp 2b\", options(noreturn));\n"));
    all.add(
        only(
                "unmaps-itself",
                "Its kernel loads page tables that map nothing, itself neither.",
                RESET,
                "    core::arch::asm!(\"mov cr3, {}\", in(reg) 0x7000_000u64);\n    loop {}\n")
            .with(Outcomes.KERNEL_TRIPLE_FAULTS));
    all.add(
        only(
                "leaves-long-mode",
                "Its kernel goes to the compatibility mode of 32 bits with a segment that is not there.",
                OUTSIDE,
                "    core::arch::asm!(\"push 0x1b\", \"push 0x1000\", \"retfq\", options(noreturn));\n")
            .with(Outcomes.KERNEL_TRIPLE_FAULTS));
    all.add(
        HostileCase.of(
                "entry-nonsense",
                "The ELF file of its kernel says that it begins where nothing is.",
                RESET,
                Tree.right()
                    .replace(
                        ".cargo/config.toml",
                        "[build]\n",
                        "[build]\nrustflags = [\"-Clink-arg=-e0x123456789000\"]\n"))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("empty text section"));
  }

  private static void devices(List<HostileCase> all) {
    all.add(
        goesOn(
            "reprograms-timers",
            "Its kernel reprograms PIT and clock, and masks or moves every interrupt.",
            OUTSIDE,
            """
                out8(0x43, 0x34); out8(0x40, 1); out8(0x40, 0);
                out8(0x43, 0xb6); out8(0x42, 1); out8(0x42, 0); out8(0x61, 3);
                for (r, v) in [(0x0au8, 0x23u8), (0x0b, 0xff), (0x00, 0x99)] { out8(0x70, r | 0x80); out8(0x71, v); }
                for (p, v) in [(0x20u16, 0x11u8), (0xa0, 0x11), (0x21, 8), (0xa1, 8), (0x21, 4), (0xa1, 2), (0x21, 1), (0xa1, 1), (0x21, 0xff), (0xa1, 0xff)] { out8(p, v); }
            """));
    all.add(
        goesOn(
            "moves-devices",
            "Its kernel switches off or moves every PCI device, bridges and the disk's controller among them.",
            DEVICES,
            """
                for device in 0..32u32 { for function in 0..8u32 {
                    let at = 0x8000_0000 | device << 11 | function << 8;
                    out32(0xcf8, at);
                    if in32(0xcfc) & 0xffff == 0xffff { continue; }
                    for register in [4u32, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x30, 0x3c, 0x40, 0x58, 0x80] {
                        if device == 1 && function == 3 || device == 2 { continue; }
                        out32(0xcf8, at | register); out32(0xcfc, 0);
                    }
                } }
            """));
    all.add(
        goesOn(
            "disk-commands",
            "Its kernel overwrites its disk sector after sector and sends the controller nonsense.",
            DEVICES,
            """
                for sector in 0..600u32 {
                    out8(0x1f6, 0xe0 | (sector >> 24) as u8); out8(0x1f2, 1);
                    out8(0x1f3, sector as u8); out8(0x1f4, (sector >> 8) as u8); out8(0x1f5, (sector >> 16) as u8);
                    out8(0x1f7, 0x30);
                    for _ in 0..100 { if in8(0x1f7) & 8 != 0 { break; } }
                    for word in 0..256u16 { out16(0x1f0, word); }
                }
                for command in 0..=255u8 { out8(0x1f6, 0xe0); out8(0x1f7, command); out8(0x177, command); }
            """));
    all.add(
        goesOn(
            "odd-ports",
            "Its kernel reads the firmware's configuration, toggles the A20 line, and reads the graphics card.",
            DEVICES,
            """
                for item in 0..0x60u16 { out16(0x510, item); for _ in 0..64 { in8(0x511); } }
                let a20 = in8(0x92) & !1; out8(0x92, a20 & !2); out8(0x92, a20 | 2);
                for port in (0x3b0..0x3e0u16).filter(|p| !(0x3b8..0x3c0).contains(p)) { in8(port); }
            """));
    all.add(
        goesOn(
            "management-interrupts",
            "Its kernel raises system management interrupts by port 0xb2.",
            OUTSIDE,
            "    for value in 0..=255u8 { out8(0xb3, value); out8(0xb2, value); }\n"));
    all.add(
        goesOn(
            "debug-ports",
            "Its kernel writes megabytes to ports that other machines print or debug by.",
            DEVICES,
            "    for i in 0..100_000u32 { out8(0x402, i as u8); out8(0xe9, i as u8); out8(0x80, i as u8); out8(0x2f8, i as u8); }\n"));
    all.add(
        goesOn(
            "every-port-read",
            "Its kernel reads every port of the machine.",
            DEVICES,
            "    for port in 0..=0xffffu16 { in8(port); }\n"));
  }

  private static void memory(List<HostileCase> all) {
    all.add(
        physical(
                "switches-off-alarm",
                "Its kernel finds the machine's HPET and reprograms and stops every timer of it.",
                OUTSIDE,
                """
                let hpet = (offset + 0xfed0_0000) as *mut u64;
                for _ in 0..100 {
                    for timer in 0..3 { hpet.add(0x20 + timer * 4).write_volatile(0); hpet.add(0x21 + timer * 4).write_volatile(u64::MAX); hpet.add(0x22 + timer * 4).write_volatile(0); }
                    hpet.add(2).write_volatile(0);
                    hpet.add(0x1e).write_volatile(0);
                }
            """)
            .with(Outcomes.KERNEL_NOT_OBSERVED)
            .saying("keeps the machine's clock from stopping it"));
    all.add(
        physical(
            "switches-off-apic",
            "Its kernel masks, moves and switches off the local and the I/O APIC.",
            OUTSIDE,
            """
                let apic = (offset + 0xfee0_0000) as *mut u32;
                for register in [0x320usize, 0x330, 0x340, 0x350, 0x360, 0x370] { apic.add(register / 4).write_volatile(0x1_0000); }
                apic.add(0xf0 / 4).write_volatile(0xff);
                let io = (offset + 0xfec0_0000) as *mut u32;
                for pin in 0..24u32 { io.write_volatile(0x10 + 2 * pin); io.add(4).write_volatile(0x1_0000); }
            """));
    all.add(
        physical(
            "overwrites-firmware",
            "Its kernel overwrites what the firmware keeps in the first megabyte.",
            OUTSIDE,
            """
                for address in (0x400..0x500u64).step_by(8).chain((0x9_fc00..0xa_0000u64).step_by(8)) { ((offset + address) as *mut u64).write_volatile(0xdead_beef); }
                for address in (0xe_0000..0x10_0000u64).step_by(8) { ((offset + address) as *mut u64).write_volatile(0xdead_beef); }
            """));
  }

  /** A kernel whose boot loader maps all of the physical memory at an offset. */
  private static HostileCase physical(String id, String attempts, String guard, String statements) {
    return HostileCase.of(
        id,
        attempts,
        guard,
        Tree.right()
            .replace(
                "Cargo.toml",
                "bootloader = \"0.9.35\"\n",
                "bootloader = { version = \"0.9.35\", features = [\"map_physical_memory\"] }\n")
            .inKernel(PORTS + "    let offset = info.physical_memory_offset;\n" + statements)
            .replace(
                "src/main.rs",
                "fn _start() -> !",
                "fn _start(info: &'static bootloader::BootInfo) -> !"));
  }

  private static void watching(List<HostileCase> all) {
    all.add(
        HostileCase.of(
            "looks-for-a-debugger",
            "Its kernel looks for a debugger in its own code, the debug registers and the clock, and misbehaves if it finds one.",
            OUTSIDE,
            Tree.right()
                .inKernel(
                    """
                        let code = blog_os::hlt_loop as *const u8;
                        let mut traps = 0;
                        for i in 0..16 { if code.add(i).read_volatile() == 0xcc && i < 4 { traps += 1; } }
                        let dr7: u64;
                        core::arch::asm!("mov {}, dr7", out(reg) dr7);
                        let before = core::arch::x86_64::_rdtsc();
                        for i in 0..1000 { core::hint::black_box(i); }
                        let slow = core::arch::x86_64::_rdtsc() - before > 1_000_000_000;
                        if slow || traps > 0 || dr7 & 0xff != 0 {
                            core::arch::asm!("lidt [{}]", "int3", in(reg) &[0u8; 10]);
                        }
                    """)));
    all.add(
        HostileCase.of(
            "writes-debug-registers",
            "Its kernel sets breakpoints and the single step flag of its own.",
            OUTSIDE,
            Tree.right()
                .inKernel(
                    """
                        core::arch::asm!("mov dr0, {0}", "mov dr7, {1}", in(reg) 0x1234_5678u64, in(reg) 0x401u64);
                    """)));
    all.add(
        HostileCase.of(
            "model-specific-registers",
            "Its kernel reads and writes model specific registers of the processor.",
            OUTSIDE,
            Tree.right()
                .inKernel(
                    """
                        for register in [0x10u32, 0xc000_0081, 0xc000_0082, 0xc000_0084, 0xc000_0102] {
                            let (low, high): (u32, u32);
                            core::arch::asm!("rdmsr", in("ecx") register, out("eax") low, out("edx") high);
                            core::arch::asm!("wrmsr", in("ecx") register, in("eax") low, in("edx") high);
                        }
                    """)));
  }
}
