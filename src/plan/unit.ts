// A unit of work as data: what changes, on what condition, and the audit event that says so.
import type { EntitySet, NavigationProperty, Structure } from '../edm/index.js';
import type { Application, User } from './directory.js';
import type { Stored } from './query.js';

export type Change =
  | { readonly kind: 'insert'; readonly set: EntitySet; readonly stored: Stored }
  /** Replaces the entity whose version is `expectedVersion` by `stored`, properties and links. */
  | { readonly kind: 'update'; readonly set: EntitySet; readonly stored: Stored; readonly expectedVersion: number }
  | { readonly kind: 'delete'; readonly set: EntitySet; readonly key: string; readonly expectedVersion: number }
  /**
   * Clears the property on every entity of `set` that leads to `target`; versions and dates stay.
   * `expectedKeys` are the entities that do so now, in any order.
   */
  | {
      readonly kind: 'unlink';
      readonly set: EntitySet;
      readonly property: NavigationProperty;
      readonly target: string;
      readonly expectedKeys: readonly string[];
    }
  /**
   * Makes `members`, in this order, all that the entity of `within` owns in `set`. `expectedKeys` are the keys of those
   * that it owns now, in any order; `expectedVersion` is its own version, which stays.
   */
  | {
      readonly kind: 'replace';
      readonly set: EntitySet;
      readonly within: { readonly set: EntitySet; readonly key: string };
      readonly expectedVersion: number;
      readonly expectedKeys: readonly string[];
      readonly members: readonly Stored[];
    }
  /** Removes the tenant's audit events up to the position, of which there has to be a seal, and the seals before it. */
  | { readonly kind: 'cutAudit'; readonly position: number }
  /** A tenant's licence or name, where they are still `expected`; makes the tenant where none is expected. */
  | { readonly kind: 'tenant'; readonly tenant: Tenant; readonly expected: Tenant | undefined }
  /** Makes, replaces where its version is that of `before`, or removes. A user whose name another has is a conflict. */
  | DirectoryChange<'application', Application>
  | DirectoryChange<'user', User>
  /** The server's limits, of which there is one version for all tenants. */
  | { readonly kind: 'limits'; readonly before: KeptLimits | undefined; readonly after: KeptLimits };

/** Limits on requests that hold instead of those of the settings, or null where those hold. What each says is not known here. */
export interface KeptLimits {
  readonly limits: readonly object[] | null;
  readonly version: number;
}

/** Of `before` and `after`, one at least is there. */
interface DirectoryChange<Kind extends string, Item> {
  readonly kind: Kind;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export const licenses = ['active', 'expired', 'absent'] as const;
/** Whether the tenant has a licence for Intune. */
export type License = (typeof licenses)[number];

export interface Tenant {
  /** A UUID in lower case: the `tid` of its tokens. */
  readonly id: string;
  readonly displayName: string;
  readonly license: License;
}

/**
 * Applied whole or not at all. `audit` is a whole `auditEvent` of the model; its `id`, made before the first attempt,
 * is unique, so that a unit that is tried again cannot apply twice.
 */
export interface Unit {
  readonly tenantId: string;
  readonly changes: readonly Change[];
  readonly audit: Structure & { readonly id: string };
  /** Units that are applied after this one, and with it: all of them or none. */
  readonly followers?: readonly Unit[];
  /**
   * What the unit was decided on, where other servers write too: everything that the tenant had at that end of its audit
   * chain, which each change of the tenant moves on, or that the unit leaves which the same server wrote before.
   */
  readonly after?: ChainEnd | 'unitBefore';
}

/** The place of the last event in a tenant's audit chain, and the hash that stands for it and all before. */
export interface ChainEnd {
  readonly position: number;
  /** SHA-256, in hexadecimal digits; empty before the first event. */
  readonly hash: string;
}

/** `conflict`: a condition of the unit no longer held, and nothing was changed; decide anew. */
export type UnitOutcome = 'done' | 'conflict';
