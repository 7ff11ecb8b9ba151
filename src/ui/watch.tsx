import {render, useInput} from 'ink';
import {useEffect, useState} from 'react';
import {type WatchedReplay, WatchView} from './watch-view.tsx';

/** Who looks on: what is seen, and keys. */
export interface Watcher {
  readonly paused: boolean;
  /** Leaves the last picture on the screen. */
  stop(): Promise<void>;
}

const REDRAW_MS = 100;

function Watch({seen, onPause, onQuit}: {seen: () => WatchedReplay; onPause: () => void; onQuit: () => void}) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  useInput((input, key) => {
    if (input === 'p' || input === ' ') onPause();
    if (input === 'q' || (key.ctrl && input === 'c')) onQuit();
  });
  return <WatchView {...seen()} />;
}

/** Draws on stderr what `seen` says, ten times a second, until it is stopped; p pauses, q quits. */
export function watch(seen: () => Omit<WatchedReplay, 'paused'>, onQuit: () => void): Watcher {
  const state = {paused: false};
  const onPause = (): void => {
    state.paused = !state.paused;
  };
  const app = render(<Watch seen={() => ({...seen(), ...state})} onPause={onPause} onQuit={onQuit} />, {
    stdout: process.stderr,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    get paused() {
      return state.paused;
    },
    stop: async () => {
      await new Promise((resolve) => setTimeout(resolve, REDRAW_MS));
      app.unmount();
    },
  };
}
