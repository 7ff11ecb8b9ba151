import {QuantileSketch} from '../../../base/sketch.ts';

/** The same as plain data. */
export interface ClassColumns {
  readonly calls: Float64Array; // [class]
  readonly workUs: Float64Array; // [class]
  readonly serviceUs: Float64Array; // [class]
  readonly response: readonly ReturnType<QuantileSketch['toJSON']>[]; // [class]
  readonly coreUs: number;
  /** Hosts that held an instance of the class at once, at most; the last of any class. */
  readonly hosts: Int32Array; // [class, any]
  readonly strandedUs: Float64Array; // [class]
}

/** What a cell's hosts say besides calls. */
interface CellUse {
  readonly coreUs: number;
  readonly strandedUs: Float64Array; // [class]
  readonly classHosts: {readonly peak: Int32Array}; // [class, any]
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
  /** Hosts that held an instance at once, at most, sums over cells; the last of any class. */
  readonly hosts: Float64Array; // [class, any]
  /** Core time left idle while another class wanted more than it had. */
  readonly strandedUs: Float64Array; // [class]
  private fromUs = 0;

  constructor(classes: number) {
    this.calls = new Float64Array(classes);
    this.workUs = new Float64Array(classes);
    this.serviceUs = new Float64Array(classes);
    this.response = Array.from({length: classes}, () => new QuantileSketch());
    this.hosts = new Float64Array(classes + 1);
    this.strandedUs = new Float64Array(classes);
  }

  /** Only calls that arrive from then on count. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    for (const column of [this.calls, this.workUs, this.serviceUs]) column.fill(0);
    this.response.forEach((_, k) => {
      this.response[k] = new QuantileSketch();
    });
  }

  /** With what the cell says besides. */
  columns({coreUs, strandedUs, classHosts}: CellUse): ClassColumns {
    const {calls, workUs, serviceUs, response} = this;
    return {
      calls: calls.slice(),
      workUs: workUs.slice(),
      serviceUs: serviceUs.slice(),
      response: response.map((sketch) => sketch.toJSON()),
      coreUs,
      hosts: classHosts.peak.slice(),
      strandedUs,
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
    for (const name of ['hosts', 'strandedUs'] as const) {
      of[name].forEach((value, k) => {
        this[name][k]! += value;
      });
    }
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
