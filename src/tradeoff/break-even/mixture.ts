import {usageError} from '../../base/errors.ts';
import {parseTimeUs, US_PER_SECOND} from '../../base/units.ts';
import type {GapMixture} from './ski-rental.ts';

const RULE = 'TIME:SHARE,... with times above 0 and shares that add up to 1, such as 1m:.8,10h:.2';

/** A mixture of exponential gaps from `1m:.8,10h:.2`: mean and share of each phase. */
export function parseMixture(text: string, flag: string): GapMixture {
  const refusal = usageError(`${flag} is '${text}', must be ${RULE}`);
  const phases = text.split(',').map((phase) => /^\s*(.*[a-zA-Z])\s*:\s*(\d+(?:\.\d*)?|\.\d+)\s*$/.exec(phase));
  const meanSeconds: number[] = [];
  const share: number[] = [];
  for (const phase of phases) {
    if (!phase) throw refusal;
    meanSeconds.push(parseTimeUs(phase[1]!, `a time of ${flag} '${text}'`) / US_PER_SECOND);
    share.push(Number(phase[2]));
  }
  const times = meanSeconds.every((mean) => mean > 0 && Number.isFinite(mean));
  if (!times || Math.abs(share.reduce((sum, one) => sum + one, 0) - 1) > 1e-6) throw refusal;
  return {share, meanSeconds};
}
