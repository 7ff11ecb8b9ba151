/**
 * `npm run supply`: what users install with the tool: packages, licences, sizes; and what must hold of them. Ends with 1
 * where it does not.
 */
import {existsSync, lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {root} from './setup.js';

/** Licences that may be passed on under the project's own. */
const allowed = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  '(MIT OR CC0-1.0)',
];
/** The runtime of models brings libraries for every system; npm has no way to leave some out. */
const runtimeOfModels = 'onnxruntime-node';
/** MiB of everything else together. */
const MOST_MIB = 25;

/**
 * What is installed where development is left out: `npm ci --omit=dev --omit=optional`, or the package from a registry.
 * Sizes are those of this checkout's node_modules.
 */
export function supply() {
  const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const {packages} = read('package-lock.json');
  const manifest = read('package.json');
  const wrong = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '') continue;
    if (!/^sha512-/.test(entry.integrity ?? '')) wrong.push(`${path} has no sha512 in the lock file`);
    if (entry.resolved !== undefined && !/^https:\/\/registry\.npmjs\.org\//.test(entry.resolved))
      wrong.push(`${path} comes from ${entry.resolved}`);
    const name = nameOf(path);
    if (entry.hasInstallScript && manifest.allowScripts[name] !== false && !entry.optional)
      wrong.push(
        `${name} would run a script when it is installed: say in package.json's allowScripts that it must not`,
      );
  }
  for (const [name, version] of Object.entries({...manifest.dependencies, ...manifest.optionalDependencies}))
    if (packages[`node_modules/${name}`]?.version !== version)
      wrong.push(`${name} is not pinned to what the lock file has`);
  const installed = Object.entries(packages)
    .filter(([path, {dev, optional, devOptional}]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path, {version}]) => {
      const folder = join(root, path);
      const licence = existsSync(folder) ? licenceOf(read(join(path, 'package.json'))) : 'not installed';
      return {name: nameOf(path), version, licence, bytes: existsSync(folder) ? sizeOf(folder) : 0};
    })
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  for (const {name, licence} of installed)
    if (!allowed.includes(licence)) wrong.push(`${name} has the licence ${licence}`);
  // What DuckDB brings, of this system's kind; --omit=optional leaves it out.
  const extra = Object.entries(packages)
    .filter(([path, {dev, optional}]) => !dev && optional && existsSync(join(root, path)))
    .map(([path]) => ({
      name: nameOf(path),
      licence: licenceOf(read(join(path, 'package.json'))),
      bytes: sizeOf(join(root, path)),
    }));
  for (const {name, licence} of extra) if (!allowed.includes(licence)) wrong.push(`${name} has the licence ${licence}`);
  const others = installed.filter(({name}) => name !== runtimeOfModels);
  const otherMib = mibOf(others);
  if (otherMib > MOST_MIB) wrong.push(`${otherMib.toFixed(0)} MiB besides ${runtimeOfModels}, at most ${MOST_MIB}`);
  if (others.some(({name}) => name === 'typescript')) wrong.push('typescript is installed with the tool');
  return {installed, extra, otherMib, wrong};
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** As SPDX has it; packages of long ago say it in other ways. */
function licenceOf({license, licenses}) {
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({type}) => type).join(' OR ') ?? 'unknown';
}

function sizeOf(folder) {
  return readdirSync(folder, {withFileTypes: true}).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    // Packages within a package are counted by themselves.
    if (entry.name === 'node_modules') return sum;
    return sum + (entry.isDirectory() ? sizeOf(path) : lstatSync(path).size);
  }, 0);
}

function mibOf(packages) {
  return packages.reduce((sum, {bytes}) => sum + bytes, 0) / 2 ** 20;
}

/** The same as text. */
export function supplyText({installed, extra, otherMib, wrong}) {
  const byLicence = new Map();
  for (const {licence} of installed) byLicence.set(licence, (byLicence.get(licence) ?? 0) + 1);
  const lines = [
    `${installed.length} packages, ${mibOf(installed).toFixed(0)} MiB, ${otherMib.toFixed(0)} of them not ${runtimeOfModels}'s`,
    `licences: ${[...byLicence]
      .sort((a, b) => b[1] - a[1])
      .map(([licence, n]) => `${licence} ${n}`)
      .join(', ')}`,
    'largest:',
    ...installed
      .slice(0, 8)
      .map(({name, version, bytes}) => `  ${(bytes / 2 ** 20).toFixed(1).padStart(6)} MiB  ${name} ${version}`),
    `optional, for --engine duckdb: ${extra.length} packages, ${mibOf(extra).toFixed(0)} MiB`,
    ...wrong.map((what) => `WRONG: ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = supply();
  process.stdout.write(supplyText(found));
  process.exitCode = found.wrong.length > 0 ? 1 : 0;
}
