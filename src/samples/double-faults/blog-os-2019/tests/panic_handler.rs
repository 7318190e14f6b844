#![no_std]
#![no_main]

use blog_os::{exit_qemu, serial_print, serial_println, QemuExitCode};
use core::panic::PanicInfo;

#[no_mangle]
pub extern "C" fn _start() -> ! {
    serial_print!("panic_handler... ");
    panic!("on purpose");
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    match info.location() {
        Some(location) if location.file().ends_with("panic_handler.rs") => {
            serial_println!("[ok]");
            exit_qemu(QemuExitCode::Success);
        }
        _ => {
            serial_println!("[failed]");
            exit_qemu(QemuExitCode::Failed);
        }
    }
    loop {}
}
