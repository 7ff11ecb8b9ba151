import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';

/** The journey of the data (ARCHITECTURE.md), from the ground up, and which rooms each room may import besides itself. */
const allowed: Record<string, readonly string[]> = {
  base: [],
  files: ['base'],
  workload: ['base', 'files'],
  trace: ['base', 'files', 'workload'],
  demand: ['base', 'workload'],
  fleet: ['base', 'files', 'workload', 'demand'],
  cost: ['base'],
  forecast: ['base', 'files', 'workload', 'demand', 'cost'],
  scheduler: ['base', 'workload', 'demand', 'fleet', 'cost'],
  plan: ['base', 'files', 'workload', 'demand', 'fleet', 'cost', 'forecast'],
  tradeoff: ['base', 'workload', 'demand', 'cost'],
  replay: ['base', 'workload', 'demand', 'fleet', 'cost', 'forecast', 'scheduler', 'plan'],
  ui: ['base'],
  // Runs in a browser: bundled by the build, of its modules others see types alone.
  page: ['base'],
  tasks: ['base', 'files', 'workload', 'demand', 'fleet', 'cost', 'forecast', 'plan', 'tradeoff', 'replay', 'page'],
  commands: [
    ...['base', 'files', 'workload', 'trace', 'fleet', 'cost', 'forecast', 'scheduler', 'plan', 'tradeoff'],
    ...['replay', 'ui', 'tasks'],
  ],
};
const rooms = Object.keys(allowed);

/** Which rooms may touch a package or a module of Node. What is not listed may be touched by nobody. */
const doors: Record<string, readonly string[]> = {
  'node:fs': ['files', 'workload', 'trace', 'forecast', 'tasks', 'commands', 'ui'],
  'node:stream': ['files'],
  'node:v8': ['files'],
  'node:zlib': ['files'],
  'node:os': ['files', 'replay'],
  'node:path': ['files', 'workload', 'trace', 'forecast'],
  'node:url': ['commands', 'forecast'],
  'node:util': ['commands'],
  'node:worker_threads': ['replay', 'forecast', 'ui'],
  'node:crypto': ['files'],
  'node:child_process': ['forecast'],
  '@duckdb/node-api': ['files'],
  hyparquet: ['files'],
  'hyparquet-compressors': ['files'],
  'hyparquet-writer': ['files'],
  yauzl: ['files'],
  'csv-parse': ['files'],
  'onnxruntime-node': ['forecast'],
  '@uwdata/flechette': ['workload', 'forecast', 'plan'],
  'simple-statistics': ['base', 'fleet'],
  valibot: ['workload', 'cost', 'forecast', 'plan', 'tasks'],
  '@oclif/core': ['commands'],
  ink: ['ui'],
  react: ['ui'],
  '@observablehq/plot': ['page'],
};

const root = fileURLToPath(new URL('../', import.meta.url));

/** The modules below a folder of the repository, by their path within it. */
function modulesOf(folder: string): Map<string, string> {
  const files = readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'});
  return new Map(
    files
      .filter((file) => /\.(tsx?|js)$/.test(file))
      .sort()
      .map((file) => [file, readFileSync(join(root, folder, file), 'utf8')]),
  );
}

const source = modulesOf('src');
const files = [...source.keys()];

/** Import specifiers of a module: static, dynamic and re-exported. Type-only ones count too: they draw the same map. */
function importsOf(text: string): string[] {
  const pattern =
    /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The file that a relative specifier in `file` means. */
const targetOf = (file: string, specifier: string): string => normalize(join(dirname(file), specifier));

const roomOf = (file: string): string => (file === 'run.ts' ? 'commands' : file.split('/')[0]!);

const doorOf = (specifier: string): string | undefined =>
  Object.keys(doors).find((name) => specifier === name || specifier.startsWith(`${name}/`));

/** Files that are started by name: commands by oclif, workers by their thread, the entry by bin/run.js, schemas, the kernel and the page by the build. */
const isEntry = (file: string): boolean =>
  file === 'run.ts' ||
  /(worker|\.schema)\.ts$/.test(file) ||
  /^commands\/(?!flags\/)/.test(file) ||
  file === 'scheduler/lanes/kernel/assembly.ts' ||
  file === 'page/main.ts' ||
  file.endsWith('.d.ts');

/** Every circle of imports among some modules, as `a -> b -> a`. */
function circlesIn(modules: ReadonlyMap<string, string>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const specifier of importsOf(modules.get(file)!)) {
      const target = targetOf(file, specifier);
      if (specifier.startsWith('.') && modules.has(target)) visit(target, [...path, file]);
    }
    state.set(file, 'done');
  };
  for (const file of modules.keys()) visit(file, []);
  return circles;
}

