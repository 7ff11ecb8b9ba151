import {render} from 'ink-testing-library';
import {expect, test} from 'vitest';
import {ProgressLine} from '../../src/ui/progress.tsx';

const at = (done: number, total: number, seconds: number): string => {
  const state = {done, total, startedMs: 0};
  return render(
    <ProgressLine label="replaying" unit="invocations" state={state} nowMs={seconds * 1000} />,
  ).lastFrame()!;
};

test.each([
  {
    name: 'nothing done yet',
    done: 0,
    total: 100,
    seconds: 0,
    frame: `replaying ${'░'.repeat(30)} 0 % 0 invocations 0.0 M/s`,
  },
  {
    name: 'half of ten million in two seconds',
    done: 5_000_000,
    total: 10_000_000,
    seconds: 2,
    frame: `replaying ${'█'.repeat(15)}${'░'.repeat(15)} 50 % 5,000,000 invocations 2.5 M/s`,
  },
  {
    name: 'an empty workload is done',
    done: 0,
    total: 0,
    seconds: 1,
    frame: `replaying ${'█'.repeat(30)} 100 % 0 invocations 0.0 M/s`,
  },
])('the progress line shows $name', ({done, total, seconds, frame}) => {
  expect(at(done, total, seconds)).toBe(frame);
});
