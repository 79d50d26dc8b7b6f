/** What a task's scripts and tests ask for that is not here, found before anything runs. */

export interface Need {
  /** What is lacking, as a person would say it. */
  readonly what: string;
  /** Which file asks for it. */
  readonly where: string;
}

/** Commands that cannot be had here, by what they stand for. */
const lacking: { readonly [what: string]: readonly string[] } = {
  'packages of an operating system': [
    'apt',
    'apt-get',
    'apk',
    'dnf',
    'dpkg',
    'pacman',
    'yum',
    'brew',
    'snap',
  ],
  'packages of Python': ['pip', 'pip3', 'pipx', 'uv', 'uvx', 'conda', 'poetry'],
  'packages of JavaScript': ['npm', 'npx', 'pnpm', 'yarn', 'bun'],
  'the network': ['curl', 'wget', 'git', 'ssh', 'scp', 'rsync', 'nc', 'ping', 'dig'],
  'a compiler of another language': [
    'cargo',
    'rustc',
    'go',
    'javac',
    'mvn',
    'gradle',
    'ghc',
    'dotnet',
    'swift',
  ],
  'a native C toolchain': ['gcc', 'g++', 'make', 'cmake', 'ld', 'gdb'],
  'another runtime': ['node', 'java', 'perl', 'php', 'R', 'Rscript', 'lua', 'deno'],
  'a server or a database': [
    'docker',
    'nginx',
    'postgres',
    'psql',
    'mysql',
    'redis-server',
    'redis-cli',
    'mongod',
    'systemctl',
    'service',
    'sshd',
  ],
  'the rights of root': ['sudo', 'su', 'mount', 'iptables', 'useradd', 'adduser', 'modprobe'],
  'a terminal of a person': ['tmux', 'screen', 'vim', 'nano', 'asciinema'],
};

/** Programs that a person installs from the catalogue: what they are there as. */
const installable: { readonly [command: string]: string } = {
  python: 'Python',
  python3: 'Python',
  pytest: 'Python',
  ruby: 'Ruby',
  clang: 'clang',
  cc: 'clang',
};

const byCommand = new Map(
  Object.entries(lacking).flatMap(([what, commands]) =>
    commands.map((command) => [command, what] as const),
  ),
);

/** Of Python's own modules, those that its build for WASI has not; and those that it has and that cannot work there. */
const withoutModules: ReadonlySet<string> = new Set(
  'ctypes curses ensurepip fcntl grp lzma mmap multiprocessing ossaudiodev pty pwd readline resource spwd ssl syslog termios tkinter tty venv webbrowser'.split(
    ' ',
  ),
);
const idleModules: ReadonlySet<string> = new Set(['socketserver', 'threading']);

const modules: ReadonlySet<string> = new Set(
  `__future__ abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cmath cmd code
codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv dataclasses
datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler filecmp fileinput fnmatch fractions ftplib
functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress
itertools json keyword linecache locale logging mailbox marshal math mimetypes modulefinder netrc numbers opcode operator
optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats py_compile
pyclbr pydoc queue quopri random re reprlib runpy sched secrets select selectors shelve shlex shutil signal site smtplib
socket sqlite3 stat statistics string stringprep struct symtable sys sysconfig tabnanny tarfile tempfile textwrap time timeit
token tokenize tomllib trace traceback tracemalloc types typing unicodedata unittest urllib uuid warnings wave weakref wsgiref
xml xmlrpc zipapp zipfile zipimport zlib zoneinfo pytest`.split(/\s+/),
);

/** Words that stand before a command. */
const before: ReadonlySet<string> = new Set(
  '! case do elif else env exec exit if nohup then time until while'.split(' '),
);

/** What stands where the shell looks for a command. */
function commandsOf(code: string): string[] {
  return code.split(/[\n;&|(){}`]/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const word = words.find((each) => !before.has(each) && !/^[A-Za-z_]\w*=/.test(each));
    return word && /^[A-Za-z][\w.+-]*$/.test(word) ? [word] : [];
  });
}

/** Of a script; `has` says which commands there are. */
export function needsOfScript(
  text: string,
  where: string,
  has: (command: string) => boolean,
): Need[] {
  const found = new Map<string, Need>();
  for (const command of commandsOf(withoutText(text))) {
    if (has(command)) continue;
    const install = Object.hasOwn(installable, command) ? installable[command] : undefined;
    const what = install ? `${install} (install it from the catalogue)` : byCommand.get(command);
    if (what !== undefined) found.set(what, { what: `${what}: ${command}`, where });
  }
  return [...found.values()];
}

/** Of a Python file; `local` names the modules that lie beside it. */
export function needsOfPython(text: string, where: string, local: ReadonlySet<string>): Need[] {
  // Where it looks for modules it says itself: they are the task's, or the agent's.
  const looksElsewhere = /\bsys\.path\b/.test(text);
  const found = new Map<string, Need>();
  for (const module of importsOf(text)) {
    if (local.has(module)) continue;
    const what = lackOf(module, looksElsewhere);
    if (what !== undefined) found.set(module, { what, where });
  }
  return [...found.values()];
}

/** Modules, in the order in which they are named. */
function importsOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const from = /^\s*from\s+(\w+)[\w.]*\s+import\b/.exec(line)?.[1];
    if (from !== undefined) return [from];
    const names = /^\s*import\s+(.+)$/.exec(line)?.[1] ?? '';
    return names.split(',').flatMap((name) => /^\s*(\w+)/.exec(name)?.[1] ?? []);
  });
}

function lackOf(module: string, looksElsewhere: boolean): string | undefined {
  if (module === 'subprocess') return 'processes from Python: subprocess';
  if (idleModules.has(module)) return `threads from Python: ${module}`;
  if (withoutModules.has(module)) return `a module of Python that WASI has not: ${module}`;
  return modules.has(module) || looksElsewhere ? undefined : `a Python package: ${module}`;
}

/** A script without comments, quoted texts and here-documents. */
function withoutText(text: string): string {
  const lines: string[] = [];
  let until: string | undefined;
  for (const line of text.split('\n')) {
    if (until !== undefined) {
      if (line.trim() === until) until = undefined;
      continue;
    }
    until = /<<-?\s*["']?(\w+)["']?/.exec(line)?.[1];
    lines.push(line.replace(/(^|\s)#.*$/, '$1'));
  }
  return lines
    .join('\n')
    .replace(/'[^']*'/g, "''")
    .replace(/"(?:[^"\\$`]|\\.)*"/g, '""');
}
