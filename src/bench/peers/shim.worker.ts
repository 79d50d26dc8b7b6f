/** browser_wasi_shim with its own tree in memory, and its files growing by doubling instead of by each write. */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';

const roomy = new WeakSet<ArrayBufferLike>();

function grow(file: File, end: number): void {
  const old = file.data;
  if (end <= old.byteLength) return;
  let buffer = old.buffer;
  if (!roomy.has(buffer) || end > buffer.byteLength) {
    buffer = new ArrayBuffer(Math.max(end, old.byteLength * 2));
    roomy.add(buffer);
    new Uint8Array(buffer).set(old);
  }
  file.data = new Uint8Array(buffer, 0, end) as typeof file.data;
}

const write = OpenFile.prototype.fd_write;
OpenFile.prototype.fd_write = function (data) {
  grow(this.file, Number(this.file_pos) + data.byteLength);
  return write.call(this, data);
};

self.onmessage = async ({ data: bytes }: MessageEvent<ArrayBuffer>) => {
  let out = '';
  const text = new TextDecoder();
  const print = new ConsoleStdout((part) => {
    out += text.decode(part, { stream: true });
  });
  const fds = [new OpenFile(new File([])), print, print, new PreopenDirectory('/', new Map())];
  const wasi = new WASI(['fsbench', '/'], [], fds, { debug: false });
  const { instance } = await WebAssembly.instantiate(bytes, {
    wasi_snapshot_preview1: wasi.wasiImport,
  });
  wasi.start(instance as Parameters<WASI['start']>[0]);
  self.postMessage(out);
};
