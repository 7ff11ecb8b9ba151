/**
 * `npm run package`: builds, then packs; the file goes here, or where `-- --pack-destination` says. `npm pack` alone refuses
 * (.npmrc), because npm runs no script of this package and would pack whatever is built.
 */
import {spawnSync} from 'node:child_process';
import {build} from './build.js';
import {ensureInstalled, root} from './setup.js';

ensureInstalled();
await build();
const given = process.argv.slice(2);
const where = given.some((word) => word.startsWith('--pack-destination')) ? [] : ['--pack-destination', '.'];
const {status} = spawnSync('npm', ['pack', ...where, ...given], {cwd: root, stdio: 'inherit'});
process.exitCode = status ?? 1;
