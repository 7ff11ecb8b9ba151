import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {beforeEach, describe, expect, test} from 'vitest';
import {checkOutput, checkOutputs, writeOutput} from '../../src/files/output.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string, force = false): void =>
  writeOutput(at(name), force, (sink) => sink.write(text));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(at(name), {recursive: true});
});

/** Runs a script that imports `writeOutput`. */
async function scripted(script: string) {
  const output = fileURLToPath(new URL('../../src/files/output.ts', import.meta.url));
  const outfile = at('write.mjs');
  const stdin = {contents: `import {writeOutput} from ${JSON.stringify(output)};\n${script}`, resolveDir: folder};
  await build({stdin, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'error'});
  return spawnSync(process.execPath, [outfile], {cwd: folder});
}

describe('a signal while an output is written', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s ends with %d after it, and leaves no temporary file', async (signal, exit) => {
    const {status} = await scripted(`
      writeOutput('out.txt', false, (sink) => {
        sink.write('first');
        process.kill(process.pid, '${signal}');
        for (const end = Date.now() + 50; Date.now() < end; ) sink.write('.');
        sink.write('last');
      });
      setTimeout(() => process.exit(9), 10_000);`);
    expect(status).toBe(exit);
    expect(readdirSync(folder).sort()).toEqual(['out.txt', 'write.mjs']);
    expect(readFileSync(at('out.txt'), 'utf8')).toMatch(/^first\.+last$/);
  });
});

describe('a file that is replaced', () => {
  test('passes its mode on, and its owner where we may', () => {
    write('secret', 'old');
    chmodSync(at('secret'), 0o640);
    write('secret', 'new', true);
    expect(readFileSync(at('secret'), 'utf8')).toBe('new');
    expect(statSync(at('secret')).mode & 0o777).toBe(0o640);
  });

  test('is never readable by more, not even half written', () => {
    write('secret', 'old');
    chmodSync(at('secret'), 0o600);
    writeOutput(at('secret'), true, (sink) => {
      sink.write('new');
      const modes = readdirSync(folder).map((name) => statSync(at(name)).mode & 0o777);
      expect(modes).toEqual([0o600, 0o600]);
    });
  });

  test('without force is refused, though it came while the output was made', () => {
    const late = (): void =>
      writeOutput(at('late'), false, (sink) => {
        writeFileSync(at('late'), 'another run');
        sink.write('mine');
      });
    expect(late).toThrow(expect.objectContaining({exitCode: 2, message: `${at('late')} exists`}));
    expect(readFileSync(at('late'), 'utf8')).toBe('another run');
    expect(readdirSync(folder)).toEqual(['late']);
  });

  test('stays as it was where making the output fails', () => {
    write('kept', 'old');
    const failing = (): void =>
      writeOutput(at('kept'), true, (sink) => {
        sink.write('half');
        throw new Error('no more');
      });
    expect(failing).toThrow('no more');
    expect(readFileSync(at('kept'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['kept']);
  });
});

describe('links', () => {
  test('to a file are followed, to nothing refused with and without force', () => {
    write('real', 'old');
    symlinkSync('real', at('link'));
    write('link', 'new', true);
    expect([lstatSync(at('link')).isSymbolicLink(), readFileSync(at('real'), 'utf8')]).toEqual([true, 'new']);
    symlinkSync('nothing', at('dangling'));
    for (const force of [false, true]) {
      expect(() => write('dangling', 'x', force)).toThrow('is a link to a file that does not exist');
    }
    expect(existsSync(at('nothing'))).toBe(false);
  });

  test('that wait under every name a temporary file had are not written through', () => {
    writeFileSync(at('victim'), 'mine');
    symlinkSync('victim', at(`.out.${process.pid}.tmp`));
    write('out', 'text');
    expect([readFileSync(at('victim'), 'utf8'), lstatSync(at('out')).isFile()]).toEqual(['mine', true]);
  });
});

describe('what killed runs left', () => {
  const names = async (): Promise<string[]> => {
    await scripted(`
      writeOutput('out', true, (sink) => { sink.write('half'); process.kill(process.pid, 'SIGKILL'); });`);
    rmSync(at('write.mjs'));
    return readdirSync(folder);
  };

  test('is removed by the next run on that output, and by no other', async () => {
    const [left] = await names();
    expect(left).toMatch(/^\.out\..*\.tmp$/);
    write('other', 'x');
    expect(readdirSync(folder).sort()).toEqual([left, 'other'].sort());
    write('out', 'x');
    expect(readdirSync(folder).sort()).toEqual(['other', 'out']);
  });

  test('of another machine goes when nothing was written to it for an hour, of version 0.1.0 after a day', () => {
    const ago = (name: string, hours: number): void => {
      writeFileSync(at(name), 'half');
      utimesSync(at(name), new Date(), new Date(Date.now() - hours * 3_600_000));
    };
    ago('.out.00000000-7-0123456789abcdef.tmp', 0.5);
    ago('.out.00000000-8-0123456789abcdef.tmp', 2);
    ago('.out.7.tmp', 20);
    ago('.out.8.tmp', 30);
    write('out', 'x');
    expect(readdirSync(folder).sort()).toEqual(['.out.00000000-7-0123456789abcdef.tmp', '.out.7.tmp', 'out']);
  });
});

describe('names', () => {
  test.each(['n'.repeat(255), '函'.repeat(85), 'a b\nc', '-out', '.tmp'])('of any kind are written: %j', (name) => {
    write(name, 'x');
    expect(readdirSync(folder)).toEqual([name]);
    write(name, 'y', true);
    expect(readFileSync(at(name), 'utf8')).toBe('y');
  });

  test('that are one file are no two outputs, however they are written', () => {
    write('real', 'x');
    symlinkSync('real', at('link'));
    const refused = (...paths: (string | undefined)[]) => expect(() => checkOutputs(paths, true));
    refused(at('a'), undefined, `${folder}/./a`).toThrow('two outputs go to');
    refused(at('real'), at('link')).toThrow('two outputs go to');
    refused('-', '-').toThrow('two outputs go to stdout');
    refused('-', at('a'), at('b'), undefined, '/dev/null', '/dev/null').not.toThrow();
  });

  test('in a folder that is none are refused before the work', () => {
    write('file', 'x');
    expect(() => checkOutput(at('none/out'), false)).toThrow('its folder does not exist');
    expect(() => checkOutput(at('file/out'), false)).toThrow('a part of its path is not a folder');
    expect(() => checkOutput(folder, true)).toThrow('a directory');
  });
});
