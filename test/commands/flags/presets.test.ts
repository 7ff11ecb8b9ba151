import {Parser} from '@oclif/core';
import {expect, test} from 'vitest';
import {withPreset} from '../../../src/commands/flags/presets.ts';
import {replayFlags} from '../../../src/commands/flags/replay-flags.ts';

async function flagsOf(line: string, assumed: readonly string[] = []): Promise<unknown[]> {
  const parsed = await Parser.parse(line.split(' ').filter(Boolean), {flags: replayFlags});
  const {hosts, slots, cells} = withPreset(replayFlags, parsed as unknown as Parameters<typeof withPreset>[1], assumed);
  return [hosts, slots, String(cells)];
}

test('a preset is the flags that it stands for; those given and those of a platform go first', async () => {
  expect(await flagsOf('')).toEqual([undefined, undefined, '1']);
  expect(await flagsOf('--preset meta')).toEqual(['10000', '256', '64']);
  expect(await flagsOf('--preset meta --slots 9 --cells 1')).toEqual(['10000', '9', '1']);
  expect(await flagsOf('--preset meta', ['hosts', 'cells'])).toEqual([undefined, '256', '1']);
});

test('a command without that flag has no preset', async () => {
  const flags = {preset: 'meta', hosts: '3'};
  expect(withPreset({hosts: {}}, {flags, metadata: {flags: {}}}, [])).toBe(flags);
});
