/** `npm run kill -- [--kills 1000] [--seed 21]`: ends commands that write at any moment, and looks at what they leave. */
import {parseArgs} from 'node:util';
import {ensureBuilt} from './build.js';
import {ensureInstalled, run} from './setup.js';

const {values} = parseArgs({
  options: {kills: {type: 'string', default: '1000'}, seed: {type: 'string', default: '21'}},
});
ensureInstalled();
await ensureBuilt();
const env = {...process.env, COLDFRONT_SLOW: '1', COLDFRONT_KILLS: values.kills, COLDFRONT_KILL_SEED: values.seed};
run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/kill/kill.slow.test.ts'], {env});
