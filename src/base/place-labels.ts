/** A name that wants a place beside its dot; all in one unit: pixels, or cells of a terminal. y grows downwards. */
export interface Named {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Beside its dot or nowhere: further off it could be taken for another's. */
  readonly near?: boolean;
}

/** Where a name goes: its left end and the middle of its height. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
  /** Of a line of text. */
  readonly line: number;
  /** Between dot and name. */
  readonly gap: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * A place for each name, first come first served: right of its dot, left, above, below or further off, inside the room,
 * on no dot of `dots` and on no other name. Undefined for a name that finds none: better no name than two on each other.
 */
export function placeLabels(
  names: readonly Named[],
  dots: readonly Pick<Named, 'x' | 'y'>[],
  {width, height, line, gap}: Room,
): (Place | undefined)[] {
  const half = line / 2;
  const dot = Math.min(gap, half) * 0.9;
  // A name keeps its distance from other dots as it does from its own: else it would be taken for theirs.
  const aside = gap * 0.9;
  const taken: Box[] = dots.map(({x, y}) => ({left: x - aside, right: x + aside, top: y - dot, bottom: y + dot}));
  return names.map((name) => {
    for (const {x, y} of candidates(name, line, gap)) {
      const box = {left: x, right: x + name.width, top: y - half, bottom: y + half};
      if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height) continue;
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return {x, y};
    }
    return undefined;
  });
}

function candidates({x, y, width, near: isNear}: Named, line: number, gap: number): Place[] {
  const [right, left, middle] = [x + gap, x - gap - width, x - width / 2];
  const near = [
    {x: right, y},
    {x: left, y},
    {x: middle, y: y - line},
    {x: middle, y: y + line},
  ];
  if (isNear) return near;
  const far = [1, 2, 3].flatMap((lines) =>
    [right, left].flatMap((from) => [
      {x: from, y: y - lines * line},
      {x: from, y: y + lines * line},
    ]),
  );
  return [...near, ...far];
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
