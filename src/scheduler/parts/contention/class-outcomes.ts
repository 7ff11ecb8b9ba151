import {QuantileSketch} from '../../../base/sketch.ts';

/** The same as plain data. */
export interface ClassColumns {
  readonly calls: Float64Array; // [class]
  readonly workUs: Float64Array; // [class]
  readonly serviceUs: Float64Array; // [class]
  readonly response: readonly ReturnType<QuantileSketch['toJSON']>[]; // [class]
  readonly coreUs: number;
}

/** What became of the calls of each class that have run to their end, or were cut. */
export class ClassOutcomes {
  readonly calls: Float64Array; // [class]
  /** What they would have taken alone, and what they took. */
  readonly workUs: Float64Array; // [class]
  readonly serviceUs: Float64Array; // [class]
  /** From arrival to end. */
  readonly response: QuantileSketch[]; // [class]
  /** Core time used, of all classes. */
  coreUs = 0;
  private fromUs = 0;

  constructor(classes: number) {
    this.calls = new Float64Array(classes);
    this.workUs = new Float64Array(classes);
    this.serviceUs = new Float64Array(classes);
    this.response = Array.from({length: classes}, () => new QuantileSketch());
  }

  /** Only calls that arrive from then on count. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    for (const column of [this.calls, this.workUs, this.serviceUs]) column.fill(0);
    this.response.forEach((_, k) => {
      this.response[k] = new QuantileSketch();
    });
  }

  columns(coreUs: number): ClassColumns {
    const {calls, workUs, serviceUs, response} = this;
    return {
      calls: calls.slice(),
      workUs: workUs.slice(),
      serviceUs: serviceUs.slice(),
      response: response.map((sketch) => sketch.toJSON()),
      coreUs,
    };
  }

  /** Adds those of another cell. */
  add(of: ClassColumns): void {
    for (const name of ['calls', 'workUs', 'serviceUs'] as const) {
      of[name].forEach((value, k) => {
        this[name][k]! += value;
      });
    }
    for (const [k, sketch] of of.response.entries()) this.response[k]!.merge(QuantileSketch.from(sketch));
    this.coreUs += of.coreUs;
  }

  /** A call that arrived at `arrivalUs` and took `serviceUs` is over at `endUs`. */
  ended(its: number, arrivalUs: number, workUs: number, serviceUs: number, endUs: number): void {
    if (arrivalUs < this.fromUs) return;
    this.calls[its]! += 1;
    this.workUs[its]! += workUs;
    this.serviceUs[its]! += serviceUs;
    this.response[its]!.add(endUs - arrivalUs);
  }
}
