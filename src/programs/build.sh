#!/usr/bin/env bash
# Builds the programs with clang and wasi-libc (Debian: clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32)
# into the folder given, by default where they are committed: public/bin, and src/bench for fsbench.
# Programs of /bin also go into catalogue.ts with their sizes. jq/build.sh makes jq.wasm, from an archive.
set -euo pipefail
cd "$(dirname "$0")"
out=${1:-}
sysroot=$(mktemp -d)
trap 'rm -rf "$sysroot"' EXIT
mkdir -p "$sysroot/include" "$sysroot/lib"
ln -s /usr/include/wasm32-wasi "$sysroot/include/wasm32-wasi"
ln -s /usr/lib/wasm32-wasi "$sysroot/lib/wasm32-wasi"

build() { # source, target
  clang-19 --target=wasm32-wasi --sysroot="$sysroot" -O2 -Wall -Wextra -Werror -Wl,--strip-all \
    -ffile-prefix-map="$PWD"=. -o "$2" "$1"
}

bin=${out:-../../public/bin}
bench=${out:-../bench}
mkdir -p "$bin" "$bench"
for program in agent cat courier fetch hello-wasi hostile life stress sum wc; do
  build "$program.c" "$bin/$program.wasm"
done
build fsbench.c "$bench/fsbench.wasm"
build callbench.c "$bench/callbench.wasm"

[ -n "$out" ] && exit 0
{
  echo "/** The programs of /bin, as src/programs/build.sh made them: name and size in bytes. */"
  echo "export const programs: readonly { readonly name: string; readonly size: number }[] = ["
  for file in ../../public/bin/*.wasm; do
    echo "  { name: '$(basename "$file")', size: $(stat -c %s "$file") },"
  done
  echo "];"
} > catalogue.ts
