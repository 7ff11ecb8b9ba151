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

/** Titles and widths, where there is room and where there is little. */
const columns = [
  ['cell', 8, 'cell', 5],
  ['at', 9, 'at', 7],
  ['calls/s', 9, 'calls/s', 7],
  ['busy', 8, 'busy', 5],
  ['idle', 8, 'idle', 5],
  ['starting', 9, 'start', 5],
  ['queue', 7, 'queue', 5],
  ['cold', 9, 'cold', 8],
  ['p99 delay', 10, 'p99', 7],
  ['dollars', 10, 'dollars', 7],
] as const;

type Shown = readonly (readonly [title: string, width: number])[];

const widthOf = (shown: Shown): number => shown.reduce((sum, [, width]) => sum + width + 1, 0);

/** A row a policy, and a line of blocks of its instances. */
export function WatchView({spanMs, paused, policies}: WatchedReplay) {
  const {stdout} = useStdout();
  // Of a fleet in one piece it says nothing.
  const told = policies.some(({cells}) => cells > 1) ? columns : columns.slice(1);
  const longest = Math.max(6, ...policies.map(({policy}) => Math.min(28, policy.length)));
  const room = stdout.columns ?? 80;
  const wide: Shown = told.map(([title, width]) => [title, width]);
  const fits = longest + widthOf(wide) <= room;
  const shown: Shown = fits ? wide : told.map(([, , title, width]) => [title, width]);
  const name = fits ? longest : Math.max(6, Math.min(longest, room - widthOf(shown)));
  return (
    <Box flexDirection="column">
      <Text bold>
        {'policy'.padEnd(name)}
        {shown.map(([title, width]) => title.padStart(width + 1)).join('')}
      </Text>
      {policies.map((one) => (
        <Row key={one.policy} name={name} room={room} shown={shown} {...one} />
      ))}
      <Text dimColor>
        {paused ? 'paused; p goes on' : 'p pauses'}, q quits; {formatTimeUs(spanMs * US_PER_MS)} in all
      </Text>
    </Box>
  );
}

function Row({name, room, shown, ...one}: WatchedPolicy & {name: number; room: number; shown: Shown}) {
  const blocks = Math.min(16, room - name - widthOf(shown) - 2);
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
      <Text color="cyan">
        {(one.policy.length > name ? `${one.policy.slice(0, name - 1)}…` : one.policy).padEnd(name)}
      </Text>
      {cells
        .slice(-shown.length)
        .map((cell, k) => cell.padStart(shown[k]![1] + 1))
        .join('')}
      {blocks > 3 ? ` ${sparkline(one.instances, blocks)}` : ''}
    </Text>
  );
}
