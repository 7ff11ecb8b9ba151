import {shellWord} from '../../../base/text.ts';
import type {Job, JobEngine} from '../job.ts';
import {beginning, finalExits, joinLine, shareLine} from '../scripts.ts';

/** Where the file system with the workload lies in the container. */
const FOLDER = '/work';

/** Runs a shell line in that folder. */
const inFolder = (line: string): string[] => ['sh', '-c', `cd ${FOLDER} && ${line}`];

function definition({name, resources, retries, image, volume}: Job): object {
  const {cpus, memoryMib, limitSeconds} = resources;
  return {
    jobDefinitionName: name,
    type: 'container',
    containerProperties: {
      image,
      command: inFolder('true'),
      resourceRequirements: [
        {type: 'VCPU', value: String(cpus)},
        {type: 'MEMORY', value: String(memoryMib)},
      ],
      volumes: [{name: 'work', efsVolumeConfiguration: {fileSystemId: volume}}],
      mountPoints: [{sourceVolume: 'work', containerPath: FOLDER}],
    },
    retryStrategy: {
      attempts: retries + 1,
      evaluateOnExit: [
        ...finalExits.map((exit) => ({onExitCode: String(exit), action: 'EXIT'})),
        {onReason: '*', action: 'RETRY'},
      ],
    },
    timeout: {attemptDurationSeconds: Math.max(60, Math.ceil(limitSeconds))},
  };
}

/**
 * A job definition, an array job of it, and a job that depends on the array:
 * https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
 */
export const awsBatch: JobEngine = {
  name: 'aws-batch',
  summary: 'array job and a job that depends on it, on a file system of EFS',
  needs: ['image', 'volume'],
  leastShards: 2,
  start: ({folder}) => `bash ${shellWord(`${folder}/submit.sh`)}`,
  files: (job) => {
    const {folder, name, shards, queue = 'default'} = job;
    const parts = shellWord(`${folder}/parts`);
    const share = shareLine(job, 'auto', `${parts}/"$AWS_BATCH_JOB_ARRAY_INDEX".part`);
    const submitted = (what: string, line: string, own: object): object => ({
      jobName: `${name}-${what}`,
      jobQueue: queue,
      jobDefinition: name,
      ...own,
      containerOverrides: {command: inFolder(line)},
    });
    const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
    const input = (file: string): string => `--cli-input-json file://${shellWord(`${folder}/${file}`)}`;
    return [
      {name: 'definition.json', text: json(definition(job))},
      {
        name: 'shards.json',
        text: json(submitted('shards', `mkdir -p ${parts} && exec ${share}`, {arrayProperties: {size: shards}})),
      },
      {name: 'merge.json', text: json(submitted('merge', joinLine(job), {}))},
      {
        name: 'submit.sh',
        text: `${beginning('Registers the job definition, submits the shares, and what joins them once all have ended well.')}set -e
aws batch register-job-definition ${input('definition.json')} --query revision --output text
array=$(aws batch submit-job ${input('shards.json')} --query jobId --output text)
merge=$(aws batch submit-job ${input('merge.json')} --depends-on jobId="$array" --query jobId --output text)
echo "array $array, merge $merge"
`,
      },
    ];
  },
};
