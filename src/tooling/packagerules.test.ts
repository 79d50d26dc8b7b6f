/** Which packages the lock file may have. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf, missingFrom } from './packagerules.mjs';

interface Entry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const mit: Entry = { version: '1.0.0', license: 'MIT' };
const lockOf = (packages: Readonly<Record<string, Entry>>) => ({
  packages: { '': {}, ...packages },
});
const faults = (entry: Entry, licences = {}, scripts = {}): string[] =>
  faultsOf(lockOf({ 'node_modules/a/node_modules/it': { ...mit, ...entry } }), licences, scripts);

describe('a package in the lock file', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'MIT OR LGPL-3.0 AND ISC', 'Apache-2.0 AND MIT'])(
    'may have the licence %s',
    (license) => {
      expect(faults({ license })).toEqual([]);
    },
  );

  it.each(['LGPL-3.0', 'AGPL-3.0', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE', 'MIT-0.1', ''])(
    'may not have the licence %j',
    (license) => {
      expect(faults({ license })).toEqual([`it@1.0.0: its licence is ${license}`]);
    },
  );

  it('may not be without a licence', () => {
    const lock = lockOf({ 'node_modules/it': { version: '1.0.0' } });
    expect(faultsOf(lock, {}, {})).toEqual(['it@1.0.0: its licence is not told']);
  });

  it('may not have an install script', () => {
    expect(faults({ hasInstallScript: true })).toEqual(['it@1.0.0: it has an install script']);
  });

  it('is excepted by its name in development, and where nothing needs it', () => {
    const entry = { license: 'MPL-2.0', hasInstallScript: true };
    expect(faults({ ...entry, dev: true }, { 'i*': 'why' }, { it: 'why' })).toEqual([]);
    expect(faults({ ...entry, optional: true }, { 'i*': 'why' }, { it: 'why' })).toEqual([]);
    expect(faults(entry, { it: 'why' }, { it: 'why' })).toHaveLength(2);
  });

  it('an exception that no package needs is a fault', () => {
    expect(faults({}, { gone: 'why' })).toEqual(['gone: no package needs this exception']);
    expect(faults({}, { it: 'why' })).toEqual(['it: no package needs this exception']);
  });

  it('must have its packages for every platform beside it', () => {
    const entry = { ...mit, optionalDependencies: { 'it-linux': '1', 'it-mac': '1' } };
    const lock = lockOf({ 'node_modules/it': entry, 'node_modules/it-mac': mit });
    expect(missingFrom(lock)).toEqual(['node_modules/it@1.0.0: the lock lacks 1: it-linux…']);
  });
});

describe('the lock file', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

  it('holds to the rules', () => {
    expect(faultsOf(lock)).toEqual([]);
    expect(missingFrom(lock)).toEqual([]);
  });

  it('has nothing to run: npm ignores install scripts', () => {
    expect(readFileSync('.npmrc', 'utf8').split('\n')).toContain('ignore-scripts=true');
  });
});
