import type {Listener} from '../listener.ts';
import {type DemandRequest, readDemand} from '../scaling/read-demand.ts';
import {type DescribeReport, describeReport} from './describe-report.ts';

/** Reads a workload and describes it; `top` functions are listed by calls, and as many by sensitivity. */
export async function runDescribe(request: DemandRequest, top: number, listener: Listener): Promise<DescribeReport> {
  return describeReport(await readDemand({...request, paged: true}, listener), top);
}
