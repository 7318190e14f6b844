use x86_64::instructions::segmentation::{Segment, CS};
use x86_64::structures::gdt::{Descriptor, GlobalDescriptorTable};
use x86_64::structures::tss::TaskStateSegment;
use x86_64::VirtAddr;

/// Which entry of the TSS's stack table double faults switch to.
pub const DOUBLE_FAULT_IST: u16 = 0;

const STACK_SIZE: usize = 5 * 0x1000;

static mut STACK: [u8; STACK_SIZE] = [0; STACK_SIZE];
static mut TSS: TaskStateSegment = TaskStateSegment::new();
static mut GDT: GlobalDescriptorTable = GlobalDescriptorTable::new();

/// Call once, with interrupts off, before the IDT is loaded.
pub fn init() {
    unsafe {
        // The stack grows down, so its top is one past the array's end.
        let top = VirtAddr::from_ptr(&raw const STACK) + STACK_SIZE as u64;
        TSS.interrupt_stack_table[DOUBLE_FAULT_IST as usize] = top;

        let gdt = &mut *(&raw mut GDT);
        let code = gdt.append(Descriptor::kernel_code_segment());
        gdt.append(Descriptor::tss_segment(&*(&raw const TSS)));

        gdt.load();
        CS::set_reg(code);
    }
}
