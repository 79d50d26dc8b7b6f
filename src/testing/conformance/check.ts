/** What a check of a file service is, and what the checks share. */
import { type Errno, FsError } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import {
  type FileHandle,
  type FileService,
  mutations,
  never,
  type OptionalMethod,
} from '../../kernel/service.ts';

/** What a service that does everything offers. */
export const everything: readonly OptionalMethod[] = [...mutations, 'readlink', 'sync'];

export interface Subject {
  /** A new service for each check. */
  make(): Promise<FileService>;
  /** The optional methods it must have: no more, no fewer. */
  readonly offers: readonly OptionalMethod[];
  /** A write makes it act. */
  readonly control?: true;
  /** A file that is there, with its content, for services that are not written to. */
  readonly sample?: { readonly file: Path; readonly content: string };
}

export type Service = FileService &
  Required<
    Pick<
      FileService,
      'create' | 'remove' | 'rename' | 'symlink' | 'readlink' | 'link' | 'setTimes' | 'setMode'
    >
  >;

export interface Check {
  readonly name: string;
  /** Runs only where all of these are offered. */
  readonly needs: readonly OptionalMethod[];
  readonly run: (service: Service, subject: Subject) => Promise<void>;
}

export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export class Fault extends Error {}

export function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected)
    throw new Fault(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

export async function refuses(run: () => unknown, what: string, ...codes: Errno[]): Promise<void> {
  try {
    await run();
  } catch (error) {
    const code = error instanceof FsError ? error.code : String(error);
    if (codes.includes(code as Errno)) return;
    throw new Fault(`${what}: expected ${codes.join(' or ')}, got ${code}`);
  }
  throw new Fault(`${what}: expected ${codes.join(' or ')}, but it was done`);
}

export const read = async (handle: FileHandle, at: number, count: number): Promise<string> =>
  toText((await handle.read?.(at, count, never)) ?? new Uint8Array(0));

export async function content(service: FileService, path: Path): Promise<string> {
  const handle = await service.open(path, { read: true }, never);
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const part = await handle.read?.(at, 100_000, never);
    if (!part || part.length === 0) break;
    parts.push(toText(part));
    at += part.length;
  }
  await handle.close?.();
  return parts.join('');
}

export async function put(service: Service, path: Path, text: string): Promise<void> {
  await service.create(path, 'file', never);
  await rewrite(service, path, text);
}

export async function rewrite(
  service: FileService,
  path: Path,
  text: string,
  at: number | 'end' = 0,
): Promise<void> {
  const handle = await service.open(path, { write: true }, never);
  await handle.write?.(at, toBytes(text), never);
  await handle.close?.();
}

export const names = async (service: FileService, path: Path): Promise<string> =>
  (await service.readdir(path, never))
    .map(({ name }) => name)
    .sort()
    .join(' ');

/** Every file of a tree, at most a few levels deep. */
export async function walk(
  service: FileService,
  path: Path,
  visit: (path: Path, kind: string) => Promise<void>,
): Promise<void> {
  for (const { name, kind } of await service.readdir(path, never)) {
    const child = [...path, name];
    await visit(child, kind);
    if (kind === 'dir' && child.length < 4) await walk(service, child, visit);
  }
}
