/** Reads the last columns of plain lines in the pass that splits them. */
export interface LineTail {
  /** Its first column. */
  readonly from: number;
  /**
   * Reads a line's columns from there on, which begin at `at`; `view` is over the same bytes. Returns the index of the
   * LF that ends the line, or -1 if there is anything in it that is not as plain as it knows, or too little or too much.
   */
  read(bytes: Buffer, view: DataView, at: number): number;
}
