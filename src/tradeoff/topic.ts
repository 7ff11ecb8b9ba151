import type {PriceOrigin} from '../cost/prices.ts';
import type {Workload} from '../workload/workload.ts';
import type {Simulated} from './compared.ts';
import type {Inputs, Values} from './input.ts';
import type {Trial} from './trial.ts';

/** One number of an output. `(id, scenario)` is unique within it. */
export interface Answer {
  /** Stable: the question's number in SEED.md and the quantity, `E1.2.breakEvenPerDay`. */
  readonly id: string;
  /** Which case the number is for, where a question has several: the start rate of a burst, say. */
  readonly scenario?: string;
  /** Unit of `scenario`, where it is a number: `instances/s`. */
  readonly scenarioUnit?: string;
  /** In `unit`. Null when there is no such number: unbounded or undefined at these inputs; `text` then says which. */
  readonly value: number | null;
  readonly unit: string;
  /** What the number is, a phrase without the number. */
  readonly text: string;
  /** The formula, and whose it is. */
  readonly method: string;
}

/** What the numbers come to. */
export interface Verdict {
  /** Stable and short, for scripts; the sensitivity says where it turns into another. Cheap: it is asked thousands of times. */
  readonly code: string;
  /** One or two sentences for people. */
  text(): string;
}

export type Cell = string | number | boolean | null;

export type Row = Readonly<Record<string, Cell>>;

/** What a table is about. */
export interface TableHead {
  readonly id: string;
  readonly title: string;
  /** Key of each column in `rows`, its unit ('' for text) and, where rows are read by people, a heading. */
  readonly columns: readonly {readonly key: string; readonly unit: string; readonly head: string}[];
}

/** A table before its rows are written out: placements, functions, a schedule. Rows come in the order of interest. */
export interface TableSource extends TableHead {
  readonly total: number;
  rowAt(k: number): Row;
}

/** A table of an output. */
export interface TradeoffTable extends TableHead {
  /** Rows there are; `rows` holds the first of them, or all. */
  readonly total: number;
  readonly rows: readonly Row[];
}

/** What a topic says about a trace, beside its closed forms. */
export interface WorkloadPart {
  /** The trace's own answer: it takes the place of the textbook's. Code `unknown` where the trace cannot tell. */
  readonly verdict: {readonly code: string; readonly text: string};
  readonly answers: readonly Answer[];
  readonly tables: readonly TableSource[];
}

/** One question, or group of questions, of SEED.md: its inputs and pure functions of them, and what `--help` says. */
export interface Topic<I extends Inputs = Inputs> {
  /** Of its command too. */
  readonly name: string;
  /** One line, the question's number in SEED.md in front: `E1.2  Keep a function warm that is rarely called?`. */
  readonly summary: string;
  readonly description: string;
  /** Flags of some runs worth trying, '' for none. */
  readonly examples: readonly string[];
  readonly inputs: I;
  /** What makes these inputs impossible together: names the flags, the values and the rule. */
  complaint?(values: Values<I>): string | undefined;
  answers(values: Values<I>): Answer[];
  tables?(values: Values<I>): TableSource[];
  verdict(values: Values<I>): Verdict;
  /** Flips beyond those of moving one given input: of an input that was left out, say. */
  moreFlips?(values: Values<I>): Flip[];
  /** The same question put to a trace: answered, or what to try on the trace first. Loads what reads traces. */
  workload?(workload: Workload, values: Values<I>): Promise<WorkloadPart | Trial<WorkloadPart>>;
  /** Whether anything is to be tried on a trace. */
  readonly tries?: boolean;
}

/** Where one input, moved alone, turns the verdict into another. */
export interface Flip {
  /** The flag without dashes. */
  readonly input: string;
  /** The value nearest to the given one at which the verdict is another, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** Code of the verdict there. */
  readonly verdict: string;
  readonly text: string;
}

/** What a `tradeoff` command prints under --json. */
export interface TradeoffReport {
  readonly schema: 'coldfront.tradeoff/1';
  readonly topic: string;
  readonly inputs: Readonly<Record<string, number | string | null>>;
  /** What the numbers come to: of the trace, where one is given. */
  readonly verdict: {readonly code: string; readonly text: string};
  /** With a trace: what they come to without it. The sensitivity is of this verdict. */
  readonly textbook?: {readonly code: string; readonly text: string};
  readonly answers: readonly Answer[];
  readonly sensitivity: readonly Flip[];
  readonly tables: readonly TradeoffTable[];
  /** What the scheduler core made of the same inputs, beside the laws; left out where nobody asked. */
  readonly simulation?: Simulated;
  /** Where the prices come from; left out where the topic asks for no sheet. */
  readonly prices?: PriceOrigin;
}

/** A table with a row for each item. */
export function tableOf<T>(
  head: TableHead,
  items: {readonly length: number; readonly [k: number]: T},
  row: (item: T) => Row,
): TableSource {
  return {...head, total: items.length, rowAt: (k) => row(items[k]!)};
}

/** An answer; a value that is not finite becomes null. */
export function answer(id: string, value: number, unit: string, text: string, method: string): Answer {
  return {id, value: Number.isFinite(value) ? value : null, unit, text, method};
}

/** The same for one of several cases. */
export function scenarioAnswer(scenario: string, scenarioUnit: string, made: Answer): Answer {
  const {id, ...rest} = made;
  return {id, scenario, scenarioUnit, ...rest};
}

/** What a topic says where the first minute of a trace has more calls than can be replayed. */
export const beyondReplay: WorkloadPart = {
  verdict: {code: 'unknown', text: 'The trace has too many calls a minute to try anything on it.'},
  answers: [],
  tables: [],
};
