import {shellWord} from '../../../base/text.ts';
import type {JobEngine} from '../job.ts';
import {beginning, mergeScript, shardScript} from '../scripts.ts';

/** As many tasks at a time as there are processors, and then what joins their parts: https://www.gnu.org/software/parallel/man.html */
export const parallel: JobEngine = {
  name: 'parallel',
  summary: 'GNU parallel on this machine',
  needs: [],
  leastShards: 1,
  start: ({folder}) => `bash ${shellWord(`${folder}/run.sh`)}`,
  files: (job) => {
    const {folder, shards, resources} = job;
    const log = shellWord(`${folder}/log/parallel.txt`);
    return [
      {name: 'shard.sh', text: shardScript(job)},
      {name: 'merge.sh', text: mergeScript(job)},
      {
        name: 'run.sh',
        text: `${beginning('Does all shares, and joins them once all have ended well.')}set -e
mkdir -p ${shellWord(`${folder}/parts`)} ${shellWord(`${folder}/log`)}
seq ${shards} | parallel --halt soon,fail=1 --timeout ${Math.ceil(resources.limitSeconds)} --joblog ${log} bash ${shellWord(shellWord(`${folder}/shard.sh`))} {}
exec bash ${shellWord(`${folder}/merge.sh`)}
`,
      },
    ];
  },
};
