/**
 * Runs before the first test, whoever starts vitest: tests of the command run dist/, and must never see yesterday's
 * build.
 */
export {ensureBuilt as default} from './build.js';
