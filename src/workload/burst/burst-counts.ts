import {mixKeys} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {consecutiveLists, doubled} from '../columns.ts';
import {MAX_CALLS} from '../limits.ts';
import {tooMany} from '../scale/scaling.ts';
import type {MinuteArrivals} from '../workload.ts';
import {deal} from './deal.ts';
import {type DealtBurst, shareUpTo} from './shapes.ts';

/** What bursts add, a row for each function, minute and burst that has calls, functions and then minutes ascending; row 0 is none. */
class Parts {
  minute = new Uint32Array(1024);
  burst = new Uint32Array(1024);
  calls = new Float64Array(1024);
  rows = 1;

  add(minute: number, burst: number, calls: number): void {
    if (this.rows === this.minute.length) {
      this.minute = doubled(this.minute);
      this.burst = doubled(this.burst);
      this.calls = doubled(this.calls);
    }
    this.minute[this.rows] = minute;
    this.burst[this.rows] = burst;
    this.calls[this.rows++] = calls;
  }
}

/** Counts by minute with bursts counted in. */
export function burstCounts({minute, count}: MinuteArrivals, bursts: readonly DealtBurst[]): MinuteArrivals {
  const functions = minute.length.length;
  const parts = new Parts();
  const end = new Float64Array(functions);
  for (let f = 0; f < functions; f++) {
    addParts(f, bursts, parts);
    end[f] = parts.rows;
  }
  const room = minute.length.reduce((sum, n) => sum + n, parts.rows);
  const minutes = new Uint32Array(room);
  const counts = new Float64Array(room);
  const heads = new Uint32Array(room);
  const next = new Uint32Array(parts.rows);
  const length = new Float64Array(functions);
  let [at, part, most, total] = [0, 1, 0, 0];
  /** Files a minute with its own calls and all parts of it. */
  const put = (when: number, own: number, until: number): void => {
    let calls = own;
    for (; part < until && parts.minute[part] === when; part++) {
      next[part] = heads[at]!;
      heads[at] = part;
      calls += parts.calls[part]!;
    }
    minutes[at] = when;
    counts[at++] = calls;
    most = Math.max(most, calls);
    total += calls;
  };
  for (let f = 0; f < functions; f++) {
    const before = at;
    for (let i = 0; i < minute.length[f]!; i++) {
      const when = minute.values[minute.start[f]! + i]!;
      while (part < end[f]! && parts.minute[part]! < when) put(parts.minute[part]!, 0, end[f]!);
      put(when, count.values[count.start[f]! + i]!, end[f]!);
    }
    while (part < end[f]!) put(parts.minute[part]!, 0, end[f]!);
    length[f] = at - before;
  }
  if (total > MAX_CALLS) throw tooMany(total);
  const values = counts.subarray(0, at);
  return {
    kind: 'minute',
    minute: consecutiveLists(minutes.subarray(0, at), length),
    count: consecutiveLists(most > 0xffffffff ? values : Uint32Array.from(values), length),
    added: {
      part: consecutiveLists(heads.subarray(0, at), length),
      burst: parts.burst.slice(0, parts.rows),
      calls: parts.calls.slice(0, parts.rows),
      next,
      curves: bursts.map(({atUs, forUs, shape}) => ({atUs, forUs, shape})),
    },
  };
}

/** What bursts add to one function. */
function addParts(f: number, bursts: readonly DealtBurst[], parts: Parts): void {
  const own: {readonly minute: number; readonly burst: number; readonly calls: number}[] = [];
  for (const [burst, curve] of bursts.entries()) {
    const {atUs, forUs, key, ofFunction} = curve;
    const upTo = (minute: number): number => shareUpTo(curve, minute * US_PER_MINUTE);
    const low = Math.floor(atUs / US_PER_MINUTE);
    const high = Math.ceil((atUs + forUs) / US_PER_MINUTE);
    deal(ofFunction[f]!, {upTo, low, high, key: mixKeys(key, f + 1)}, (minute, calls) => {
      own.push({minute, burst, calls});
    });
  }
  own.sort((a, b) => a.minute - b.minute);
  for (const {minute, burst, calls} of own) parts.add(minute, burst, calls);
}
