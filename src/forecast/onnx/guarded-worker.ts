/**
 * Runs a model for another process, which ends this one when it takes too much. Questions and answers are messages, one
 * after the other. A thread waits for the end of the other process, as this one's own may never come back from a run.
 */
import {Worker} from 'node:worker_threads';
import type {Answer, Question} from './guarded-runner.ts';
import {OnnxRefusal, OnnxSession} from './session.ts';

const watch = "require('node:fs').readSync(0, Buffer.alloc(1)); process.kill(process.pid, 'SIGKILL');";
new Worker(watch, {eval: true});

let session: OnnxSession | undefined;

async function answerTo(question: Question): Promise<Answer> {
  try {
    if ('feeds' in question) return {results: await session!.runFeeds(question.feeds, question.names)};
    session = await OnnxSession.open(question.bytes, question.threads);
    return {};
  } catch (error) {
    if (!(error instanceof OnnxRefusal)) throw error;
    return {refusal: error.message};
  }
}

process.on('message', async (question: Question) => process.send!(await answerTo(question)));
