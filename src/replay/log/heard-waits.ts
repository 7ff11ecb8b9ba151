import {CALL_FIELDS, CALLED_US, START_US} from '../../scheduler/core/call-rows.ts';
import type {Hearing} from '../run/replay.ts';

/** When calls came and when their code began, of all calls of a replay that began; hears it while it runs. */
export class HeardWaits implements Hearing {
  readonly asked: Hearing['asked'] = {calls: true, timeline: undefined};
  private called = new Float64Array(1 << 12);
  private started = new Float64Array(1 << 12);
  private calls = 0;

  begin(): void {}

  take(_policy: number, _cell: number, _what: string, rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += CALL_FIELDS) {
      if (Number.isNaN(rows[at + START_US]!)) continue;
      if (this.calls === this.called.length) this.grow();
      this.called[this.calls] = rows[at + CALLED_US]!;
      this.started[this.calls++] = rows[at + START_US]!;
    }
  }

  /** Most calls that have come and not begun at a time, and when, after `fromUs`, nobody waits any more; NaN: never. */
  backlog(fromUs: number): {readonly most: number; readonly emptyUs: number} {
    const called = this.called.slice(0, this.calls).sort();
    const started = this.started.slice(0, this.calls).sort();
    let [most, begun, emptyUs] = [0, 0, Number.NaN];
    for (let come = 0; come < called.length; ) {
      const nowUs = called[come]!;
      while (come < called.length && called[come] === nowUs) come++;
      while (begun < come && started[begun]! <= nowUs) begun++;
      // Whoever begins as it comes has begun already.
      most = Math.max(most, come - begun);
      // All who have come begin before the next one comes.
      const lastUs = started[come - 1]!;
      const isEmpty = come === called.length || lastUs < called[come]!;
      if (Number.isNaN(emptyUs) && isEmpty && lastUs >= fromUs) emptyUs = lastUs;
    }
    return {most, emptyUs};
  }

  /** Tells the arrival and the wait of each call, microseconds. */
  forEach(visit: (calledUs: number, waitUs: number) => void): void {
    for (let k = 0; k < this.calls; k++) visit(this.called[k]!, this.started[k]! - this.called[k]!);
  }

  private grow(): void {
    const larger = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(2 * column.length);
      grown.set(column);
      return grown;
    };
    this.called = larger(this.called);
    this.started = larger(this.started);
  }
}
