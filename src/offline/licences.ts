/**
 * Writes `licences.txt` into the build: the licences of OANIX and of every package that may be bundled.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  /** A package of this project, or the name of one. */
  readonly link?: boolean;
}

/** The texts of the licences and notices that a package comes with; '' where it has no such file. */
function textsIn(folder: string): string {
  const names = readdirSync(folder).filter((name) =>
    /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(name),
  );
  return names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

/** The terms of the MIT licence in the name of the authors, for packages that name it and have no file of it. */
function mitText(folder: string): string {
  const { author, contributors = [] } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { readonly author?: Person; readonly contributors?: readonly Person[] };
  const people = [...(author === undefined ? [] : [author]), ...contributors].map(nameOf);
  const own = readFileSync('LICENSE', 'utf8');
  const terms = own.slice(own.indexOf('Permission is hereby granted'));
  return `Copyright (c) ${[...new Set(people)].join(', ')}\n\n${terms.trim()}`;
}

type Person = string | { readonly name: string };
const nameOf = (person: Person): string =>
  (typeof person === 'string' ? person : person.name).replace(/ *<.*/, '');

function licenceOf(folder: string, { version = '', license = '' }: Locked): string {
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const text = textsIn(folder) || (license === 'MIT' ? mitText(folder) : '');
  return `${name} ${version} (${license})\n\n${text}`.trim();
}

/** What the programs of /bin and the packers are made of, beside the sources of this project. */
function programLicences(): string[] {
  const text = (name: string): string => readFileSync(`src/programs/jq/${name}`, 'utf8').trim();
  const packer = (name: string): string => readFileSync(`src/codec/packers/${name}`, 'utf8').trim();
  return [
    `jq 1.8.2 (MIT AND ICU AND BSD-2-Clause)\n\n${text('COPYING')}`,
    `Oniguruma 6.9.10 (BSD-2-Clause)\n\n${text('COPYING.oniguruma')}`,
    `libbzip2 1.0.8 (bzip2-1.0.6)\n\n${packer('LICENSE.bzip2')}`,
    `liblzma 5.4.1 (public domain)\n\n${packer('COPYING.xz')}`,
  ];
}

function allLicences(): string {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const packages = Object.entries(lock.packages)
    .filter(
      ([folder, { dev, optional, link }]) =>
        folder.startsWith('node_modules/') && !dev && !optional && !link,
    )
    .map(([folder, entry]) => licenceOf(folder, entry));
  const own = `OANIX\n\n${readFileSync('LICENSE', 'utf8').trim()}`;
  return [own, ...packages, ...programLicences()].join(`\n\n${'-'.repeat(80)}\n\n`);
}

export const licences = (): Plugin => ({
  name: 'licences',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${allLicences()}\n` });
  },
});
