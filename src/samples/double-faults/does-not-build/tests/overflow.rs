//! A stack overflow must be survived: the page fault it causes finds no stack,
//! and only the double fault handler brings its own.
#![no_std]
#![no_main]
#![feature(abi_x86_interrupt)]

use core::panic::PanicInfo;
use osirs::gdt;
use osirs::qemu::{qemu_quit, QEMU_FAIL, QEMU_PASS};
use osirs::{serial_print, serial_println};
use x86_64::structures::idt::{InterruptDescriptorTable, InterruptStackFrame};

static mut IDT: InterruptDescriptorTable = InterruptDescriptorTable::new();

#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    serial_print!("overflow::endless_recursion... ");

    gdt::init();
    unsafe {
        let idt = &mut *(&raw mut IDT);
        idt.double_fault
            .set_handler_fn(on_double_fault)
            .set_stack_index(gdt::DOUBLE_FAULT_IST);
        idt.load();
    }

    overflow(0);

    panic!("the recursion came to an end");
}

#[allow(unconditional_recursion)]
fn overflow(depth: usize) {
    overflow(depth.wrapping_add(1));
    // Read after the call, so that it can't become a jump.
    unsafe { (&raw const depth).read_volatile() };
}

extern "x86-interrupt" fn on_double_fault(_frame: InterruptStackFrame, code: u64) -> ! {
    assert_eq!(code, 0);
    serial_println!("[Pass]");
    qemu_quit(QEMU_PASS)
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    serial_println!("[Fail] {}", info);
    qemu_quit(QEMU_FAIL)
}
