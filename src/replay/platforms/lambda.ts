import {finiteTimeUs, oneOf, text, timeUs, wholeAtLeast, yesOrNo} from '../../base/parameters.ts';
import {writtenTimeUs} from '../../base/units.ts';
import {snapStart} from '../../cost/sheets.ts';
import {platformPart} from './platform.ts';

/** Environments that a function may start at once, and again in each ten seconds. */
const STARTS = '1000/10s:burst=1000,per=function';

/**
 * AWS Lambda: an environment serves one call at a time; a function's environments grow by a thousand each ten seconds; what
 * goes beyond that, beyond the account or beyond a reservation is answered with 429. Instances that `min` keeps are
 * provisioned concurrency: they serve first, what they cannot serve spills over to environments on demand.
 */
export const lambda = platformPart({
  name: 'lambda',
  summary: 'AWS Lambda: 1,000 starts each 10 s and function, 429 beyond the account, min is provisioned concurrency',
  kind: 'published',
  scope: 'cell',
  tries: {},
  keeps: 'by the clock',
  parameters: {
    account: wholeAtLeast(0, 'calls in flight of all functions; 0: no limit', {default: '1000'}),
    arch: oneOf(['x86', 'arm'], 'which price sheet', {default: 'x86'}),
    'keep-alive': text('time or auto', 'how long idle environments stay; auto: as the trace tells, or 10m', {
      default: 'auto',
    }),
    runtime: text('runtime', 'whose measured cold times hold where the trace tells none', {default: 'nodejs20.x'}),
    snapstart: yesOrNo('environments are restored from snapshots instead of initialised', {default: 'no'}),
    restore: finiteTimeUs('how long a restore takes', {default: '300ms'}),
  },
  check: (values, what) => {
    if (values['keep-alive'] !== 'auto') keepAlive.parse(values['keep-alive'], `${what}:keep-alive`);
  },
  create: ({account, arch, runtime, snapstart, restore, 'keep-alive': kept}) => {
    const auto = kept === 'auto';
    const ttl = auto ? '10m' : kept;
    return {
      flags: {
        policy: `fixed:ttl=${ttl}`,
        concurrency: '1',
        full: 'drop',
        'start-rate': STARTS,
        prices: arch === 'arm' ? 'lambda-arm' : 'lambda',
        cold: snapstart ? `fixed:${writtenTimeUs(restore)}` : `lambda:runtime=${runtime},memory=512MiB`,
      },
      ...(account > 0 && {accountCalls: account}),
      calibrates: auto,
      coldFromTrace: !snapstart,
      ...(snapstart && {terms: snapStart, noMinimum: 'snapstart=yes'}),
      notes: [
        `idle environments stay for ${ttl}${auto ? ' unless the trace says which calls were cold' : ''}; AWS promises no time`,
        account > 0 ? `the account may have ${account} calls in flight` : 'the account is not limited',
        ...(snapstart
          ? ['restores take as long as the setting says, and Java, whose snapshots are free, is billed too']
          : []),
      ],
    };
  },
});

const keepAlive = timeUs('');
