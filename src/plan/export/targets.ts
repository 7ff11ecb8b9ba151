import {Registry} from '../../base/part.ts';
import {azureFlex} from './azure-flex.ts';
import {cloudRun} from './cloud-run.ts';
import {csv} from './csv.ts';
import {keda} from './keda.ts';
import {knative} from './knative.ts';
import {lambda} from './lambda.ts';
import {openfaas} from './openfaas.ts';
import {openwhisk} from './openwhisk.ts';
import type {ExportTarget} from './target.ts';
import {terraform} from './terraform.ts';

/** What `--to` names. */
export const targets = new Registry<ExportTarget>({flag: '--to', one: 'target', many: 'targets'}, [
  csv,
  knative,
  cloudRun,
  keda,
  lambda,
  terraform,
  azureFlex,
  openwhisk,
  openfaas,
]);
