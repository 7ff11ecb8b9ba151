/** How many hosts hold instances of each class, and of any, at most. Classes as in the rule, functions of none last. */
export class ClassHosts {
  private readonly classOf: Int32Array; // [function], below the number of classes
  private readonly classes: number;
  private readonly used: Int32Array; // [class, any]
  /** The most of `used`. */
  readonly peak: Int32Array; // [class, any]
  private counts: Int32Array; // [host * (classes + 1) + class], any last

  constructor(classes: number, classOf: Int32Array) {
    this.classes = classes;
    this.classOf = classOf;
    this.used = new Int32Array(classes + 1);
    this.peak = new Int32Array(classes + 1);
    this.counts = new Int32Array(64 * (classes + 1));
  }

  /** An instance of `fn` more on `host`. */
  came(host: number, fn: number): void {
    const row = host * (this.classes + 1);
    if (row >= this.counts.length) {
      const larger = new Int32Array(2 * (row + this.classes + 1));
      larger.set(this.counts);
      this.counts = larger;
    }
    this.add(row, this.classOf[fn]!);
    this.add(row, this.classes);
  }

  /** One less. */
  went(host: number, fn: number): void {
    const row = host * (this.classes + 1);
    this.remove(row, this.classOf[fn]!);
    this.remove(row, this.classes);
  }

  /** The counted part begins. */
  beginCounting(): void {
    this.peak.set(this.used);
  }

  private add(row: number, its: number): void {
    this.counts[row + its]! += 1;
    if (this.counts[row + its]! > 1) return;
    this.used[its]! += 1;
    if (this.used[its]! > this.peak[its]!) this.peak[its] = this.used[its]!;
  }

  private remove(row: number, its: number): void {
    this.counts[row + its]! -= 1;
    if (this.counts[row + its] === 0) this.used[its]! -= 1;
  }
}
