//! A write to an address that nobody mapped ends as a double fault, because
//! there is no page fault handler.
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
    serial_print!("double::wild_write... ");

    gdt::init();
    unsafe {
        let idt = &mut *(&raw mut IDT);
        idt.double_fault
            .set_handler_fn(on_double_fault)
            .set_stack_index(gdt::DOUBLE_FAULT_IST);
        idt.load();

        *(0xdeadbeef as *mut u8) = 42;
    }

    panic!("the write went through");
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
