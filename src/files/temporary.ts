import {closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {createHash, randomBytes} from './hashing.ts';

/** A file beside an output that will take its name. */
export interface Temporary {
  readonly path: string;
  /** -1 once it is closed. */
  fd: number;
}

/** Those of this process that have not taken their name yet. */
const unfinished = new Set<string>();

/**
 * Opens a new file of this mode beside `target`. Its name is random and opened
 * exclusively, so that neither a second run, of this machine or another, nor a link that somebody laid there is
 * written to; it also says who writes, so that what a killed run left behind is known. What is left behind goes.
 */
export function openTemporary(target: string, mode: number): Temporary {
  const owner = `${habitat()}-${process.pid}-${randomBytes(8).toString('hex')}`;
  const path = join(dirname(target), `${prefixOf(target)}${owner}.tmp`);
  const fd = openSync(path, 'wx+', mode);
  unfinished.add(path);
  endOnSignal();
  sweep(target);
  return {path, fd};
}

let scratch: string | undefined;

/** A folder of this process in the temporary one, which goes when it ends. */
export function scratchFolder(): string {
  if (scratch !== undefined) return scratch;
  const own = mkdtempSync(join(tmpdir(), 'coldfront-'));
  scratch = own;
  unfinished.add(own);
  endOnSignal();
  process.once('exit', () => rmSync(own, {force: true, recursive: true}));
  return own;
}

/** On some file systems only this says that the disk is full. */
export function closeTemporary(temporary: Temporary): void {
  const {fd} = temporary;
  temporary.fd = -1;
  closeSync(fd);
}

/** The file has taken its name. */
export function keepTemporary({path}: Temporary): void {
  unfinished.delete(path);
}

/** Closes and removes the file. */
export function dropTemporary({path, fd}: Temporary): void {
  if (fd >= 0) closeSync(fd);
  rmSync(path, {force: true});
  unfinished.delete(path);
}

/** A file system takes names of 255 bytes; what follows the output's own takes 46 at most. */
const NAME_BYTES = 200;

function prefixOf(target: string): string {
  const name = basename(target);
  if (Buffer.byteLength(name) <= NAME_BYTES) return `.${name}.`;
  // A character that is cut through becomes a mark of three bytes.
  return `.${Buffer.from(name).subarray(0, NAME_BYTES).toString()}.`;
}

/** Where process ids mean the same: a host since its start, a container. Eight hexadecimal digits. */
function habitat(): string {
  const facts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return createHash('sha1').update(facts.join('\n')).digest('hex').slice(0, 8);
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

const OWNER = /^(?:([0-9a-f]{8})-)?(\d{1,10})(?:-[0-9a-f]{16})?\.tmp$/;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Removes what runs that were killed left of this output: the process is gone, or, where that cannot be seen (another
 * host or container), nothing was written for an hour. A process id may be another's by now, but not for a day.
 */
function sweep(target: string): void {
  const [folder, prefix] = [dirname(target), prefixOf(target)];
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(prefix)) continue;
      const owner = OWNER.exec(name.slice(prefix.length));
      const path = join(folder, name);
      if (owner !== null && !unfinished.has(path) && isLeft(path, owner[1], Number(owner[2])))
        rmSync(path, {force: true});
    }
  } catch {
    // A folder that cannot be listed is not swept.
  }
}

function isLeft(path: string, itsHabitat: string | undefined, pid: number): boolean {
  const idleMs = Date.now() - statSync(path).mtimeMs;
  if (itsHabitat !== habitat()) return idleMs > (itsHabitat === undefined ? DAY_MS : HOUR_MS);
  return pid === process.pid || idleMs > DAY_MS || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const signals = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;

/**
 * A signal would otherwise end the process at once and leave the temporary file: a write that is under way comes to its
 * end first. A command that has its own way to end keeps it.
 */
function endOnSignal(): void {
  for (const [signal, exit] of Object.entries(signals)) {
    if (process.listenerCount(signal) > 0) continue;
    process.once(signal, () => {
      for (const path of unfinished) rmSync(path, {force: true, recursive: true});
      process.exit(exit);
    });
  }
}
