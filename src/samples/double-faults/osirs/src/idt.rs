use crate::{gdt, halt, serial_println};
use x86_64::structures::idt::{InterruptDescriptorTable, InterruptStackFrame};

static mut IDT: InterruptDescriptorTable = InterruptDescriptorTable::new();

pub fn init() {
    unsafe {
        let idt = &mut *(&raw mut IDT);
        idt.breakpoint.set_handler_fn(breakpoint);
        idt.double_fault
            .set_handler_fn(double_fault)
            .set_stack_index(gdt::DOUBLE_FAULT_IST);
        idt.load();
    }
}

extern "x86-interrupt" fn breakpoint(frame: InterruptStackFrame) {
    serial_println!("breakpoint at {:#x}", frame.instruction_pointer);
}

extern "x86-interrupt" fn double_fault(frame: InterruptStackFrame, code: u64) -> ! {
    // The CPU pushes a zero for this vector, always.
    assert_eq!(code, 0);
    serial_println!("DOUBLE FAULT\n{:#?}", frame);
    halt()
}
