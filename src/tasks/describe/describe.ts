import {readWorkload} from '../../workload/file/file.ts';
import {type DescribeReport, describeReport} from './describe-report.ts';

/** Reads a workload and describes it; `top` functions are listed by calls, and as many by sensitivity. */
export async function runDescribe(path: string, top: number): Promise<DescribeReport> {
  return describeReport(await readWorkload(path), top);
}
