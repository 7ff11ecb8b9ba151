import * as Plot from '@observablehq/plot';

/** Colours of the style sheet, which turns them for dark screens and for paper. */
export const colours = {
  one: 'var(--c1)',
  two: 'var(--c2)',
  three: 'var(--c3)',
  faint: 'var(--faint)',
  soft: 'var(--soft)',
  text: 'var(--text)',
} as const;

/** A drawing that fits its place, and is drawn anew when the place changes its width. */
export function draw(place: HTMLElement, chart: (width: number) => Element): void {
  let drawn = 0;
  const show = (): void => {
    const width = Math.max(280, Math.floor(place.clientWidth || 720));
    if (width === drawn) return;
    drawn = width;
    place.replaceChildren(chart(width));
  };
  show();
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => requestAnimationFrame(show)).observe(place);
}

/** What charts have in common: size, letters, and what a screen reader says of it. */
export function plot(width: number, label: string, options: Plot.PlotOptions): Element {
  const chart = Plot.plot({
    width,
    height: 280,
    marginLeft: 64,
    marginRight: 16,
    marginBottom: 38,
    style: {background: 'transparent', color: 'currentColor', fontSize: '12px', overflow: 'visible'},
    ariaLabel: label,
    ...options,
  });
  // With a legend the picture is the svg of a figure whose swatches are pictures too.
  const svg = chart.tagName.toLowerCase() === 'svg' ? chart : chart.querySelector('svg[aria-label]');
  svg?.setAttribute('role', 'img');
  return chart;
}

/** A choice among policies; asks nothing where there is only one. */
export function chooser(place: Element, label: string, names: readonly string[], onChoice: (k: number) => void): void {
  if (names.length > 1) {
    const select = document.createElement('select');
    for (const [k, name] of names.entries()) {
      const option = document.createElement('option');
      option.value = String(k);
      option.textContent = name;
      select.append(option);
    }
    select.addEventListener('change', () => onChoice(Number(select.value)));
    const caption = document.createElement('label');
    caption.className = 'chooser';
    caption.append(`${label} `, select);
    place.before(caption);
  }
  onChoice(0);
}

/** The place of a chart on the page; undefined where its section is missing. */
export function placeOf(name: string): HTMLElement | undefined {
  return document.querySelector<HTMLElement>(`[data-chart="${name}"]`) ?? undefined;
}
