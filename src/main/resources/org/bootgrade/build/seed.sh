#!/bin/sh
# Compiles the dependencies alone, and leaves none of the seed's own objects behind.
#   seed.sh NAME
set -eu
cd src
cargo build --offline --lib
cd ..
own=$(echo "$1" | tr - _)
find target -depth \( -name "*$1*" -o -name "*$own*" -o -name incremental \) -exec rm -rf {} \;
