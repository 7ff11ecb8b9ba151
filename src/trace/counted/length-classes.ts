/** Lengths of time in classes, each with how many there are and their sum, which may come in pieces. */
export class LengthClasses {
  private readonly byClass = new Map<number, {calls: number; sumUs: number}>();

  add(classId: number, calls: number, sumUs: number): void {
    if (!(calls > 0)) return;
    const its = this.byClass.get(classId);
    if (its === undefined) this.byClass.set(classId, {calls, sumUs});
    else {
      its.calls += calls;
      its.sumUs += sumUs;
    }
  }

  /** The mean of each class, ascending, and its calls. */
  columns(): {classUs: Float64Array; classCalls: Float64Array} {
    const ascending = [...this.byClass].sort(([a], [b]) => a - b).map(([, its]) => its);
    return {
      classUs: Float64Array.from(ascending, ({calls, sumUs}) => sumUs / calls),
      classCalls: Float64Array.from(ascending, ({calls}) => calls),
    };
  }

  /** Of ascending shares, the mean of the class that holds the nearest rank of each; NaN where there is none. */
  ranked(shares: readonly number[]): number[] {
    const {classUs, classCalls} = this.columns();
    const all = classCalls.reduce((sum, calls) => sum + calls, 0);
    let [at, upTo] = [0, classCalls[0] ?? 0];
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * all));
      while (upTo < rank && at + 1 < classCalls.length) upTo += classCalls[++at]!;
      return classUs[at] ?? Number.NaN;
    });
  }
}
