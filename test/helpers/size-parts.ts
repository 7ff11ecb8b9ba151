import {expect} from 'vitest';
import {coldfront} from './cli.ts';

/** The parts of so many shares of a `size --find=...` in `folder`, the last one first. */
export function sizeParts(folder: string, of: number, args: readonly string[]): string[] {
  const names = Array.from({length: of}, (_, k) => `${args[2]!.slice(7)}-${of - k}-of-${of}.part`);
  for (const [k, name] of names.entries()) {
    const {status, stderr, stdout} = coldfront([...args, '--shard', `${of - k}/${of}`, '--out', name, '--force'], {
      cwd: folder,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(new RegExp(`^shard ${of - k} of ${of}: \\d+ cells?, [\\d,]+ calls\n$`));
  }
  return names;
}
