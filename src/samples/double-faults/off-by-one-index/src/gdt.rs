use x86_64::instructions::segmentation::{Segment, CS};
use x86_64::instructions::tables::load_tss;
use x86_64::structures::gdt::{Descriptor, GlobalDescriptorTable};
use x86_64::structures::tss::TaskStateSegment;
use x86_64::VirtAddr;

/// Which stack double faults switch to; the IST counts from 1.
pub const DOUBLE_FAULT_IST: u16 = 1;

const STACK_SIZE: usize = 5 * 0x1000;

static mut STACK: [u8; STACK_SIZE] = [0; STACK_SIZE];
static mut TSS: TaskStateSegment = TaskStateSegment::new();
static mut GDT: GlobalDescriptorTable = GlobalDescriptorTable::new();

/// Call once, with interrupts off, before the IDT is loaded.
pub fn init() {
    unsafe {
        // The stack grows down, so its top is one past the array's end.
        let top = VirtAddr::from_ptr(&raw const STACK) + STACK_SIZE as u64;
        TSS.interrupt_stack_table[0] = top;

        let gdt = &mut *(&raw mut GDT);
        let code = gdt.append(Descriptor::kernel_code_segment());
        let tss = gdt.append(Descriptor::tss_segment(&*(&raw const TSS)));

        gdt.load();
        CS::set_reg(code);
        load_tss(tss);
    }
}
