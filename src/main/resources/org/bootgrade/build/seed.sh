#!/bin/sh
# Compiles the dependencies alone, and leaves none of the seed's own objects behind.
#   seed.sh NAME SEED
# In SEED are then "large", what cargo and the compiler only read and what is not worth a copy each time, and "small".
set -eu
seed=$2
cd src
cargo build --offline --lib
cd ..
own=$(echo "$1" | tr - _)
find target -depth \( -name "*$1*" -o -name "*$own*" -o -name incremental \) -exec rm -rf {} \;
mkdir -p "$seed/large"
mv target "$seed/small"
(cd "$seed/small" && find . -type f -size +64k \( -name '*.rlib' -o -name '*.rmeta' -o -name '*.so' -o -name 'build[-_]script[-_]build*' \)) |
  while IFS= read -r file; do
    mkdir -p "$seed/large/$(dirname "$file")"
    mv "$seed/small/$file" "$seed/large/$file"
  done
