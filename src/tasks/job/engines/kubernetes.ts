import {shellWord} from '../../../base/text.ts';
import type {JobEngine} from '../job.ts';
import {finalExits, joinLine, shareLine} from '../scripts.ts';

/** Where the volume with the workload lies in the container. */
const FOLDER = '/work';

/**
 * One indexed Job: a share an index, and one index more, which waits for all parts and joins them. A share that fails
 * for good ends the Job, the one that waits included: https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export const kubernetes: JobEngine = {
  name: 'kubernetes',
  summary: 'indexed Job of Kubernetes 1.33 or later, whose last index joins the parts',
  needs: ['image', 'volume'],
  leastShards: 1,
  start: ({folder}) => `kubectl create -f ${shellWord(`${folder}/job.json`)}`,
  files: (job) => {
    const {folder, name, shards, resources, retries} = job;
    const parts = shellWord(`${folder}/parts`);
    const script = `set -u
mkdir -p ${parts}
if [ "$JOB_COMPLETION_INDEX" -lt ${shards} ]; then
  exec ${shareLine(job, `auto/${shards}`, `${parts}/"$JOB_COMPLETION_INDEX".part`)}
fi
for k in $(seq 0 ${shards - 1}); do
  until [ -f ${parts}/"$k".part ]; do sleep 2; done
done
${joinLine(job)}
`;
    const memory = `${resources.memoryMib}Mi`;
    const manifest = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {name},
      spec: {
        completionMode: 'Indexed',
        completions: shards + 1,
        parallelism: shards + 1,
        backoffLimitPerIndex: retries,
        maxFailedIndexes: 0,
        podFailurePolicy: {
          rules: [
            {action: 'FailJob', onExitCodes: {containerName: 'coldfront', operator: 'In', values: [...finalExits]}},
            {action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget', status: 'True'}]},
          ],
        },
        // The index that joins waits for the slowest share, which may be tried again.
        activeDeadlineSeconds: Math.ceil(resources.limitSeconds * (retries + 2)),
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'coldfront',
                image: job.image,
                command: ['sh', '-c', script],
                workingDir: FOLDER,
                resources: {requests: {cpu: String(resources.cpus), memory}, limits: {memory}},
                volumeMounts: [{name: 'work', mountPath: FOLDER}],
              },
            ],
            volumes: [{name: 'work', persistentVolumeClaim: {claimName: job.volume}}],
          },
        },
      },
    };
    return [{name: 'job.json', text: `${JSON.stringify(manifest, undefined, 2)}\n`}];
  },
};
