#!/usr/bin/env bash
# Builds jq with its regular expressions (Oniguruma) for WASI preview1 from the archive of its release, as Debian's source
# package `jq` has it: build.sh jq_1.8.2.orig.tar.gz [FOLDER], by default into public/bin.
# It needs what ../build.sh needs.
set -euo pipefail
archive=$(realpath "$1")
cd "$(dirname "$0")"
out=$(realpath "${2:-../../../public/bin}")
echo "71b8d6e8f5fe81f6c6d0d110e3892251f6ce76ed095abd315e26e6e1193af3af  $archive" | sha256sum --check --quiet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/sysroot/include" "$work/sysroot/lib"
ln -s /usr/include/wasm32-wasi "$work/sysroot/include/wasm32-wasi"
ln -s /usr/lib/wasm32-wasi "$work/sysroot/lib/wasm32-wasi"
cp pthread.h config.h posix.c "$work"
cd "$work"
tar -xzf "$archive" --strip-components=1

# As the Makefile of jq makes them.
od -v -A n -t o1 src/builtin.jq | sed 's/ \([0-7]*\)/0\1,/g' > src/builtin.inc
echo '#define JQ_CONFIG "wasm32-wasi"' > src/config_opts.inc
# Its own tests start threads.
echo 'int jq_testsuite(void *dirs, int verbose, int argc, char **argv) { return 2; }' > src/jq_test.c

onig=vendor/oniguruma/src
objects=()
for source in src/{builtin,bytecode,compile,execute,jv,jv_alloc,jv_aux,jv_dtoa,jv_file,jv_parse,jv_print,jv_unicode,jq_test} \
  src/{linker,locfile,util,jv_dtoa_tsd,lexer,parser,main} vendor/decNumber/dec{Context,Number} posix \
  $onig/{regparse,regcomp,regexec,regenc,regerror,regext,regsyntax,regtrav,regversion,st,reggnu,onig_init} \
  $onig/{unicode,unicode_unfold_key,unicode_fold1_key,unicode_fold2_key,unicode_fold3_key,ascii,utf8}; do
  clang-19 --target=wasm32-wasi --sysroot=sysroot -O2 -w -include config.h -DHAVE_CONFIG_H \
    -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_GETPID -I. -Isrc -I$onig -Ivendor -Ivendor/decNumber \
    -ffile-prefix-map="$work"=. -c "$source.c" -o "$source.o"
  objects+=("$source.o")
done
# A stack that holds data nested some five thousand deep: no deeper than the stack of a worker of a browser lets it go.
clang-19 --target=wasm32-wasi --sysroot=sysroot -Wl,--strip-all -Wl,--stack-first -Wl,-z,stack-size=8388608 \
  -Wl,--wrap=__wasilibc_find_relpath -Wl,--wrap=__wasi_fd_write "${objects[@]}" \
  -lwasi-emulated-signal -lwasi-emulated-getpid -o "$out/jq.wasm"
