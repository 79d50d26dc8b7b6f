/** The tools by their names. Each is loaded when it is first run. */
import type { Tool } from './host.ts';

type Load = () => Promise<Tool>;

const loads: Readonly<Record<string, Load>> = {
  arch: async () => (await import('./identity.ts')).arch,
  awk: async () => (await import('./awk/index.ts')).awk,
  b2sum: async () => (await import('./checksum.ts')).b2sum,
  base32: async () => (await import('./base.ts')).base32,
  base64: async () => (await import('./base.ts')).base64,
  basename: async () => (await import('./basename.ts')).basename,
  basenc: async () => (await import('./base.ts')).basenc,
  bunzip2: async () => (await import('./compress/unpack.ts')).bunzip2,
  bzcat: async () => (await import('./compress/unpack.ts')).bzcat,
  bzip2: async () => (await import('./compress/unpack.ts')).bzip2,
  cat: async () => (await import('./cat.ts')).cat,
  cksum: async () => (await import('./checksum.ts')).cksum,
  cmp: async () => (await import('./cmp.ts')).cmp,
  comm: async () => (await import('./comm.ts')).comm,
  cp: async () => (await import('./cp.ts')).cp,
  cut: async () => (await import('./cut.ts')).cut,
  date: async () => (await import('./date.ts')).date,
  diff: async () => (await import('./diff.ts')).diff,
  dirname: async () => (await import('./basename.ts')).dirname,
  egrep: async () => (await import('./grep.ts')).grep,
  env: async () => (await import('./env.ts')).env,
  expand: async () => (await import('./expand.ts')).expand,
  expr: async () => (await import('./expr.ts')).expr,
  fgrep: async () => (await import('./grep.ts')).grep,
  find: async () => (await import('./find/index.ts')).find,
  fold: async () => (await import('./fold.ts')).fold,
  gawk: async () => (await import('./awk/index.ts')).awk,
  grep: async () => (await import('./grep.ts')).grep,
  gunzip: async () => (await import('./compress/gzip.ts')).gunzip,
  gzip: async () => (await import('./compress/gzip.ts')).gzip,
  head: async () => (await import('./head.ts')).head,
  hostname: async () => (await import('./identity.ts')).hostname,
  id: async () => (await import('./identity.ts')).id,
  ln: async () => (await import('./ln.ts')).ln,
  ls: async () => (await import('./ls.ts')).ls,
  mawk: async () => (await import('./awk/index.ts')).awk,
  join: async () => (await import('./join.ts')).join,
  md5sum: async () => (await import('./checksum.ts')).md5sum,
  mkdir: async () => (await import('./mkdir.ts')).mkdir,
  mktemp: async () => (await import('./mktemp.ts')).mktemp,
  mv: async () => (await import('./mv.ts')).mv,
  nl: async () => (await import('./nl.ts')).nl,
  nproc: async () => (await import('./identity.ts')).nproc,
  od: async () => (await import('./od.ts')).od,
  paste: async () => (await import('./paste.ts')).paste,
  printenv: async () => (await import('./printenv.ts')).printenv,
  readlink: async () => (await import('./realpath.ts')).readlink,
  realpath: async () => (await import('./realpath.ts')).realpath,
  rev: async () => (await import('./rev.ts')).rev,
  rm: async () => (await import('./rm.ts')).rm,
  rmdir: async () => (await import('./mkdir.ts')).rmdir,
  sed: async () => (await import('./sed.ts')).sed,
  seq: async () => (await import('./seq.ts')).seq,
  sha1sum: async () => (await import('./checksum.ts')).sha1sum,
  sha224sum: async () => (await import('./checksum.ts')).sha224sum,
  sha256sum: async () => (await import('./checksum.ts')).sha256sum,
  sha384sum: async () => (await import('./checksum.ts')).sha384sum,
  sha512sum: async () => (await import('./checksum.ts')).sha512sum,
  shuf: async () => (await import('./shuf.ts')).shuf,
  sleep: async () => (await import('./sleep.ts')).sleep,
  sort: async () => (await import('./sort.ts')).sort,
  stat: async () => (await import('./stat.ts')).stat,
  tac: async () => (await import('./tac.ts')).tac,
  tail: async () => (await import('./tail.ts')).tail,
  tar: async () => (await import('./tar/index.ts')).tar,
  tee: async () => (await import('./tee.ts')).tee,
  timeout: async () => (await import('./timeout.ts')).timeout,
  touch: async () => (await import('./touch.ts')).touch,
  tr: async () => (await import('./tr.ts')).tr,
  tty: async () => (await import('./identity.ts')).tty,
  uname: async () => (await import('./identity.ts')).uname,
  unexpand: async () => (await import('./expand.ts')).unexpand,
  uniq: async () => (await import('./uniq.ts')).uniq,
  unzip: async () => (await import('./zip/unzip.ts')).unzip,
  unxz: async () => (await import('./compress/unpack.ts')).unxz,
  wc: async () => (await import('./wc.ts')).wc,
  whoami: async () => (await import('./identity.ts')).whoami,
  xargs: async () => (await import('./xargs.ts')).xargs,
  xz: async () => (await import('./compress/unpack.ts')).xz,
  xzcat: async () => (await import('./compress/unpack.ts')).xzcat,
  yes: async () => (await import('./yes.ts')).yes,
  zcat: async () => (await import('./compress/gzip.ts')).zcat,
};

const loaded = new Map<string, Promise<Tool>>();

export const toolNames: readonly string[] = Object.keys(loads);

/** A tool by its name; undefined where there is none. */
export function toolNamed(name: string): Promise<Tool> | undefined {
  if (!Object.hasOwn(loads, name)) return undefined;
  const known = loaded.get(name) ?? (loads[name] as Load)();
  loaded.set(name, known);
  // A failed load is tried again.
  known.catch(() => loaded.delete(name));
  return known;
}
