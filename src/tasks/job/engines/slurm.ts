import {shellWord} from '../../../base/text.ts';
import type {Job, JobEngine} from '../job.ts';
import {beginning, clock, mergeScript, shardScript} from '../scripts.ts';

/** sbatch reads the rest of such a line as one word, so names with spaces stand in double quotes. */
function directives({name, resources, queue}: Job, own: readonly string[]): string {
  const {cpus, memoryMib, limitSeconds} = resources;
  const all = [
    `--job-name="${name}"`,
    `--cpus-per-task=${cpus}`,
    `--mem=${memoryMib}M`,
    `--time=${clock(limitSeconds)}`,
    ...(queue === undefined ? [] : [`--partition=${queue}`]),
    ...own,
  ];
  return all.map((text) => `#SBATCH ${text}\n`).join('');
}

function batch(job: Job, own: readonly string[], script: string): string {
  const [shebang, ...rest] = script.split('\n');
  return `${shebang}\n${directives(job, own)}${rest.join('\n')}`;
}

/** An array of tasks and what joins their parts once all have ended well: https://slurm.schedmd.com/sbatch.html */
export const slurm: JobEngine = {
  name: 'slurm',
  summary: 'array job and a job that depends on it',
  needs: [],
  leastShards: 1,
  start: ({folder}) => `bash ${shellWord(`${folder}/submit.sh`)}`,
  files: (job) => {
    const {folder, shards} = job;
    const log = (name: string): string => `--output="${folder}/log/${name}.txt"`;
    const task = `${beginning(`Share $SLURM_ARRAY_TASK_ID of ${shards}.`)}exec bash ${shellWord(`${folder}/shard.sh`)} "$SLURM_ARRAY_TASK_ID"\n`;
    return [
      {name: 'shard.sh', text: shardScript(job)},
      {name: 'shards.sbatch', text: batch(job, [`--array=1-${shards}`, log('shard-%a')], task)},
      {name: 'merge.sbatch', text: batch(job, [log('merge')], mergeScript(job))},
      {
        name: 'submit.sh',
        text: `${beginning('Submits the shares, and what joins them once all have ended well.')}set -e
mkdir -p ${shellWord(`${folder}/parts`)} ${shellWord(`${folder}/log`)}
array=$(sbatch --parsable ${shellWord(`${folder}/shards.sbatch`)})
merge=$(sbatch --parsable --dependency=afterok:"\${array%%;*}" --kill-on-invalid-dep=yes ${shellWord(`${folder}/merge.sbatch`)})
echo "array \${array%%;*}, merge \${merge%%;*}"
`,
      },
    ];
  },
};
