/**
 * How much of a change each of several causes makes, by Shapley's value: the mean, over all orders in which they may come,
 * of what each changes when it comes. `worthOf` is told which have come, as bits, cause k being 1 << k. The parts add up
 * to the whole change, and a cause that changes nothing has no part.
 */
export function shapleyParts(causes: number, worthOf: (come: number) => number): number[] {
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const all = factorial(causes);
  return Array.from({length: causes}, (_, cause) => {
    let part = 0;
    for (let come = 0; come < 1 << causes; come++) {
      if (come & (1 << cause)) continue;
      const before = bitsIn(come);
      const orders = factorial(before) * factorial(causes - before - 1);
      part += (orders / all) * (worthOf(come | (1 << cause)) - worthOf(come));
    }
    return part;
  });
}

function bitsIn(value: number): number {
  return value === 0 ? 0 : (value & 1) + bitsIn(value >> 1);
}
