import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();

describe('coldfront describe', () => {
  beforeAll(() => {
    coldfront(['ingest', fixture, '--out', 'w.arrow'], {cwd: folder});
  });

  test('--json is one object, the same each time', () => {
    const once = coldfront(['describe', 'w.arrow', '--json', '--top', '3'], {cwd: folder});
    expect([once.status, once.stderr]).toEqual([0, '']);
    const report = JSON.parse(once.stdout.toString());
    expect(report).toMatchObject({schema: 'coldfront.describe/1', functions: 150, apps: 138, invocations: 410_633});
    expect(report.busiest).toHaveLength(3);
    expect(coldfront(['describe', 'w.arrow', '--json', '--top', '3'], {cwd: folder}).stdout).toEqual(once.stdout);
  });

  test('the text begins with what was measured; head may close the pipe', () => {
    const {status, stdout} = shell('set -o pipefail; coldfront describe w.arrow | head -1', folder);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe('150 functions of 138 apps and 123 owners, 410,633 invocations in 8 h\n');
  });

  test('what is no workload is bad input with the way to make one', () => {
    writeFileSync(join(folder, 'trace.csv'), 'a,b\n');
    const {status, stderr} = coldfront(['describe', 'trace.csv'], {cwd: folder});
    expect(status).toBe(3);
    expect(stderr).toContain('trace.csv: is not an Arrow file');
    expect(stderr).toContain('coldfront ingest');
  });

  test('a missing argument is a usage error even when stdin is a pipe', () => {
    expect(coldfront(['describe'], {input: 'w.arrow\n', cwd: folder}).status).toBe(2);
  });
});
