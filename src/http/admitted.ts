// What remains to be done for a request that may be carried out, once its body is there.
import type { GroupedRequest, Result } from '../service/index.js';
import type { Answer } from './answer.js';

export interface Admitted {
  readonly carryOut: (body: Buffer) => Promise<Answer>;
  /** The same in two steps, for requests that are carried out together; of operations of the model alone. */
  readonly prepare?: (body: Buffer) => Prepared;
}

/** What a request asks of the service, and how its result is answered. */
export interface Prepared extends GroupedRequest {
  answer(result: Result): Answer;
}
