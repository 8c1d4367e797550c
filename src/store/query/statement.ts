// One statement while its text is written.

import { type Dialect, newParameters, type Parameters } from '../dialect.js';
import type { Scalar } from '../queries.js';

export interface Statement {
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  /** The placeholder of the tenant, to whose rows every table is narrowed. */
  readonly tenant: string;
  /** Of the hundred entries of SQLite's parser's stack, those that are left to an expression. */
  readonly room: number;
}

/** What a statement of one SELECT leaves, and what each one inside another takes from it. */
const wholeRoom = 88;
export const nestingRoom = 16;

export function newStatement(tenantId: Scalar, dialect: Dialect, room = wholeRoom): Statement {
  const parameters = newParameters(dialect);
  return { dialect, parameters, tenant: parameters.add(tenantId), room };
}

/** What a filter or an order in the statement is compiled with. */
export function targetOf<T>({ dialect, parameters, room }: Statement, table: T): T & Compilation {
  return { ...table, dialect, parameters, room };
}

interface Compilation {
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  readonly room: number;
}
