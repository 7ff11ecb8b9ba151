import {Box, render, Text} from 'ink';
import {useEffect, useState} from 'react';
import {formatCount} from '../base/units.ts';

/** What the bar shows; the owner changes `done`, the component looks at it a few times a second. */
export interface ProgressState {
  done: number;
  readonly total: number;
  readonly startedMs: number;
}

const WIDTH = 30;
const REDRAW_MS = 100;

/** One line: what is being done, a bar, how much, how fast. */
export function ProgressLine({
  label,
  unit,
  state,
  nowMs,
}: {
  label: string;
  unit: string;
  state: ProgressState;
  nowMs: number;
}) {
  const share = state.total === 0 ? 1 : Math.min(1, state.done / state.total);
  const filled = Math.round(share * WIDTH);
  const seconds = Math.max(1e-3, (nowMs - state.startedMs) / 1000);
  return (
    <Box>
      <Text>{label} </Text>
      <Text color="cyan">{'█'.repeat(filled)}</Text>
      <Text dimColor>{'░'.repeat(WIDTH - filled)}</Text>
      <Text>
        {' '}
        {Math.floor(share * 100)} % {formatCount(state.done)} {unit}
      </Text>
      <Text dimColor> {(state.done / seconds / 1e6).toFixed(1)} M/s</Text>
    </Box>
  );
}

function Progress(props: {label: string; unit: string; state: ProgressState}) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  return <ProgressLine {...props} nowMs={nowMs} />;
}

/** Draws a progress line on stderr until `stop`, which wipes it. Only for a terminal. */
export function showProgress(
  label: string,
  total: number,
  unit: string,
): {
  advance(amount: number): void;
  stop(): Promise<void>;
} {
  const state: ProgressState = {done: 0, total, startedMs: performance.now()};
  const app = render(<Progress label={label} unit={unit} state={state} />, {
    stdout: process.stderr,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    advance: (amount) => {
      state.done += amount;
    },
    stop: async () => {
      // Ink leaves its last frame on the screen, so the last one is empty; it draws at most every 32 ms.
      app.rerender(null);
      await new Promise((resolve) => setTimeout(resolve, REDRAW_MS / 2));
      app.unmount();
    },
  };
}
