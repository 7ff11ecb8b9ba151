import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

export interface CliResult {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the built tool as a user would. */
export function coldfront(
  args: readonly string[],
  {env, ...options}: {input?: string | Uint8Array; cwd?: string; env?: Readonly<Record<string, string>>} = {},
): CliResult {
  const {status, stdout, stderr} = spawnSync(process.execPath, [entry, ...args], {
    ...options,
    maxBuffer: 1 << 28,
    // Certificates that are read at each start of Node take time and matter to nobody here.
    env: {...process.env, NO_COLOR: '1', NODE_EXTRA_CA_CERTS: '', ...env},
  });
  return {status, stdout, stderr: stderr.toString()};
}

/** Runs a shell line in which `coldfront` is the built tool. */
export function shell(line: string, cwd: string): CliResult {
  const script = `coldfront() { '${process.execPath}' '${entry}' "$@"; }\n${line}`;
  const {status, stdout, stderr} = spawnSync('bash', ['-c', script], {cwd, maxBuffer: 1 << 28});
  return {status, stdout, stderr: stderr.toString()};
}
