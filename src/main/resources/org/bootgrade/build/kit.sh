#!/bin/sh
# Compiles the boot loader once and keeps what its last link was made of.
#   kit.sh BOOTLOADER-SOURCES FEATURES MANIFEST KIT
set -eu
sources=$1 features=$2 manifest=$3 kit=$4

cp -r "$sources" bootloader
chmod -R u+w bootloader
# Its build wants a kernel; the object that it makes of this one is taken out again below.
echo 'void bootgrade_placeholder(void) { for (;;) ; }' >placeholder.c
cc -c placeholder.c -o placeholder.o
KERNEL=$PWD/placeholder.o
KERNEL_MANIFEST=$PWD/$manifest
CARGO_TARGET_DIR=$PWD/bootloader-target
export KERNEL KERNEL_MANIFEST CARGO_TARGET_DIR

cd bootloader
cargo rustc --offline --locked -Zbuild-std=core --bin bootloader --features "$features" --release \
  --target x86_64-bootloader.json -- --print link-args -C save-temps >../link.line
cd ..

rustlib=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
ar=$rustlib/llvm-ar
[ -x "$ar" ] || ar=llvm-ar

mkdir "$kit"
echo "$rustlib" >"$kit/rustlib"
cp bootloader/linker.ld "$kit/"
# The linker's command, one word a line: from the flavour on to the output file, which link.sh names itself.
tr ' ' '\n' <link.line | tr -d '"' | sed -n '/^-flavor$/,$p' | sed '1,2d' >words
skip=
while read -r word; do
  if [ -n "$skip" ]; then
    skip=
    continue
  fi
  case $word in
    -o | -L) skip=yes ;;
    */symbols.o) ;; # made by rustc for the link alone and gone by now; it holds nothing that a static image needs
    */libbootloader-*.rlib)
      name=$(basename "$word")
      cp "$word" "$kit/$name"
      "$ar" d "$kit/$name" kernel_bin-placeholder.o.o
      echo "$name"
      echo @KERNEL@
      ;;
    *.o | *.rlib)
      cp "$word" "$kit/"
      basename "$word"
      ;;
    *) echo "$word" ;;
  esac
done <words >"$kit/link.args"
grep -q '^@KERNEL@$' "$kit/link.args" || {
  echo "kit.sh: the boot loader's link has another form than expected: $(cat link.line)" >&2
  exit 3
}