describe('the layout of src/', () => {
  test.each(files)('%s imports only what its room may', (file) => {
    const room = roomOf(file);
    expect(rooms, `${file} lies in no known room`).toContain(room);
    const may = `${room}/ may import itself and ${allowed[room]!.join(', ') || 'nothing else'}`;
    for (const specifier of importsOf(source.get(file)!)) {
      if (specifier.startsWith('.')) {
        const target = targetOf(file, specifier);
        expect(source.has(target) || target.endsWith('.json'), `${file} imports ${specifier}, which is not there`).toBe(
          true,
        );
        expect([room, ...allowed[room]!], `${file} imports ${target}: ${may}`).toContain(roomOf(target));
      } else {
        const door = doorOf(specifier);
        expect(door, `${file} imports ${specifier}, which has no door`).toBeDefined();
        expect(doors[door!], `${file} imports ${specifier}: ${doors[door!]!.join(', ')} may`).toContain(room);
      }
    }
  });

  test('nothing is allowed that nobody does', () => {
    const used = new Set<string>();
    for (const file of files) {
      for (const specifier of importsOf(source.get(file)!)) {
        const to = specifier.startsWith('.') ? roomOf(targetOf(file, specifier)) : doorOf(specifier);
        used.add(`${roomOf(file)} -> ${to}`);
      }
    }
    const stale = [
      ...rooms.flatMap((room) => allowed[room]!.map((other) => `${room} -> ${other}`)),
      ...Object.entries(doors).flatMap(([door, open]) => open.map((room) => `${room} -> ${door}`)),
    ].filter((arrow) => !used.has(arrow));
    expect(stale).toEqual([]);
  });

  test('every file is imported by another one, or started by name', () => {
    const wanted = new Set(files.flatMap((file) => importsOf(source.get(file)!).map((to) => targetOf(file, to))));
    expect(files.filter((file) => !isEntry(file) && !wanted.has(file))).toEqual([]);
  });

  test('every package is imported: those that users install by src/, the others by tests or scripts', () => {
    const {dependencies, optionalDependencies, devDependencies} = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const importedBy = (folders: readonly string[]): string =>
      folders.flatMap((f) => [...modulesOf(f).values()]).join('\n');
    const unused = (names: object, text: string): string[] =>
      Object.keys(names).filter((name) => !text.includes(`'${name}`) && !text.includes(`${name}/`));
    expect(unused({...dependencies, ...optionalDependencies}, importedBy(['src']))).toEqual([]);
    // Types and the compiler work without being imported, and so does what vitest loads by itself.
    const implied = ['@types/node', '@types/react', '@types/yauzl', '@vitest/coverage-v8', 'typescript'];
    const scripts = importedBy(['test', 'bin', 'src/page']) + readFileSync(join(root, 'vitest.config.ts'), 'utf8');
    expect(unused(devDependencies, scripts).filter((name) => !implied.includes(name))).toEqual([]);
  });

  test('ink and the ui room are only ever imported dynamically from outside', () => {
    const offenders = files.filter(
      (file) => roomOf(file) !== 'ui' && /^import (?!type).*['"][^'"]*\/ui\//m.test(source.get(file)!),
    );
    expect(offenders).toEqual([]);
  });

  test('no import cycle exists, inside a room, between rooms or among the scripts', () => {
    expect(circlesIn(source)).toEqual([]);
    expect(circlesIn(modulesOf('bin'))).toEqual([]);
  });

  test('the scheduler reads no clock, no environment and no random source of the machine', () => {
    const offenders = files.filter(
      (file) =>
        roomOf(file) === 'scheduler' &&
        /Math\.random|Date\.now|performance\.now|process\.|new Date\(/.test(source.get(file)!),
    );
    expect(offenders).toEqual([]);
  });

  test('no file is longer than 400 lines and the median is short', () => {
    const lines = files
      .map((file) => ({file, lines: source.get(file)!.split('\n').length}))
      .sort((a, b) => b.lines - a.lines);
    expect(lines.filter((entry) => entry.lines > 400)).toEqual([]);
    expect(lines[Math.floor(lines.length / 2)]?.lines ?? 0).toBeLessThanOrEqual(200);
  });
});
