/** What is done to counts on their way in, and undone to forecasts on their way out. */
export type Transform = 'none' | 'log1p' | 'sqrt' | 'mean-scale' | {readonly offset: number; readonly factor: number};

/**
 * A count as the model takes it: log(1 + count), its root, (count - offset) x factor, or count / scale, where `scale` is
 * one plus the mean of the row's whole window and 1 for every other transform.
 */
export function transformed(transform: Transform, count: number, scale: number): number {
  if (transform === 'none') return count;
  if (transform === 'log1p') return Math.log1p(count);
  if (transform === 'sqrt') return Math.sqrt(count);
  if (transform === 'mean-scale') return count / scale;
  return (count - transform.offset) * transform.factor;
}

/** The count that a model's value stands for; it may be negative, which no count is. */
export function restored(transform: Transform, value: number, scale: number): number {
  if (transform === 'none') return value;
  if (transform === 'log1p') return Math.expm1(value);
  if (transform === 'sqrt') return value * value;
  if (transform === 'mean-scale') return value * scale;
  return value / transform.factor + transform.offset;
}
