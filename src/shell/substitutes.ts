/**
 * What does the job of a command that is not here. The shell says it after "command not found", in the same sentence, so that whoever
 * misses the command need not guess.
 */
const network = 'a request is a file below /cap/http where that is allowed: see man http';
const processes = 'ps lists processes, and kill ends one by its number';
const unported = 'it is not here, and nothing else does its job';

/** Names with spaces between them → what to do instead. */
const jobs: { readonly [names: string]: string } = {
  // The catalogue's: substitutes.test.ts compares.
  'cc clang flite pandoc python rg ruby wasm-ld':
    'the command "Install programs…" of the page installs it',
  'apk apt apt-get aptitude brew dnf dpkg pacman snap yum zypper':
    'a program is a WASI binary in /home/bin, and the command "Install programs…" of the page has some',
  'doas runuser su sudo': 'there is one user, who needs no other rights: run the command itself',
  'ed emacs ex micro nano nvim pico vi view vim':
    'change a file with sed, patch or a here-document, or in the page',
  'curl dig ftp http https lynx nslookup ping w3m wget': network,
  'nc ncat netcat socat telnet websocat':
    'a WebSocket is a file below /cap/ws where that is allowed: see man ws',
  'rsync scp sftp ssh': 'other computers are reached only through /cap: see man http',
  'at crontab initctl service systemctl':
    'there are no services: end a command with & to run it in the background',
  'docker kubectl podman': 'an environment is a namespace of its own: see man envs',
  'dmesg insmod lsblk lsmod modprobe umount':
    'there is no kernel of Linux: mount and unmount change the namespace, and ns shows it',
  'gdb lldb ltrace strace valgrind': 'the page shows each call of a program in its trace',
  'chgrp chown': 'files have no owners here',
  'htop pgrep pidof pkill pstree top': processes,
  nawk: 'use awk',
  'ack ag': 'use grep -r',
  fd: 'use find',
  bat: 'use cat',
  'dir vdir': 'use ls',
  'xdg-open': 'use open',
  'git hg svn': 'snapshots keep and compare states of files: see help snapshot',
  'ash csh dash fish ksh mksh tcsh yash zsh': 'use bash or sh',
  'python2 python3 pypy': 'use python',
  'pip pip3 pipx uv': 'python has its standard library alone: put modules into PYTHONPATH',
  'bundle gem': 'ruby has its standard library alone: put libraries into RUBYLIB',
  'c99 gcc tcc': 'use cc',
  'c++ clang++ g++ gfortran': 'cc compiles C alone',
  'cmake make ninja': 'write the commands as a script of bash',
  '7z rar unrar zstd': 'use tar, gzip, bzip2, xz or unzip',
  'gpg openssl': 'sha256sum and its like make sums; there is no encryption',
  'bun cargo deno go java javac lua mysql node nodejs npm npx perl php psql rustc sqlite3 yarn':
    unported,
};

const byName = new Map(
  Object.entries(jobs).flatMap(([names, job]) => names.split(' ').map((name) => [name, job])),
);

/** What to do instead of running a command that is not found; undefined where nothing is known. */
export const substituteFor = (name: string): string | undefined => byName.get(name);
