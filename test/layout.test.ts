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
  fleet: ['base', 'workload'],
  cost: ['base'],
  forecast: ['base', 'files', 'workload', 'demand', 'cost'],
  scheduler: ['base', 'workload', 'demand', 'fleet', 'cost'],
  plan: ['base', 'files', 'workload', 'demand', 'fleet', 'cost', 'forecast'],
  tradeoff: ['base', 'workload', 'demand', 'cost'],
  replay: ['base', 'workload', 'demand', 'fleet', 'cost', 'forecast', 'scheduler', 'plan'],
  ui: ['base'],
  tasks: [
    ...['base', 'files', 'workload', 'demand', 'fleet', 'cost', 'forecast', 'scheduler', 'plan', 'tradeoff'],
    ...['replay', 'ui', 'commands'],
  ],
  commands: [
    ...['base', 'files', 'workload', 'trace', 'fleet', 'cost', 'forecast', 'scheduler', 'plan', 'tradeoff'],
    ...['replay', 'ui', 'tasks'],
  ],
};
const rooms = Object.keys(allowed);

/** Which rooms may touch a package or a module of Node. What is not listed may be touched by nobody. */
const doors: Record<string, readonly string[]> = {
  'node:fs': ['files', 'workload', 'trace', 'forecast', 'tasks', 'commands'],
  'node:fs/promises': ['files', 'workload', 'trace', 'forecast', 'tasks', 'commands'],
  'node:stream': ['files', 'trace', 'commands'],
  'node:stream/promises': ['files', 'trace', 'commands'],
  'node:zlib': ['files'],
  'node:os': ['replay', 'tasks', 'commands', 'trace', 'workload'],
  'node:path': ['files', 'workload', 'trace', 'forecast', 'tasks', 'commands'],
  'node:url': ['tasks', 'commands', 'replay', 'forecast'],
  'node:worker_threads': ['replay'],
  'csv-parse': ['files'],
  'csv-parse/sync': ['files'],
  'onnxruntime-node': ['forecast'],
  '@uwdata/flechette': ['workload', 'forecast', 'plan'],
  'simple-statistics': rooms,
  valibot: rooms,
  '@oclif/core': ['commands'],
  ink: ['ui'],
  react: ['ui'],
};

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, {recursive: true, encoding: 'utf8'})
  .filter((f) => /\.tsx?$/.test(f))
  .sort();
const source = new Map(files.map((file) => [file, readFileSync(join(src, file), 'utf8')]));

/** Import specifiers of a file: static, dynamic and re-exported. Type-only ones count too: they draw the same map. */
function importsOf(file: string): string[] {
  const pattern =
    /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...source.get(file)!.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

function roomOf(file: string): string {
  return file === 'run.ts' ? 'commands' : file.split('/')[0]!;
}

describe('the layout of src/', () => {
  test.each(files)('%s imports only what its room may', (file) => {
    const room = roomOf(file);
    expect(rooms, `${file} lies in no known room`).toContain(room);
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = normalize(join(dirname(file), specifier));
        expect(source.has(target) || target.endsWith('.json'), `${file} imports ${specifier}, which is not there`).toBe(
          true,
        );
        expect(
          [room, ...allowed[room]!],
          `${file} imports ${target}: ${room}/ may import itself and ${allowed[room]!.join(', ') || 'nothing'}`,
        ).toContain(roomOf(target));
      } else {
        const door = Object.keys(doors).find((name) => specifier === name || specifier.startsWith(`${name}/`));
        expect(door, `${file} imports ${specifier}, which has no door`).toBeDefined();
        expect(doors[door!], `${file} imports ${specifier}`).toContain(room);
      }
    }
  });

  test('ink and the ui room are only ever imported dynamically from outside', () => {
    const offenders = files.filter(
      (file) => roomOf(file) !== 'ui' && /^import (?!type).*['"][^'"]*\/ui\//m.test(source.get(file)!),
    );
    expect(offenders).toEqual([]);
  });

  test('no import cycle exists, inside a room or between rooms', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const specifier of importsOf(file)) {
        const target = normalize(join(dirname(file), specifier));
        if (specifier.startsWith('.') && source.has(target)) visit(target, [...path, file]);
      }
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
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
