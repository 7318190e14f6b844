#!/bin/sh
# The steps that need the network. No code of a submission runs here, and none of its cargo configuration is there.
set -eu

library=$(rustc --print sysroot)/lib/rustlib/src/rust/library
if [ -f "$PWD/ca-certificates.crt" ]; then
  CARGO_HTTP_CAINFO=$PWD/ca-certificates.crt
  export CARGO_HTTP_CAINFO
fi

case $1 in
  resolve) # DIRECTORY: completes or makes the lock file
    cd "src/$2"
    cargo fetch
    ;;
  mend) # DIRECTORY PACKAGE VERSION
    cd "src/$2"
    cargo update --package "$3" --precise "$4"
    ;;
  fetch) # DIRECTORY: the crates, and those of the core library
    cd "src/$2"
    cargo fetch --locked
    cargo fetch --locked -Zbuild-std=core,alloc --target x86_64-unknown-none
    ;;
  bootloader) # VERSION: the crates that the boot loader itself is built from
    for sources in "$CARGO_HOME"/registry/src/*/"bootloader-$2"; do
      if [ -f "$sources/Cargo.lock" ]; then
        cp -r "$sources" bootloader
        chmod -R u+w bootloader
        cd bootloader
        cargo fetch --locked
        cargo fetch --locked -Zbuild-std=core --target x86_64-unknown-none
      fi
    done
    ;;
  keep) # LOCK-FILE ENTRY TEMPORARY-ENTRY
    cache=${CARGO_HOME%/crates}
    mkdir -p "$cache/$4"
    cp "$2" "$cache/$4/Cargo.lock"
    cp resolved.lock "$cache/$4/resolved.lock"
    # Whoever is first wins; both hold the same.
    mv -T "$cache/$4" "$cache/$3" 2>/dev/null || rm -rf "${cache:?}/$4"
    ;;
esac
