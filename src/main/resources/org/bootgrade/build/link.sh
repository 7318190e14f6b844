#!/bin/sh
# Makes a BIOS boot image from a kernel, as the boot loader's own build does it, from the objects kept in its kit.
#   link.sh KIT KERNEL MOST
# and prints it. One that is larger than MOST bytes is an error. What else is said goes to standard error.
set -eu
kit=$1 kernel=$2 most=$3

tool() {
  for candidate in "$rustlib/$1" "$(command -v "$1" || true)" $(ls -1 /usr/lib/llvm-*/bin/"$1" 2>/dev/null || true); do
    if [ -x "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
  echo "link.sh: no $1 in $rustlib or on PATH; install rustup's llvm-tools or Debian's llvm" >&2
  exit 3
}

# Asking the compiler takes as long as linking, so the kit remembers what it said.
rustlib=$(cat "$kit/rustlib")
[ -d "$rustlib" ] || rustlib=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
strip=$(tool llvm-objcopy)
lld=$(tool rust-lld)
# These do the same as LLVM's here, byte for byte, and start ten times as fast.
objcopy=$(command -v objcopy) || objcopy=$strip
size=$(command -v size) || size=$(tool llvm-size)

if [ "$("$size" "$kernel" | awk 'NR == 2 { print $1 }')" = 0 ]; then
  echo "error: the program has an empty text section; is there a #[no_mangle] pub extern \"C\" fn _start()?" >&2
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
image=$scratch/image
"$strip" --strip-debug "$kernel" "$scratch/kernel"
(cd "$scratch" && "$objcopy" -I binary -O elf64-x86-64 --binary-architecture=i386:x86-64 \
  --rename-section .data=.kernel \
  --redefine-sym _binary_kernel_start=_kernel_start_addr \
  --redefine-sym _binary_kernel_end=_kernel_end_addr \
  --redefine-sym _binary_kernel_size=_kernel_size \
  kernel kernel.o)
sed "s|@KERNEL@|$scratch/kernel.o|" "$kit/link.args" >"$scratch/link.args"
(cd "$kit" && "$lld" -flavor gnu "@$scratch/link.args" -o "$scratch/boot.elf")
"$objcopy" -I elf64-x86-64 -O binary --binary-architecture=i386:x86-64 "$scratch/boot.elf" "$image"
# The BIOS reads whole sectors.
truncate -s %512 "$image"

bytes=$(wc -c <"$image")
if [ "$bytes" -gt "$most" ]; then
  echo "error: the boot image has $bytes bytes; the limit is $most" >&2
  exit 1
fi
cat "$image"
