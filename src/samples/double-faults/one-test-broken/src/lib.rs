#![no_std]
#![feature(abi_x86_interrupt)]

pub mod gdt;
pub mod idt;
pub mod qemu;
pub mod serial;
pub mod vga;

/// Everything the kernel needs before an exception may happen.
pub fn init() {
    gdt::init();
    idt::init();
}

/// The end of every road: wait for interrupts, forever.
pub fn halt() -> ! {
    loop {
        x86_64::instructions::hlt();
    }
}
