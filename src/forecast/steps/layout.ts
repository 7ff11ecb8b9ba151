/** What the places along one side of a tensor stand for; `1` is a side of length one. */
export type Axis = 'rows' | 'time' | 'channels' | 'steps' | 'quantiles' | '1';

const known: readonly string[] = ['rows', 'time', 'channels', 'steps', 'quantiles', '1'];

/** How long each kind of side is. What a tensor has no side for must have length one. */
export type Extents = Readonly<Partial<Record<Axis, number>>>;

/** The sides of a tensor, outermost first: `rows,time,1`. Undefined where the text names none, or one of them twice. */
export function parseLayout(text: string): Axis[] | undefined {
  const axes = text.split(',').map((part) => part.trim());
  const named = axes.filter((axis) => axis !== '1');
  const sound = axes.every((axis) => known.includes(axis)) && new Set(named).size === named.length;
  return sound && named.includes('rows') ? (axes as Axis[]) : undefined;
}

/** The dimensions of a tensor of that layout with `rows` rows. */
export function dimensionsOf(axes: readonly Axis[], extents: Extents, rows: number): number[] {
  return axes.map((axis) => (axis === 'rows' ? rows : (extents[axis] ?? 1)));
}

/** How far apart in memory neighbours along a side lie; 0 for a side that the tensor does not have. */
export function strideOf(axes: readonly Axis[], dimensions: readonly number[], axis: Axis): number {
  const place = axes.indexOf(axis);
  if (place < 0) return 0;
  let stride = 1;
  for (let i = place + 1; i < dimensions.length; i++) stride *= dimensions[i]!;
  return stride;
}
