/** A chance may miss [0, 1] by the rounding of single precision and no more. */
const SLACK = 1e-4;

/** A model's chance within 0 and 1, what rounding took out of them moved back; undefined for what is no chance, NaN too. */
export function chanceOf(value: number): number | undefined {
  return value >= -SLACK && value <= 1 + SLACK ? Math.min(1, Math.max(0, value)) : undefined;
}
