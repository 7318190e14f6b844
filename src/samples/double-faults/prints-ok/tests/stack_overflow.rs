#![no_std]
#![no_main]

use blog_os::{exit_qemu, hlt_loop, serial_print, serial_println, QemuExitCode};
use core::panic::PanicInfo;

#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    serial_print!("stack_overflow::stack_overflow...\t");

    blog_os::init();

    serial_println!("[ok]");
    exit_qemu(QemuExitCode::Success);
    hlt_loop()
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    blog_os::test_panic_handler(info)
}
