import {usageError} from '../../base/errors.ts';
import {parseTimeUs, US_PER_SECOND} from '../../base/units.ts';
import type {GapMixture} from './ski-rental.ts';

const RULE = 'TIME:SHARE,... with times above 0 and shares that add up to 1, such as 1m:.8,10h:.2';

/** A mixture of exponential gaps from `1m:.8,10h:.2`: mean and share of each phase. */
export function parseMixture(text: string, flag: string): GapMixture {
  const share: number[] = [];
  const meanSeconds: number[] = [];
  for (const phase of text.split(',')) {
    const [time = '', part = '', ...rest] = phase.split(':');
    share.push(/^\s*(\d+\.?\d*|\.\d+)\s*$/.test(part) && rest.length === 0 ? Number(part) : Number.NaN);
    meanSeconds.push(parseTimeUs(time, flag) / US_PER_SECOND);
  }
  const total = share.reduce((sum, one) => sum + one, 0);
  const times = meanSeconds.every((mean) => mean > 0 && Number.isFinite(mean));
  if (!times || !(Math.abs(total - 1) < 1e-6)) throw usageError(`${flag} is '${text}', must be ${RULE}`);
  return {share, meanSeconds};
}
