/** Runno's WASI with its map of files in memory. */
import { WASI } from '@runno/wasi';

self.onmessage = async ({ data: bytes }: MessageEvent<ArrayBuffer>) => {
  let out = '';
  const print = (text: string): void => {
    out += text;
  };
  const wasi = new WASI({
    args: ['fsbench', '/'],
    env: {},
    fs: {},
    stdout: print,
    stderr: print,
    stdin: () => null,
  });
  const wasm = await WebAssembly.instantiate(bytes, wasi.getImportObject() as WebAssembly.Imports);
  wasi.start(wasm);
  self.postMessage(out);
};
