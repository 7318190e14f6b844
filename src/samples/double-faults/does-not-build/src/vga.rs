use core::fmt::{self, Write};
use spin::Mutex;
use volatile::Volatile;

const ROWS: usize = 25;
const COLS: usize = 80;
const VGA: usize = 0xb8000;
/// Light green on black.
const COLOR: u16 = 0x0a00;

type Screen = [[Volatile<u16>; COLS]; ROWS];

struct Cursor {
    row: usize,
    col: usize,
}

static CURSOR: Mutex<Cursor> = Mutex::new(Cursor { row: 0, col: 0 });

impl Cursor {
    fn put(&mut self, byte: u8) {
        let screen = unsafe { &mut *(VGA as *mut Screen) };
        if byte == b'\n' || self.col == COLS {
            self.col = 0;
            self.row = (self.row + 1) % ROWS;
            for cell in screen[self.row].iter_mut() {
                cell.write(COLOR | b' ' as u16);
            }
        }
        if byte != b'\n' {
            screen[self.row][self.col].write(COLOR | byte as u16);
            self.col += 1;
        }
    }
}

impl Write for Cursor {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        s.bytes().for_each(|byte| self.put(byte));
        Ok(())
    }
}

#[doc(hidden)]
pub fn _print(args: fmt::Arguments) {
    CURSOR.lock().write_fmt(args).unwrap();
}

#[macro_export]
macro_rules! println {
    ($($arg:tt)*) => ($crate::vga::_print(format_args!("{}\n", format_args!($($arg)*))));
}
