#!/usr/bin/env bash
# Builds what packs by bzip2 and xz as WebAssembly without imports, from the archives of their releases as Debian 12's
# source packages have them: build.sh bzip2_1.0.8.orig.tar.gz xz-utils_5.4.1.orig.tar.xz
# Of xz only liblzma is compiled, which is in the public domain. It needs what ../../programs/build.sh needs.
set -euo pipefail
bzip2=$(realpath "$1")
xz=$(realpath "$2")
cd "$(dirname "$0")"
here=$PWD
sha256sum --check --quiet <<EOF
ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269  $bzip2
5d9827aa1875b21c288f78864bb26d2650b436ea8d2cad364e4921eb6266a5a5  $xz
EOF

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/sysroot/include" "$work/sysroot/lib" "$work/bzip2" "$work/xz"
ln -s /usr/include/wasm32-wasi "$work/sysroot/include/wasm32-wasi"
ln -s /usr/lib/wasm32-wasi "$work/sysroot/lib/wasm32-wasi"
tar -xf "$bzip2" -C "$work/bzip2" --strip-components=1
tar -xf "$xz" -C "$work/xz" --strip-components=1
cp bzip2.c "$work/bzip2/packer.c"
cp xz.c "$work/xz/packer.c"
cp config.h "$work/xz"

# Compiles sources into one module: build NAME OPTIONS -- SOURCES
build() {
  local name=$1 options=() objects=()
  shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  cd "$work/$name"
  for source in "$@"; do
    clang-19 --target=wasm32-wasi --sysroot=../sysroot -O2 -w "${options[@]}" \
      -ffile-prefix-map="$work"=. -c "$source.c" -o "${source//\//_}.o"
    objects+=("${source//\//_}.o")
  done
  clang-19 --target=wasm32-wasi --sysroot=../sysroot -mexec-model=reactor -nostartfiles \
    -Wl,--strip-all -Wl,--no-entry "${objects[@]}" -o packer.wasm
  {
    echo "/** The module that packs by $name, in base64. build.sh makes this file. */"
    echo "export const $name ="
    echo "  '$(base64 --wrap=0 packer.wasm)';"
  } > "$here/${name}wasm.ts"
}

build bzip2 -DBZ_NO_STDIO -- packer blocksort huffman crctable randtable compress decompress bzlib

liblzma=src/liblzma
# Without threads it asks for the type of a set of signals, which WASI has not, and uses none.
build xz -DHAVE_CONFIG_H -D_WASI_EMULATED_SIGNAL -Dsigset_t=int '-Dsigprocmask(how,set,old)=0' -I. -I$liblzma/api -I$liblzma/common -I$liblzma/check -I$liblzma/lz -I$liblzma/rangecoder \
  -I$liblzma/lzma -I$liblzma/delta -I$liblzma/simple -Isrc/common -- \
  packer $liblzma/common/{common,block_util,easy_preset,filter_common,index,stream_flags_common,vli_size} \
  $liblzma/common/{block,block_header,easy,filter,filter_flags,index,stream,stream_flags,vli}_encoder \
  $liblzma/check/{check,crc32_table,crc32_fast,crc64_table,crc64_fast,sha256} $liblzma/lz/lz_encoder{,_mf} \
  $liblzma/lzma/{lzma_encoder,lzma_encoder_presets,lzma_encoder_optimum_fast,lzma_encoder_optimum_normal} \
  $liblzma/lzma/{fastpos_table,lzma2_encoder} $liblzma/rangecoder/price_table
