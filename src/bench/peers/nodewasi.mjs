// node:wasi on a memory disk: the program, and a directory that is made anew.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [, , program, disk] = process.argv;
rmSync(disk, { recursive: true, force: true });
mkdirSync(disk, { recursive: true });
const wasi = new WASI({
  version: 'preview1',
  args: ['fsbench', '/tmp'],
  preopens: { '/tmp': disk },
});
const module = await WebAssembly.compile(readFileSync(program));
wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
rmSync(disk, { recursive: true, force: true });
