/** How a burst's calls come over its time: both run from 0 to 1. */
interface Shape {
  readonly summary: string;
  /** Calls of the burst over those of its rate all the time. */
  readonly mass: number;
  /** The share of its calls that have come by that share of its time. */
  upTo(time: number): number;
  /** The share of its time at which that share of its calls has come: the inverse. */
  at(share: number): number;
}

/** What is left of the rate at the end of one that decays. */
const LEFT = 0.01;
const fall = -Math.log(LEFT);

export const shapes = {
  flat: {summary: 'the rate all the time', mass: 1, upTo: (time) => time, at: (share) => share},
  ramp: {summary: 'rises evenly to the rate', mass: 0.5, upTo: (time) => time * time, at: Math.sqrt},
  triangle: {
    summary: 'rises evenly to the rate in its middle, and falls',
    mass: 0.5,
    upTo: (time) => (time < 0.5 ? 2 * time * time : 1 - 2 * (1 - time) ** 2),
    at: (share) => (share < 0.5 ? Math.sqrt(share / 2) : 1 - Math.sqrt((1 - share) / 2)),
  },
  decay: {
    summary: 'begins at the rate and falls exponentially to a hundredth of it',
    mass: (1 - LEFT) / fall,
    upTo: (time) => -Math.expm1(-fall * time) / (1 - LEFT),
    at: (share) => -Math.log1p(-(1 - LEFT) * share) / fall,
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;

/** When a burst comes and how its calls come in its time; whole microseconds since time 0. Plain data: it crosses threads. */
export interface BurstCurve {
  readonly atUs: number;
  /** Above 0. */
  readonly forUs: number;
  readonly shape: ShapeName;
}

/** The share of a burst's calls that have come by that time. */
export function shareUpTo({atUs, forUs, shape}: BurstCurve, us: number): number {
  return shapes[shape].upTo(Math.min(1, Math.max(0, (us - atUs) / forUs)));
}

/** A burst of which it is known how many calls each function has. */
export interface DealtBurst extends BurstCurve {
  readonly key: number;
  readonly ofFunction: Float64Array; // [function]
}
