import {Registry} from '../base/part.ts';
import {appInsights} from './app-insights/app-insights.ts';
import {azure2019} from './azure-2019/azure-2019.ts';
import {azure2021} from './azure-2021/azure-2021.ts';
import {cloudRun} from './cloud-run/cloud-run.ts';
import {cloudwatchInsights} from './cloudwatch/insights.ts';
import {cloudwatchMetrics} from './cloudwatch/metrics.ts';
import {codeEngine} from './code-engine/code-engine.ts';
import {minuteCounts} from './counted/counted.ts';
import type {TraceFormat} from './format.ts';
import {huawei2023} from './huawei/huawei-2023.ts';
import {huawei2025} from './huawei/huawei-2025.ts';
import {inVitro} from './in-vitro/in-vitro.ts';
import {lambdaJson, lambdaLog} from './lambda/lambda.ts';
import {csvFormat, ndjsonFormat, parquetFormat} from './mapped/mapped.ts';
import {openwhisk} from './openwhisk/openwhisk.ts';
import {otlp} from './otlp/otlp.ts';
import {prometheus} from './prometheus/prometheus.ts';
import {wide} from './wide/wide.ts';

/** Every format, by the name `--format` takes. `auto` tries them in this order: the sharper ones come first. */
export const traceFormats = new Registry<TraceFormat>({flag: '--format', one: 'format', many: 'formats'}, [
  minuteCounts,
  azure2019,
  azure2021,
  inVitro,
  huawei2023,
  huawei2025,
  codeEngine,
  cloudwatchInsights,
  cloudwatchMetrics,
  lambdaLog,
  lambdaJson,
  cloudRun,
  appInsights,
  openwhisk,
  prometheus,
  otlp,
  wide,
  csvFormat,
  ndjsonFormat,
  parquetFormat,
]);
