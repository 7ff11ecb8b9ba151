import type {Plan} from '../make-plan.ts';
import {planValue, solvePlan} from './solve.ts';

/** More of the scarce budget than the plan had. */
export const STEP_SHARE = 0.1;

/** What the next step of the budget would buy. */
export interface NextStep {
  readonly constraint: string;
  /** How much more of it, in its own unit, in each window or over the horizon. */
  readonly more: number;
  /** Objective gained a day. */
  readonly gainPerDay: number;
}

/** Solves again with a tenth more of the budget that binds first; undefined when none binds. */
export function nextStep({problem, solution, terms}: Plan): NextStep | undefined {
  const {objective, p99StartUs} = terms;
  const at = solution.resources.findIndex(({price}) => price.some((p) => p > 0));
  if (at < 0 || objective === 'worst-team' || !Number.isNaN(p99StartUs)) return undefined;
  const whole = problem.constraints[at]!.name === 'slots';
  const constraints = problem.constraints.map((constraint, i) => {
    if (i !== at) return constraint;
    const raised = (limit: number): number => (whole ? Math.ceil : Number)(limit * (1 + STEP_SHARE));
    return {...constraint, limit: constraint.limit.map(raised)};
  });
  const near = solution.resources.map(({price}, i) => ({constraint: constraints[i]!, price}));
  const larger = solvePlan({...problem, constraints}, near);
  const [before, after] = [problem.constraints[at]!, constraints[at]!];
  return {
    constraint: before.name,
    more: after.limit.reduce((most, limit, g) => {
      const added = Number.isFinite(limit) ? limit - before.limit[g]! : 0;
      return Math.max(most, added);
    }, 0),
    gainPerDay: larger.primal - planValue(problem, solution.slots),
  };
}
