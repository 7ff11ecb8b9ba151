import {expect, test} from 'vitest';
import {Random} from '../../../../../src/base/random.ts';
import {Kpa, type KpaParams} from '../../../../../src/scheduler/parts/keep-alive/knative/kpa.ts';

/**
 * The rules of Knative Serving's `pkg/autoscaler` (scaling and aggregation) put down once more, from all that was ever
 * recorded: no ring of buckets, no sum that is kept up to date.
 */
class NaiveKpa {
  private readonly params: KpaParams;
  private readonly said = new Map<number, number>();
  private readonly decisions: {second: number; pods: number}[] = [];
  private panicAt: number | undefined;
  private panicPods = 0;

  constructor(params: KpaParams) {
    this.params = params;
  }

  record(second: number, value: number): void {
    this.said.set(second, (this.said.get(second) ?? 0) + value);
  }

  private average(lengthS: number, now: number): number {
    const seconds = [...this.said.keys()].sort((a, b) => a - b);
    const last = seconds.at(-1)!;
    if (now - last > lengthS) return 0;
    const known = (second: number): number => this.said.get(second) ?? 0;
    if (this.params.algorithm === 'weightedExponential') {
      // As much of the weight as makes 99.99 % over the window, a fifth at least, for the last; the same of the rest for each before.
      const share = Math.max(0.2, 1 - 0.0001 ** (1 / lengthS));
      let [sum, weight] = [0, share * (1 - share) ** Math.max(0, now - last)];
      for (let second = last; second > now - lengthS; second--) {
        sum += known(second) * weight;
        weight *= 1 - share;
      }
      return sum;
    }
    if (now - last >= lengthS) return 0;
    // A window without any value begins everything anew.
    let first = seconds[0]!;
    seconds.forEach((second, k) => {
      if (k > 0 && second - seconds[k - 1]! >= lengthS) first = second;
    });
    let sum = 0;
    for (let second = Math.max(first, now - lengthS + 1); second <= last; second++) sum += known(second);
    const among = Math.min(last - first + 1, lengthS - Math.max(0, now - last));
    return Math.floor((sum / among) * 1e6) / 1e6;
  }

  decide(now: number, ready: number) {
    const {params} = this;
    const last = Math.max(...this.said.keys());
    if (this.said.size === 0 || now - last > params.stableWindowS) return undefined;
    const panicS = Math.round((params.stableWindowS * params.panicWindowPercent) / 100);
    const stable = this.average(params.stableWindowS, now);
    const panic = this.average(panicS, now);
    const some = Math.max(1, ready);
    const aim = params.target * params.utilization;
    const [forStable, forPanic] = [Math.ceil(stable / aim), Math.ceil(panic / aim)];
    const pods = (wanted: number): number => {
      const slow = Math.max(wanted, Math.floor(some / params.maxScaleDownRate));
      const within = Math.min(slow, Math.ceil(some * params.maxScaleUpRate));
      return wanted > 0 && within < params.activationScale ? params.activationScale : within;
    };
    if (forPanic / some >= params.panicThresholdPercent / 100) this.panicAt = now;
    else if (this.panicAt !== undefined && this.panicAt + params.stableWindowS < now) {
      this.panicAt = undefined;
      this.panicPods = 0;
    }
    let desired = pods(forStable);
    if (this.panicAt !== undefined) {
      desired = Math.max(desired, pods(forPanic), this.panicPods);
      this.panicPods = desired;
    }
    this.decisions.push({second: now, pods: desired});
    const slots = Math.ceil(params.scaleDownDelayS / 2);
    const oldest = Math.floor(now / 2) - slots;
    if (slots > 0) {
      desired = Math.max(
        ...this.decisions.filter(({second}) => Math.floor(second / 2) > oldest).map((one) => one.pods),
      );
    }
    const burst = params.targetBurstCapacity;
    const excessBurstCapacity = burst <= 0 ? burst : Math.floor(ready * params.target - burst - panic);
    return {stable, panic, desired, excessBurstCapacity};
  }
}

/** A set of settings that is nobody's fixture. */
function paramsAtRandom(random: Random): KpaParams {
  const pick = <T>(...values: T[]): T => values[random.below(values.length)]!;
  return {
    target: pick(1, 2, 5, 10, 40, 100),
    utilization: pick(0.3, 0.5, 0.7, 1),
    stableWindowS: pick(6, 10, 30, 60, 90, 300),
    panicWindowPercent: pick(10, 15, 20, 50, 100),
    panicThresholdPercent: pick(110, 150, 200, 300, 1000),
    maxScaleUpRate: pick(1.1, 1.5, 2, 10, 1000),
    maxScaleDownRate: pick(1.1, 1.2, 2, 5, 10),
    scaleDownDelayS: pick(0, 0, 1, 2, 15, 45, 120),
    activationScale: pick(1, 1, 2, 3, 7),
    targetBurstCapacity: pick(-1, 0, 10, 211),
    algorithm: pick('linear', 'weightedExponential'),
  };
}

/** Mean calls in flight by second, in quarters, whose sums are exact: steady, steps, bursts, silence; NaN: not measured. */
function loadAtRandom(random: Random, seconds: number): number[] {
  const load: number[] = [];
  while (load.length < seconds) {
    const length = 1 + random.below(90);
    const level = [0, 0, 1, 10, 100, 500][random.below(6)]!;
    const noisy = random.below(2) === 0;
    const gap = random.below(8) === 0;
    for (let k = 0; k < length; k++) load.push(gap ? Number.NaN : noisy ? random.below(8 * level + 1) / 4 : level);
  }
  return load.slice(0, seconds);
}

test.each(Array.from({length: 24}, (_, k) => k + 1))(
  'set %i of settings decides as the rules written down anew',
  (seed) => {
    const random = new Random(7000 + seed);
    const params = paramsAtRandom(random);
    const [kpa, naive] = [new Kpa(params), new NaiveKpa(params)];
    let ready = random.below(4);
    let [decided, most] = [0, 0];
    loadAtRandom(random, 480).forEach((calls, second) => {
      if (!Number.isNaN(calls)) {
        kpa.record(second, calls);
        naive.record(second, calls);
      }
      if (second % 2 === 0) return;
      const [found, expected] = [kpa.decide(second, ready), naive.decide(second, ready)];
      const rounded = (one: typeof found) =>
        one && {...one, stable: one.stable.toFixed(6), panic: one.panic.toFixed(6)};
      expect({second, ...rounded(found)}).toEqual({second, ...rounded(expected)});
      if (found === undefined) return;
      decided++;
      most = Math.max(most, found.desired);
      // Pods come and go with a delay of chance.
      if (random.below(3) === 0) ready = Math.min(found.desired, ready + 1 + random.below(50));
      if (ready > found.desired && random.below(3) === 0) ready = found.desired;
    });
    expect(decided).toBeGreaterThan(50);
    expect(most).toBeGreaterThan(0);
  },
);
