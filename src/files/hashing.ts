import type {Hash} from 'node:crypto';

// node:crypto takes 4 ms to load; most commands hash nothing.
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** A hash to feed. */
export const createHash = (algorithm: 'sha1' | 'sha256'): Hash => crypto().createHash(algorithm);

/** Bytes that nobody can guess. */
export const randomBytes = (count: number): Buffer => crypto().randomBytes(count);
