// Where audit events go.
import { oneLine } from '../base/index.js';
import type { AuditEntry } from '../store/index.js';
import type { Positions } from './positions.js';

export interface Destination {
  /** Up to where the events are out. */
  readonly positions: Positions;
  /** Adds the events, in their order. When this answers they are out, and their positions kept; if it rejects, none is. */
  write(entries: readonly AuditEntry[]): Promise<void>;
  /** Adds seals of chains whose events are out. They stand for all that came before, so that a lost one does no harm. */
  writeSeals(seals: readonly Seal[]): Promise<void>;
  close(): Promise<void>;
}

/** The end of a tenant's chain, signed. */
export interface Seal {
  readonly tenantId: string;
  readonly position: number;
  readonly seal: string;
}

/** One seal as one line of JSON, without its end. */
export function sealLineOf({ tenantId, position, seal }: Seal): string {
  return JSON.stringify({ tenantId, position, seal });
}

/** One event as one line of JSON, without its end. */
export function lineOf({ tenantId, position, hash, event }: AuditEntry): string {
  return oneLine(JSON.stringify({ tenantId, position, hash, event }));
}
