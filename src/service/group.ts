// Changes that are carried out together: decided one after the other, written as one unit of work or not at all.
import { GraphError } from '../base/index.js';
import type { Operation, Unit } from '../plan/index.js';
import type { RequestContext } from './context.js';
import type { Decide } from './desk.js';
import { GroupView } from './group-view.js';
import type { Result } from './result.js';

/** What becomes of a decision: its unit is written, and its result answered. */
export type Write = <T>(context: RequestContext, decide: Decide<T>, byKeyAlone?: boolean) => Promise<T>;

export interface GroupedRequest {
  readonly operation: Operation;
  readonly context: RequestContext;
}

/** The result of each request, or which of them was refused and why. */
export type GroupOutcome =
  | { readonly results: readonly Result[] }
  | { readonly refused: number; readonly reason: GraphError };

type Execute = (operation: Operation, context: RequestContext, write: Write) => Promise<Result>;

/** Each request sees what those before it change; the first that is refused ends all. */
export function decideTogether(
  tenantId: string,
  requests: readonly GroupedRequest[],
  execute: Execute,
): Decide<GroupOutcome> {
  return async (below) => {
    const view = new GroupView(below, tenantId);
    const units: Unit[] = [];
    const write: Write = async (_, decide) => {
      const { result, unit } = await decide(view);
      if (unit) {
        units.push(unit);
        await view.apply(unit);
      }
      return result;
    };
    const results: Result[] = [];
    for (const [index, { operation, context }] of requests.entries()) {
      try {
        results.push(await execute(operation, context, write));
      } catch (reason) {
        if (!(reason instanceof GraphError)) throw reason;
        return { result: { refused: index, reason } };
      }
    }
    const [first, ...followers] = units;
    return { result: { results }, ...(first && { unit: { ...first, followers } }) };
  };
}
