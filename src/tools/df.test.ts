/** df: what it says beside Debian's, and the mounts of a namespace. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { type About, never } from '../kernel/service.ts';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { text } from '../testing/kernel.ts';
import { shBytes } from '../testing/shell.ts';

/** Memory that tells how much it holds. */
class Known extends MemFs {
  readonly #about: About;

  constructor(about: About) {
    super();
    this.#about = about;
  }

  override about(): About {
    return this.#about;
  }
}

async function mountKnown(kernel: Kernel, process: Process): Promise<void> {
  const caller = process.caller(-1, never);
  const full = new Known({
    used: { bytes: 3_000_000, entries: 1500 },
    limit: { bytes: 10_000_000, entries: 2000 },
  });
  const open = new Known({ used: { bytes: 5000, entries: 2 } });
  await process.namespace.mount(kernel.sources.of(full), '/full', { create: true }, caller);
  await process.namespace.mount(kernel.sources.of(open), '/open', { create: true }, caller);
}

async function df(command: string): Promise<string> {
  return text((await shBytes(`{ ${command}; } 2>&1`, undefined, mountKnown)).stdout);
}

describe('df shows the mounts', () => {
  it('with what they hold', async () => {
    expect(await df('df /full /open')).toBe(
      `Filesystem     1K-blocks  Used Available Use% Mounted on
mem                 9766  2930      6836  30% /full
mem                    -     5         -    - /open
`,
    );
  });

  it.each([
    [
      '-h',
      `Filesystem      Size  Used Avail Use% Mounted on
mem             9.6M  2.9M  6.7M  30% /full
`,
    ],
    [
      '-iT',
      `Filesystem     Type Inodes IUsed IFree IUse% Mounted on
mem            mem    2000  1500   500   75% /full
`,
    ],
    [
      '-P',
      `Filesystem     1024-blocks  Used Available Capacity Mounted on
mem                   9766  2930      6836      30% /full
`,
    ],
    [
      '-BMB',
      `Filesystem     1MB-blocks  Used Available Use% Mounted on
mem                  10MB   3MB       7MB  30% /full
`,
    ],
    [
      '--output=target,pcent,file',
      `Mounted on Use% File
/full       30% /full
`,
    ],
  ])('df %s', async (options, expected) => {
    expect(await df(`df ${options} /full`)).toBe(expected);
  });

  it('once for each service, or with -a in each place', async () => {
    const mounted = (options: string): Promise<string> =>
      df(
        `mkdir /b; bind /full /b; df ${options} | awk 'NR > 1 { print $NF }' | sort | tr '\\n' ' '`,
      );
    expect(await mounted('')).toBe('/ /b /bin /dev /open ');
    expect(await mounted('-a')).toBe('/ /b /bin /dev /full /open ');
    expect(await mounted('-x mem')).toBe('/bin /dev ');
    expect(await mounted('-t dev -t map')).toBe('/bin /dev ');
  });

  it('of a file the one that it is in, with a total of those that have a limit', async () => {
    expect(await df('ln -s /full /home/l; df --total /home/l /open /dev/null')).toBe(
      `Filesystem     1K-blocks  Used Available Use% Mounted on
mem                 9766  2930      6836  30% /full
mem                    -     5         -    - /open
dev                    -     -         -    - /dev
total               9766  2930      6836  30% -
`,
    );
  });
});

it.runIf(isDebian)('df says of mistakes what Debian says', () =>
  expectDebian(
    '{ for o in -z --output=foo --output=used,used "--output -i" "--output -T" "--output -P" "-B x" --block-size=1x "-t nope" "-t a -x a" nosuch -x; do df $o; echo $?; done; df ""; } 2>&1',
  ),
);
