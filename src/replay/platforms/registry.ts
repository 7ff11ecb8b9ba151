import {Registry} from '../../base/part.ts';
import {azureFlex} from './azure-flex.ts';
import {cloudRun} from './cloud-run.ts';
import {knative} from './knative.ts';
import {lambda} from './lambda.ts';
import {openwhisk} from './openwhisk.ts';
import type {PlatformPart} from './platform.ts';

/** `--platform` by name. */
export const platforms = new Registry<PlatformPart>({flag: '--platform', one: 'platform', many: 'platforms'}, [
  lambda,
  cloudRun,
  knative,
  azureFlex,
  openwhisk,
]);
