import type {WorkDone} from './progress-line.ts';

/** Words of the buffer that two threads share: whose turn it is to write, and whether all is over. */
const LOCK = 0;
const OVER = 1;
const TEXT_LENGTH = 2;
const NUMBERS_AT = 64;
const TEXT_AT = 128;
const TEXT_BYTES = 896;

/** What the thread at work says, and the thread that draws reads, at any time. */
export class ProgressState {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array; // done, total, parts, start in ms since the epoch
  private readonly text: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(TEXT_AT + TEXT_BYTES)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, 3);
    this.numbers = new Float64Array(buffer, NUMBERS_AT, 4);
    this.text = new Uint8Array(buffer, TEXT_AT, TEXT_BYTES);
  }

  /** Begins another piece of work. */
  /** '' is none, and nothing is drawn. */
  begin(doing: string, total: number, unit: string, parts: number, part: string): void {
    this.locked(() => {
      this.numbers.set([0, total, parts, Date.now()]);
      const bytes = new TextEncoder().encode(JSON.stringify([doing.slice(0, 160), unit, part])).subarray(0, TEXT_BYTES);
      this.text.set(bytes);
      this.words[TEXT_LENGTH] = doing === '' ? 0 : bytes.length;
    });
  }

  advance(amount: number): void {
    this.numbers[0]! += amount;
  }

  /** Nothing is drawn from now on; `wipe` is done before anything else is written. */
  end(wipe: () => void): void {
    if (Atomics.load(this.words, OVER) === 1) return;
    this.locked(() => {
      Atomics.store(this.words, OVER, 1);
      wipe();
    });
  }

  /** Writes something else while nothing is drawn. */
  aside(act: () => void): void {
    if (Atomics.load(this.words, OVER) === 0) this.locked(act);
  }

  /** Lets `write` have what is being done; nothing once all is over. */
  read(write: (work: WorkDone) => void): void {
    this.locked(() => {
      const length = this.words[TEXT_LENGTH]!;
      if (Atomics.load(this.words, OVER) === 1 || length === 0) return;
      const [doing, unit, part] = JSON.parse(new TextDecoder().decode(this.text.slice(0, length))) as [
        string,
        string,
        string,
      ];
      const [done, total, parts, startMs] = this.numbers as unknown as [number, number, number, number];
      write({doing, unit, part, done, total, parts, seconds: (Date.now() - startMs) / 1000});
    });
  }

  /** One thread at a time; each holds it for a write to a terminal at most. */
  private locked(act: () => void): void {
    while (Atomics.compareExchange(this.words, LOCK, 0, 1) !== 0) Atomics.wait(this.words, LOCK, 1, 5);
    try {
      act();
    } finally {
      Atomics.store(this.words, LOCK, 0);
      Atomics.notify(this.words, LOCK);
    }
  }
}
