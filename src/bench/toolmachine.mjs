/**
 * Two machines with the same files, on which scripts run: one of this project under Node, whose shell has a thread of its
 * own as in the page, and the computer. Both tell the processor time, which others on the computer do not change as they
 * change the time on the clock.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(root, 'dist/tools');
const HOME = '/home';
const env = { HOME, LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: '/usr/bin:/bin' };
const never = new AbortController().signal;

function builtHost() {
  execFileSync(process.execPath, [join(root, 'src/bench/toolbuild.mjs'), OUT], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return import(pathToFileURL(join(OUT, 'host.js')).href);
}

export class OwnMachine {
  #kernel;
  #process;
  #fds;
  #said = new Heard(() => this.#read());

  static async start() {
    const { makeKernel } = await builtHost();
    const machine = new OwnMachine();
    machine.#kernel = makeKernel();
    machine.#process = machine.#kernel.processes.attach('bench');
    await machine.#begin();
    return machine;
  }

  async #begin() {
    const flags = { create: true };
    for (const [kind, at] of [
      ['mem', '/'],
      ['dev', '/dev'],
      ['proc', '/proc'],
    ])
      await this.#call('mount', { spec: { kind }, at, flags });
    for (const path of ['/bin', '/tmp', HOME]) await this.#folder(path);
    await this.write('../bin/bash', Buffer.from('#!oanix:shell\n'));
    const stdio = ['plain pipe', 'plain pipe', 'plain pipe'];
    const config = { args: ['bash'], cwd: HOME, env, stdio };
    this.#fds = await this.#call('spawn', { program: '/bin/bash', config });
    await this.run('exec 2>&1');
  }

  #call(operation, args) {
    return this.#kernel.call(this.#process, operation, args, never);
  }

  async #folder(path) {
    await this.#call('mkdir', { dir: -1, path }).catch(({ code }) => {
      if (code !== 'EEXIST') throw new Error(code);
    });
  }

  async write(name, bytes) {
    const path = join(HOME, name);
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1))
      await this.#folder(path.slice(0, at));
    const data = new Uint8Array(bytes);
    await this.#call('writeFile', { dir: -1, path, data, append: false, exclusive: false });
  }

  async read(name) {
    const { data } = await this.#call('readFile', { dir: -1, path: join(HOME, name) });
    return Buffer.from(data);
  }

  /** Runs a script in a shell that has run others before. */
  async run(script) {
    const before = process.cpuUsage();
    const start = performance.now();
    const data = Buffer.from(`${script}\necho "ended $?"\n`);
    await this.#call('write', { fd: this.#fds.stdin, data });
    const [, status] = await this.#said.until(/ended (\d+)\n/);
    const { user, system } = process.cpuUsage(before);
    const elapsed = performance.now() - start;
    return { status: Number(status), total: (user + system) / 1000, elapsed };
  }

  async #read() {
    const { data } = await this.#call('read', { fd: this.#fds.stdout, count: 1 << 16 });
    if (data.length === 0) throw new Error('the shell has ended');
    return Buffer.from(data).toString();
  }
}

/** What a shell prints, as it comes. */
class Heard {
  #read;
  #text = '';

  constructor(read) {
    this.#read = read;
  }

  /** Takes what was printed up to now when it matches. */
  async until(pattern) {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found) {
        this.#text = '';
        return found;
      }
      this.#text += await this.#read();
    }
  }
}

/**
 * One bash that runs every script, started before this process holds much: the memory of a process that forks is
 * copied on the next write to each page, and that time would be counted as this project's.
 */
export class Computer {
  #folder = mkdtempSync('/tmp/oanix-bench-');
  #bash;
  #ended;
  #said = new Heard(() => this.#read());
  #spent = 0;

  constructor() {
    const stdio = ['pipe', 'pipe', 'inherit'];
    this.#bash = spawn('bash', { cwd: this.#folder, env, stdio });
    this.#bash.stdout.setEncoding('utf8');
    this.#ended = once(this.#bash, 'exit').then(([code]) => {
      throw new Error(`bash has ended with ${code}`);
    });
    this.#ended.catch(() => undefined);
  }

  end() {
    this.#bash.stdin.end();
    rmSync(this.#folder, { recursive: true });
  }

  write(name, bytes) {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }

  read(name) {
    return readFileSync(join(this.#folder, name));
  }

  async run(script) {
    const start = performance.now();
    this.#bash.stdin.write(`${script}\necho "ended $?"; times; echo .\n`);
    const [, status, times] = await this.#said.until(/ended (\d+)\n(.*)\.\n$/s);
    const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
    const seconds = parts.reduce((sum, [, min, sec]) => sum + 60 * Number(min) + Number(sec), 0);
    const total = (seconds - this.#spent) * 1000;
    this.#spent = seconds;
    return { status: Number(status), total, elapsed: performance.now() - start };
  }

  async #read() {
    const [text] = await Promise.race([once(this.#bash.stdout, 'data'), this.#ended]);
    return text;
  }
}
