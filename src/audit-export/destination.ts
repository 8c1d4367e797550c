// Where audit events go.
import type { AuditEntry } from '../store/index.js';
import type { Positions } from './positions.js';

export interface Destination {
  /** Up to where the events are out. */
  readonly positions: Positions;
  /** Adds the events, in their order. When this answers they are out, and their positions kept; if it rejects, none is. */
  write(entries: readonly AuditEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** One event as one line of JSON, without its end. */
export function lineOf({ tenantId, position, hash, event }: AuditEntry): string {
  return JSON.stringify({ tenantId, position, hash, event });
}
