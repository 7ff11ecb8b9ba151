/** A list that lies in files: the elements of one function in one file, as a stretch. */
export interface PagedList {
  readonly name: 'minute' | 'count' | 'arrival' | 'duration' | 'cold' | 'sequence';
  /** Bytes of an element as it lies in each file; 0: the file does not have the list. */
  readonly bytes: Int32Array; // [file]
  /** The element at which each stretch begins in its file. */
  readonly start: Float64Array; // [stretch]
}

/**
 * Lists of a workload that lie in files and are read for some functions at a time: plain data, so that it crosses to other
 * threads. A function's lists are its stretches, one behind the other.
 */
export interface PagedArrivals {
  readonly kind: 'minute' | 'event';
  readonly files: readonly string[];
  /** Time of a file's time 0, in minutes of the whole where calls are counted, else in microseconds. */
  readonly shift: Float64Array; // [file]
  readonly firstStretch: Float64Array; // [function + 1]
  readonly file: Int32Array; // [stretch]
  readonly length: Float64Array; // [stretch]
  readonly lists: readonly PagedList[];
}
