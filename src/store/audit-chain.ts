// The chain of a tenant's audit events: each carries a hash over itself and the hash of the one before.
import { createHash } from 'node:crypto';
import type { Scalar } from './queries.js';

/** The place of an event in its tenant's chain. */
export interface Link {
  /** 1, 2, 3 … without gaps. */
  readonly position: number;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
}

/** What stands before the first event. */
export const beginning: Link = { position: 0, hash: '' };

/** The columns that are hashed, in this order: all of the row but its hash, the position first. */
export const chainedColumns = [
  'position',
  'tenant_id',
  'id',
  'activity_date_time',
  'activity_type',
  'category',
  'display_name',
  'properties',
] as const;

/**
 * The link of the event that comes after `before`; `row` has the values of `chainedColumns` behind the position. The hash
 * is that of the UTF-8 text of a JSON array: the hash before, the position, the values.
 */
export function linkAfter(before: Link, row: readonly Scalar[]): Link {
  const position = before.position + 1;
  const hash = createHash('sha256')
    .update(JSON.stringify([before.hash, position, ...row]))
    .digest('hex');
  return { position, hash };
}
