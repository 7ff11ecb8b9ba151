/**
 * Counter-based random numbers: every draw is a pure function of its key, so that a result depends on
 * (seed, function, minute) alone and never on the order in which cells, threads or shards ask for it.
 */

/** Mixes 32 bits; every input bit flips each output bit with probability near one half (Wellons' `lowbias32`). */
export function mix32(x: number): number {
  let z = x | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

/** A 32-bit key made of two; not symmetric in its arguments. */
export function mixKeys(a: number, b: number): number {
  return mix32(Math.imul(a, 0x9e3779b1) ^ mix32(b + 0x7f4a7c15));
}

/** Draw number `counter` of the stream `(keyA, keyB)`, an unsigned 32-bit integer. */
export function draw32(keyA: number, keyB: number, counter: number): number {
  let z = (Math.imul(counter, 0x9e3779b9) + keyA) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad) ^ keyB;
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** Turns 32 random bits into a number in (0, 1), never an end. */
export function unit(bits: number): number {
  return ((bits >>> 0) + 0.5) / 4294967296;
}

/** FNV-1a over bytes, finished with `mix32`: a stable name hash, the same on every machine. */
export function hashBytes(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return mix32(h);
}

const encoder = new TextEncoder();

/** `hashBytes` of the text's UTF-8 form. */
export function hashText(text: string, seed = 0): number {
  return hashBytes(encoder.encode(text), 0, undefined, seed);
}

/**
 * A sequential generator (sfc32, Chris Doty-Humphrey's PractRand) for places where order is fixed anyway:
 * placement choices, synthetic populations, tests. Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spareNormal = Number.NaN;

  constructor(seed: number) {
    // Seeds above 32 bits (`--seed 5000000000`) keep their high part.
    this.a = mix32(seed % 4294967296);
    this.b = mix32(Math.floor(seed / 4294967296) ^ 0x5bf03635);
    this.c = mix32(this.a ^ 0x1b873593);
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** A number in (0, 1), never an end. */
  next(): number {
    return unit(this.bits());
  }

  /** An integer in [0, n), n up to 2^32. */
  below(n: number): number {
    return Math.floor((this.bits() / 4294967296) * n);
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (!Number.isNaN(this.spareNormal)) {
      const spare = this.spareNormal;
      this.spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.spareNormal = v * scale;
      return u * scale;
    }
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.next());
  }
}
