import {Box, Text, useStdout} from 'ink';
import {formatNumber, formatShare, formatUsd} from '../base/format.ts';
import {sparkline} from '../base/sparkline.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../base/units.ts';

/** What a policy is doing at the window that it has come to. */
export interface WatchedPolicy {
  readonly policy: string;
  /** End of that window, since time 0; NaN before the first. */
  readonly atMs: number;
  /** The cell at hand, from 1, of so many: they are replayed one after the other, and numbers are of those so far. */
  readonly cell: number;
  readonly cells: number;
  readonly callsPerSecond: number;
  readonly busy: number;
  readonly idle: number;
  readonly starting: number;
  readonly waiting: number;
  /** Of the calls that started so far; NaN before the first. */
  readonly coldShare: number;
  readonly p99DelayMs: number;
  readonly usd: number;
  /** Instances from window to window, the last ones. */
  readonly instances: readonly number[];
}

export interface WatchedReplay {
  readonly spanMs: number;
  readonly paused: boolean;
  readonly policies: readonly WatchedPolicy[];
}

const columns = [
  ['cell', 8],
  ['at', 9],
  ['calls/s', 9],
  ['busy', 8],
  ['idle', 8],
  ['starting', 9],
  ['queue', 7],
  ['cold', 9],
  ['p99 delay', 10],
  ['dollars', 10],
] as const;

/** A row a policy, and a line of blocks of its instances. */
export function WatchView({spanMs, paused, policies}: WatchedReplay) {
  // Of a fleet in one piece it says nothing.
  const shown = policies.some(({cells}) => cells > 1) ? columns : columns.slice(1);
  const name = Math.max(6, ...policies.map(({policy}) => Math.min(28, policy.length)));
  return (
    <Box flexDirection="column">
      <Text bold>
        {'policy'.padEnd(name)}
        {shown.map(([title, width]) => title.padStart(width + 1)).join('')}
      </Text>
      {policies.map((one) => (
        <Row key={one.policy} name={name} shown={shown} {...one} />
      ))}
      <Text dimColor>
        {paused ? 'paused; p goes on' : 'p pauses'}, q quits; {formatTimeUs(spanMs * US_PER_MS)} in all
      </Text>
    </Box>
  );
}

function Row({name, shown, ...one}: WatchedPolicy & {name: number; shown: readonly (typeof columns)[number][]}) {
  const {stdout} = useStdout();
  const used = shown.reduce((sum, [, width]) => sum + width + 1, name);
  const room = Math.min(16, (stdout.columns ?? 80) - used - 2);
  const begun = !Number.isNaN(one.atMs);
  const cells = begun
    ? [
        `${formatCount(one.cell)}/${formatCount(one.cells)}`,
        formatTimeUs(one.atMs * US_PER_MS),
        formatNumber(one.callsPerSecond),
        formatNumber(one.busy),
        formatNumber(one.idle),
        formatNumber(one.starting),
        formatCount(one.waiting),
        Number.isNaN(one.coldShare) ? '-' : formatShare(one.coldShare),
        Number.isNaN(one.p99DelayMs) ? '-' : formatTimeUs(one.p99DelayMs * US_PER_MS),
        formatUsd(one.usd),
      ]
    : columns.map(() => '-');
  return (
    <Text>
      <Text color="cyan">{one.policy.slice(0, name).padEnd(name)}</Text>
      {cells
        .slice(-shown.length)
        .map((cell, k) => cell.padStart(shown[k]![1] + 1))
        .join('')}{' '}
      {room > 3 ? sparkline(one.instances, room) : ''}
    </Text>
  );
}
