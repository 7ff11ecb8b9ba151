/**
 * The memory of the pods of a pool, by its name: `pool22-300-128` has 300 millicores and 128 MB; NaN where a name does
 * not say. Pods (`pool22-300-128-0000618412`) and functions (`400---418---pool22-300-128`) end with their pool's name.
 */
export function poolMemoryMib(name: string): number {
  const match = /-(\d+)-(\d+)(?:-\d{6,})?$/.exec(name);
  return match === null ? Number.NaN : Number(match[2]);
}

/** The pool of a pod: its name without its own number. */
export function poolOf(pod: string): string {
  return pod.replace(/-\d{6,}$/, '');
}
