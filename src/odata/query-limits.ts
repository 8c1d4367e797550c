// How much one query may ask for.
import type { ExpressionLimits } from './clause.js';

/** The server's settings of the same names; what goes beyond one is refused with its number. */
export interface QueryLimits {
  /** Most entities of one page, and as many as a page has when nobody says how many. */
  readonly pageSize: number;
  /** How deep expansions may lie inside each other. */
  readonly expandDepth: number;
  /** Most expansions of one query, those inside others included. */
  readonly expansions: number;
  /** Of each filter and order. */
  readonly expression: ExpressionLimits;
}
