import type {FunctionsData} from './page-data.ts';
import {type Labels, type Texts, unpackLabels, unpackNumbers, unpackTexts} from './unpack.ts';

type Column = Float64Array;

/** What a policy did to each function. */
export interface Figures {
  readonly policy: string;
  readonly invocations: Column;
  readonly cold: Column;
  /** NaN without calls. */
  readonly coldShare: Column;
  readonly p99DelayMs: Column;
  readonly busyGbHours: Column;
  readonly idleGbHours: Column;
  readonly usd: Column;
}

export interface Functions {
  readonly rows: number;
  readonly name: Texts;
  readonly app: Labels;
  readonly owner: Labels;
  readonly policies: readonly Figures[];
}

export async function unpackFunctions({rows, name, app, owner, policies}: FunctionsData): Promise<Functions> {
  const doubles = async (packed: Parameters<typeof unpackNumbers>[0]): Promise<Column> =>
    (await unpackNumbers(packed)) as Column;
  const hours = async (packed: Parameters<typeof unpackNumbers>[0]): Promise<Column> =>
    (await doubles(packed)).map((gbSeconds) => gbSeconds / 3600);
  return {
    rows,
    name: await unpackTexts(name),
    app: await unpackLabels(app),
    owner: await unpackLabels(owner),
    policies: await Promise.all(
      policies.map(async (its) => {
        const invocations = await doubles(its.invocations);
        const cold = await doubles(its.cold);
        return {
          policy: its.policy,
          invocations,
          cold,
          coldShare: invocations.map((calls, row) => (calls === 0 ? Number.NaN : cold[row]! / calls)),
          p99DelayMs: await doubles(its.p99DelayMs),
          busyGbHours: await hours(its.busyGbSeconds),
          idleGbHours: await hours(its.idleGbSeconds),
          usd: await doubles(its.usd),
        };
      }),
    ),
  };
}
