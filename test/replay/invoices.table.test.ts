import {describe, expect, test} from 'vitest';
import {US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {priceSheets} from '../../src/cost/sheets.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

/** What an invoice is for; memory is GB of the only function, unless calls name theirs. */
interface Terms {
  readonly gb?: number;
  readonly ttl?: string;
  readonly min?: number;
  readonly cpu?: number;
  readonly places?: number;
}

/** `0:120/300 60:1`: at 0 s a call of 120 ms, cold for 300 ms if nothing is warm; at 60 s one of 1 ms. `b2@0:5`: of function b at 2 GB. */
function callsOf(text: string): EventRow[] {
  return text.split(' ').map((token) => {
    const [, name = 'f', gb, at, ms, cold = '0'] = /^(?:([a-z])([\d.]+)@)?([\d.]+):([\d.]+)(?:\/([\d.]+))?$/.exec(
      token,
    )!;
    const memory = gb === undefined ? {} : {memoryMib: Number(gb) * 1024};
    const us = (each: string): number => Math.round(Number(each) * US_PER_MS);
    return {function: name, at: Math.round(Number(at) * US_PER_SECOND), duration: us(ms!), cold: us(cold), ...memory};
  });
}

async function totalOf(sheet: string, calls: string, {gb = 1, ttl = '10m', min = 0, cpu = 1, places = 1}: Terms) {
  const workload = eventWorkload(callsOf(calls));
  const {functions} = workload;
  const all = (value: number): Float64Array => new Float64Array(functions).fill(value);
  const prices = priceSheets[sheet]!.sheet;
  const memoryMib = prices.hostMemoryMib || Number.POSITIVE_INFINITY;
  const count = prices.hostMemoryMib > 0 ? Number.POSITIVE_INFINITY : 1;
  const options = testOptions(workload, {
    ...{prices, cold: coldTimes.parse('trace'), defaultMemoryMib: gb * 1024, concurrency: places},
    fleet: {count, slots: Number.POSITIVE_INFINITY, memoryMib},
    settings: {numbers: {...(min > 0 && {min: all(min)}), cpu: all(cpu)}, labels: {}, quotas: []},
  });
  const ledgers = await replay(workload, [parsePolicy(`fixed:ttl=${ttl}`)], options);
  return replayReport(workload, ledgers, options, 0).runs[0]!.costUsd.total;
}

type Invoice = readonly [what: string, calls: string, terms: Terms, usd: number];

/** Invoices as one works them out with a list of prices and a pencil; a trace ends with the minute of its last call. */
function invoices(sheet: string, cases: readonly Invoice[]): void {
  describe(sheet, () => {
    test.each(cases)('%s', async (_, calls, terms, usd) => {
      expect(await totalOf(sheet, calls, terms)).toBeCloseTo(usd, 12);
    });
  });
}

/** On Lambda a GB-second, one on provisioned, one provisioned, a request. */
function onLambda(e: number, w: number, p: number): Invoice[] {
  const r = 0.2e-6;
  return [
    ['a call of 0.2 ms is one of 1 ms', '0:0.2', {gb: 0.125}, 0.001 * 0.125 * e + r],
    ['100.001 ms are 101 ms, each time', '0:100.001 1:100.001 2:100.001', {}, 0.303 * e + 3 * r],
    ['a start is billed with its call: 250.5 and 99.7 ms are 351 ms', '0:99.7/250.5', {gb: 0.5}, 0.351 * 0.5 * e + r],
    ['two at once both start', '0:1000/500 0:1000/500', {gb: 2}, 2 * 1.5 * 2 * e + 2 * r],
    ['after its keep-alive an environment starts again', '0:10/90 59:10/90', {ttl: '30s'}, 0.2 * e + 2 * r],
    ['idle environments cost nothing', '0:10/90 3000:10/90', {ttl: '60m'}, 0.11 * e + 2 * r],
    ['3008 MB are 2.9375 GB', '0:200/0', {gb: 2.9375}, 0.2 * 2.9375 * e + r],
    ['a minute of provisioned is charged as five', '0:500/700', {min: 1}, 300 * p + 0.5 * w + r],
    [
      'eleven minutes of two at 3 GB as fifteen',
      '0:1/0 650:2/0',
      {gb: 3, min: 2},
      2 * 900 * 3 * p + 0.003 * 3 * w + 2 * r,
    ],
    [
      'of three at once one spills over, with its start, at the usual price',
      '0:1000.2/400 0:1000.2/400 0:1000.2/400',
      {gb: 1.5, min: 2},
      1.5 * (2 * 300 * p + 2 * 1.001 * w + 1.401 * e) + 3 * r,
    ],
  ];
}
invoices('lambda', onLambda(1.66667e-5, 9.7222e-6, 4.1667e-6));
invoices('lambda-arm', onLambda(1.33334e-5, 7.7778e-6, 3.3334e-6));

const [activeVcpu, activeGb, idleVcpu, idleGb, cloudRunCall] = [2.4e-5, 2.5e-6, 2.5e-6, 2.5e-6, 0.4e-6];
invoices('cloud-run-request', [
  ['a call of 1 ms is one of 100 ms', '0:1', {gb: 0.5}, 0.1 * (activeVcpu + 0.5 * activeGb) + cloudRunCall],
  ['100 ms are 100 ms', '0:100', {}, 0.1 * (activeVcpu + activeGb) + cloudRunCall],
  ['a start counts: 1,350 and 90 ms are 1,500 ms', '0:90/1350', {}, 1.5 * (activeVcpu + activeGb) + cloudRunCall],
  [
    'two vCPUs cost twice as much, memory does not',
    '0:100',
    {cpu: 2},
    0.1 * (2 * activeVcpu + activeGb) + cloudRunCall,
  ],
  [
    'calls that overlap in an instance are one busy time, 0 to 5.2 s',
    '0:3000 2.15:3000',
    {places: 80},
    5.2 * (activeVcpu + activeGb) + 2 * cloudRunCall,
  ],
  [
    'a moment without a call makes two busy times, each rounded',
    '0:1010 1.5:1010',
    {places: 80},
    2 * 1.1 * (activeVcpu + activeGb) + 2 * cloudRunCall,
  ],
  [
    'one place, two at once: two instances',
    '0:1000/200 0:1000/200',
    {},
    2 * 1.2 * (activeVcpu + activeGb) + 2 * cloudRunCall,
  ],
  [
    'a minimum instance idles for what a minute leaves',
    '10:6000/900',
    {min: 1},
    6 * (activeVcpu + activeGb) + 54 * (idleVcpu + idleGb) + cloudRunCall,
  ],
  [
    'two of them with half a vCPU and 2 GB, one call',
    '0:30000/900',
    {min: 2, cpu: 0.5, gb: 2},
    30 * (0.5 * activeVcpu + 2 * activeGb) + 90 * (0.5 * idleVcpu + 2 * idleGb) + cloudRunCall,
  ],
  [
    'what a minimum instance cannot serve starts one more, which idles for nothing',
    '0:20000/900 1:1000/900',
    {min: 1},
    (20 + 1.9) * (activeVcpu + activeGb) + 40 * (idleVcpu + idleGb) + 2 * cloudRunCall,
  ],
]);

const [instanceVcpu, instanceGb] = [1.8e-5, 2e-6];
invoices('cloud-run-instance', [
  ['from a start to the end of the minute', '0:1000/500', {}, 60 * (instanceVcpu + instanceGb)],
  ['idle for its keep-alive alone', '0:1000/500', {ttl: '10s'}, 11.5 * (instanceVcpu + instanceGb)],
  ['nothing is rounded', '0:1.234/0', {ttl: '1s'}, 1.001234 * (instanceVcpu + instanceGb)],
  ['requests are free', '0:1 1:1 2:1', {ttl: '5s'}, 7.001 * (instanceVcpu + instanceGb)],
  ['memory and vCPUs apart', '0:1000', {ttl: '9s', gb: 4, cpu: 2}, 10 * (2 * instanceVcpu + 4 * instanceGb)],
  ['two at once are two lives', '0:1000/1000 0:3000/1000', {ttl: '1s'}, (3 + 5) * (instanceVcpu + instanceGb)],
  [
    'of two places one instance has both',
    '0:1000/1000 0:3000/1000',
    {ttl: '1s', places: 2},
    5 * (instanceVcpu + instanceGb),
  ],
  [
    'an instance that is gone starts again',
    '0:1000/500 30:1000/500',
    {ttl: '5s'},
    2 * 6.5 * (instanceVcpu + instanceGb),
  ],
  ['a minimum instance lives all the time', '0:1 119:500', {min: 1}, 120 * (instanceVcpu + instanceGb)],
  [
    'and one more as long as it is needed',
    '0:10000/1000 5:1000/1000',
    {min: 1, ttl: '3s'},
    65 * (instanceVcpu + instanceGb),
  ],
]);

const [consumption, azureCall] = [1.6e-5, 0.2e-6];
invoices('azure-consumption', [
  ['at least 100 ms', '0:3/800', {gb: 0.125}, 0.1 * 0.125 * consumption + azureCall],
  ['at least 128 MB', '0:1000/800', {gb: 0.0625}, 0.125 * consumption + azureCall],
  ['then by the millisecond', '0:100.4/800', {gb: 0.125}, 0.101 * 0.125 * consumption + azureCall],
  ['129 MB are 256', '0:1000', {gb: 129 / 1024}, 0.25 * consumption + azureCall],
  ['256 MB are 256', '0:1000', {gb: 0.25}, 0.25 * consumption + azureCall],
  ['1,300 MB are 1,408', '0:2000', {gb: 1300 / 1024}, 2 * 1.375 * consumption + azureCall],
  ['starts are free', '0:500/5000', {}, 0.5 * consumption + azureCall],
  ['so is idle time', '0:500/5000 1000:500/5000', {ttl: '20m'}, consumption + 2 * azureCall],
  [
    'each call is rounded by itself',
    '0:50 1:50 2:150.5',
    {gb: 0.5},
    0.5 * (0.1 + 0.1 + 0.151) * consumption + 3 * azureCall,
  ],
  ['two at once', '0:30000/500 1:30000/500', {gb: 1.5}, 60 * 1.5 * consumption + 2 * azureCall],
]);

const [flex, flexReady, flexKept, flexCall] = [2.6e-5, 1.6e-5, 4e-6, 0.4e-6];
invoices('azure-flex', [
  ['a second at least', '0:3/800', {gb: 2}, 2 * flex + flexCall],
  ['then by 100 ms', '0:1001/800', {gb: 2}, 1.1 * 2 * flex + flexCall],
  ['1,100 ms are 1,100', '0:1100/800', {gb: 2}, 1.1 * 2 * flex + flexCall],
  ['512 MB', '0:2950', {gb: 0.5}, 3 * 0.5 * flex + flexCall],
  ['each call by itself where each has its instance', '0:10 0:10 5:10', {gb: 2}, 3 * 2 * flex + 3 * flexCall],
  [
    'calls that overlap in an instance are one time',
    '0:900 0.5:900',
    {gb: 2, places: 16},
    1.4 * 2 * flex + 2 * flexCall,
  ],
  ['what starts is not billed', '0:1000/30000', {gb: 4}, 4 * flex + flexCall],
  [
    'an always-ready instance is paid for all the time',
    '0:1500/800',
    {gb: 2, min: 1},
    2 * (60 * flexKept + 1.5 * flexReady) + flexCall,
  ],
  [
    'a call on it is a second at least too',
    '0:10/800 100:10/800',
    {gb: 2, min: 1},
    2 * (120 * flexKept + 2 * flexReady) + 2 * flexCall,
  ],
  [
    'beyond three of them the usual price',
    '0:5000/800 0:5000/800 0:5000/800 0:5000/800',
    {gb: 2, min: 3},
    2 * (3 * 60 * flexKept + 15 * flexReady + 5 * flex) + 4 * flexCall,
  ],
]);

const premium = (0.173 + 3.5 * 0.0123) / 3600;
invoices('azure-premium', [
  ['one instance at least, used or not', '0:1', {ttl: '1s'}, 60 * premium],
  ['for an hour', '0:1 3599:1', {ttl: '1s'}, 3600 * premium],
  ['requests and executions are free', '0:1 0.1:1 0.2:1 0.3:1', {ttl: '1m'}, 60 * premium],
  ['two functions of 2 GB do not fit together', 'a2@0:9000/1000 b2@0:9000/1000', {ttl: '1s'}, (60 + 11) * premium],
  ['three of 1 GB do', 'a1@0:9000 b1@0:9000 c1@0:9000', {ttl: '1s'}, 60 * premium],
  ['a second one for as long as it holds something', 'a3@0:30000 b1@10:5000/1000', {ttl: '4s'}, (60 + 10) * premium],
  ['idle instances hold it', 'a3@0:30000 b1@10:5000', {ttl: '15s'}, (60 + 20) * premium],
  ['three at a time', 'a3@0:10000 b3@0:10000 c3@0:10000', {ttl: '10s'}, (60 + 20 + 20) * premium],
  ['nobody: the first minutes before a call cost as much', '0:1 300:1', {ttl: '10s'}, 360 * premium],
  ['kept instances of 3 GB take one each', '0:1', {gb: 3, min: 2}, 120 * premium],
]);

const node = 0.192 / 3600;
invoices('knative', [
  ['a node from its first pod to its last', '0:5000/2000', {ttl: '10s'}, 17 * node],
  ['none, nothing', '0:5000/2000 600:5000/2000', {ttl: '10s'}, 2 * 17 * node],
  ['sixteen pods of 1 GB on one', `${Array.from({length: 16}, () => '0:5000').join(' ')}`, {ttl: '1s'}, 6 * node],
  ['the seventeenth on another', `${Array.from({length: 17}, () => '0:5000').join(' ')}`, {ttl: '1s'}, 12 * node],
  ['pods that share it', 'a8@0:5000 b8@3:5000', {ttl: '2s'}, 10 * node],
  ['too large together', 'a8@0:5000 b9@3:5000', {ttl: '2s'}, (7 + 7) * node],
  ['up to the end of what is counted', '0:5000', {ttl: '10m'}, 60 * node],
  ['kept pods hold it', '0:1', {min: 3}, 60 * node],
  ['five kept pods of 4 GB hold two', '0:1', {gb: 4, min: 5}, 120 * node],
  ['several calls in a pod', '0:5000 1:5000 2:5000', {places: 100, ttl: '3s'}, 10 * node],
]);
