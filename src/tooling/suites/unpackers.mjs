/** What other tools make of an archive: each unpacks it into a directory, and says which files are damaged. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Content that is larger is not compared. */
const CONTENT_MAX = 1 << 26;

const tools = {
  bsdtar: (file, dir) => ['bsdtar', '-xf', file, '-C', dir],
  tar: (file, dir) => ['tar', '-xf', file, '-C', dir],
  unzip: (file, dir) => ['unzip', '-qqo', '-P', 'none', file, '-d', dir],
  '7z': (file, dir) => ['7z', 'x', '-y', '-pnone', '-bd', `-o${dir}`, file],
};

/** The tools that are installed. */
export const references = Object.keys(tools).filter(
  (name) => spawnSync('which', [name]).status === 0,
);

/** What a tool unpacks, with the names that it calls damaged. */
export function unpackedBy(tool, file) {
  const dir = fs.mkdtempSync(join(tmpdir(), 'oanix-suites-'));
  try {
    const [command, ...options] = tools[tool](file, dir);
    const { status, stderr, stdout } = spawnSync(command, options, {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    });
    const entries = {};
    walk(dir, '', entries);
    return { ok: status === 0, entries, damaged: damagedIn(`${stderr}\n${stdout}`) };
  } finally {
    spawnSync('chmod', ['-R', 'u+rwx', dir]);
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** The names in messages such as `a.txt: ZIP bad CRC` of bsdtar and ` a.txt  bad CRC` of unzip. */
function damagedIn(text) {
  const damage = /bad crc|crc failed|data error|truncated|decompression failed|damaged/i;
  return text
    .split('\n')
    .filter((line) => damage.test(line))
    .map(
      (line) =>
        /^(?:bsdtar: |x )?(.+?)(?:: | {2,}| : )/.exec(line.replace(/^ERROR: .*? : /, ''))?.[1] ??
        line,
    )
    .map((name) => name.trim());
}

/** Names on disk are bytes: paths are kept one character a byte, and told as UTF-8 where they are that. */
function walk(root, below, entries) {
  const place = (path) => Buffer.from(join(root, path), 'latin1');
  for (const name of fs.readdirSync(place(below), 'latin1')) {
    const path = below === '' ? name : `${below}/${name}`;
    const stat = fs.lstatSync(place(path), { bigint: true });
    const kind = kinds.find((each) => stat[each[1]]())?.[0] ?? 'other';
    const entry = { kind, size: Number(stat.size), mtime: Number(stat.mtimeNs / 1_000_000_000n) };
    entries[Buffer.from(path, 'latin1').toString('utf8')] = entry;
    if (kind === 'dir') {
      fs.chmodSync(place(path), 0o700);
      walk(root, path, entries);
    } else if (kind === 'symlink') entry.content = fs.readlinkSync(place(path));
    else if (kind === 'file' && stat.size <= CONTENT_MAX) {
      fs.chmodSync(place(path), 0o600);
      entry.content = createHash('sha256')
        .update(fs.readFileSync(place(path)))
        .digest('hex');
    }
  }
}

const kinds = [
  ['dir', 'isDirectory'],
  ['symlink', 'isSymbolicLink'],
  ['file', 'isFile'],
];
