/** The build's `licences.txt`: the licence of OANIX and of every package that may be bundled, as these licences require. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** The text of the licence that a package comes with; '' where it has no such file. */
function textIn(folder: string): string {
  if (!existsSync(folder)) return '';
  const name = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|-|$)/i.test(each));
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8').trim();
}

function allLicences(): string {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const packages = Object.entries(lock.packages)
    .filter(([folder, { dev, optional }]) => folder !== '' && !dev && !optional)
    .map(([folder, { version, license }]) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name} ${version ?? ''} (${license ?? 'see below'})\n\n${textIn(folder)}`.trim();
    });
  return [`OANIX\n\n${readFileSync('LICENSE', 'utf8').trim()}`, ...packages].join(
    `\n\n${'-'.repeat(80)}\n\n`,
  );
}

export const licences = (): Plugin => ({
  name: 'licences',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${allLicences()}\n` });
  },
});
