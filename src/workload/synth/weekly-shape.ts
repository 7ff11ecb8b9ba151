import {HOURS_PER_WEEK} from './population.ts';

/**
 * Weekly shapes of the model: a day's wave of some strength, peaking in the afternoon, and quieter weekends. The whole
 * is to stay within 0.8 to 1.25 of its mean, as Azure's trace does, so a wave is +-12.5 % on average.
 */
const amplitudes = [0, 0.1, 0.15, 0.25] as const;
const peakHours = [12, 14, 16] as const;
/** Weekend days lose this share of their calls per unit of the wave's amplitude. */
const WEEKEND_DIP = 0.5;

export const MODEL_SHAPES = amplitudes.length * peakHours.length;

/** Rate of each hour of the week, mean near 1. [shape * HOURS_PER_WEEK + hour] */
export function modelShapes(): Float32Array {
  return Float32Array.from(
    amplitudes.flatMap((amplitude) =>
      peakHours.flatMap((peak) =>
        Array.from({length: HOURS_PER_WEEK}, (_, hour) => {
          const wave = 1 + amplitude * Math.cos((2 * Math.PI * ((hour % 24) + 0.5 - peak)) / 24);
          return wave * (hour >= 5 * 24 ? 1 - WEEKEND_DIP * amplitude : 1);
        }),
      ),
    ),
  );
}
