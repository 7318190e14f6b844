#![no_std]
#![no_main]
#![feature(custom_test_frameworks)]
#![test_runner(blog_os::test_runner)]
#![reexport_test_harness_main = "test_main"]

use blog_os::println;
use core::panic::PanicInfo;

// No init here: printing has to work right after boot.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    test_main();
    blog_os::hlt_loop()
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    blog_os::test_panic_handler(info)
}

#[test_case]
fn println_works_after_boot() {
    println!("printed by basic_boot");
}
