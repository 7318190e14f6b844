#![no_std]
#![no_main]

use core::panic::PanicInfo;
use osirs::{halt, println, serial_println};

#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    osirs::init();
    println!("osirs");
    serial_println!("osirs: tables are loaded");

    x86_64::instructions::interrupts::int3();

    serial_println!("osirs: back from the breakpoint, nothing left to do");
    halt()
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    serial_println!("{}", info);
    halt()
}
