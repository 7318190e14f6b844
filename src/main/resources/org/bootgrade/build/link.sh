#!/bin/sh
# Makes BIOS boot images of kernels, as the boot loader's own build does it, from the objects kept in its kit.
#   link.sh KIT MOST FOLDER...
# Each folder holds a kernel, program.elf, and gets its image, program.img. Of each image are printed its size, on a line,
# and its bytes. One that is larger than MOST bytes is an error. What else is said goes to standard error.
set -eu
kit=$1 most=$2
shift 2

# Sets "tool" to the first program of these names that is there.
find_tool() {
  for name; do
    for tool in "$rustlib/$name" "$(command -v "$name" || true)" /usr/lib/llvm-*/bin/"$name"; do
      if [ -x "$tool" ]; then
        return
      fi
    done
  done
  echo "link.sh: no $1 in $rustlib or on PATH; install rustup's llvm-tools or Debian's llvm and lld" >&2
  exit 3
}

# Asking the compiler takes as long as linking, so the kit remembers what it said. Where programs are booted is none.
rustlib=$(cat "$kit/rustlib")
if [ ! -d "$rustlib" ] && command -v rustc >/dev/null; then
  rustlib=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
fi
find_tool llvm-objcopy
strip=$tool
find_tool rust-lld lld
lld=$tool
# These do the same as LLVM's here, byte for byte, and start ten times as fast.
find_tool objcopy llvm-objcopy
objcopy=$tool
find_tool size llvm-size
size=$tool

# A linker that a kernel keeps busy must not fill the disk.
ulimit -f $((most / 256))

for folder; do
  elf=$folder/program.elf image=$folder/program.img scratch=$folder/link
  if "$size" "$elf" | { read -r head && read -r text rest && [ "$text" = 0 ]; }; then
    echo "error: the program has an empty text section; is there a #[no_mangle] pub extern \"C\" fn _start()?" >&2
    exit 1
  fi
  mkdir "$scratch"
  "$strip" --strip-debug "$elf" "$scratch/kernel"
  (cd "$scratch" && exec "$objcopy" -I binary -O elf64-x86-64 --binary-architecture=i386:x86-64 \
    --rename-section .data=.kernel \
    --redefine-sym _binary_kernel_start=_kernel_start_addr \
    --redefine-sym _binary_kernel_end=_kernel_end_addr \
    --redefine-sym _binary_kernel_size=_kernel_size \
    kernel kernel.o)
  sed "s|@KERNEL@|$scratch/kernel.o|" "$kit/link.args" >"$scratch/link.args"
  (cd "$kit" && exec "$lld" -flavor gnu "@$scratch/link.args" -o "$scratch/boot.elf")
  "$objcopy" -I elf64-x86-64 -O binary --binary-architecture=i386:x86-64 "$scratch/boot.elf" "$image"
  rm -rf "$scratch"
  # The BIOS reads whole sectors.
  truncate -s %512 "$image"
  bytes=$(stat -c %s "$image")
  if [ "$bytes" -gt "$most" ]; then
    echo "error: the boot image has $bytes bytes; the limit is $most" >&2
    exit 1
  fi
  echo "$bytes"
  cat "$image"
done
