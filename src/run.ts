import {fileURLToPath} from 'node:url';
import {execute} from '@oclif/core';

// dist/run.js: the package root is one folder up.
await execute({dir: fileURLToPath(new URL('..', import.meta.url))});
