// The use cases behind one door: admit the caller, authorise the operation, carry it out.
import type { Clock, NewId } from '../base/index.js';
import { deviceManagementOf } from '../domain/index.js';
import type { EntitySet, Singleton, Structure } from '../edm/index.js';
import type { Caller } from '../identity/index.js';
import { derivedCredentials } from '../model/index.js';
import type { Address, Operation, Page, Stored, Tenant } from '../plan/index.js';
import type { EntityReader, TenantReader, UnitWriter } from '../store/index.js';
import { admit, authorize, rememberTenants } from './access.js';
import { findEntity, findRelated, notBound } from './addressing.js';
import type { RequestContext } from './context.js';
import { type Decide, Desk } from './desk.js';
import { createProfile, deleteProfile, removeReference, setReference, updateProfile } from './profiles.js';
import { createSettings, deleteSettings, updateSettings } from './settings.js';

type ListOperation = Extract<Operation, { kind: 'list' }>;

/** What an operation answers with. */
export type Result =
  | { readonly kind: 'singleton'; readonly singleton: Singleton; readonly entity: Structure }
  | { readonly kind: 'entity' | 'created'; readonly set: EntitySet; readonly stored: Stored }
  | { readonly kind: 'collection'; readonly operation: ListOperation; readonly page: Page }
  | { readonly kind: 'reference'; readonly set: EntitySet; readonly key: string }
  | { readonly kind: 'nothing' };

export interface Service {
  /** Refuses: `personalAccount` (403), `tenantUnknown` (401). */
  admit(caller: Caller): Promise<Tenant>;
  /** Refuses: `permissionMissing`, `noApplicationPermission`, `tenantNotLicensed` (403). */
  authorize(caller: Caller, tenant: Tenant, action: Operation['kind'], address: Address): void;
  /** Carries out what was authorised. A write is on disk, with its audit event, before this answers. */
  execute(operation: Operation, context: RequestContext): Promise<Result>;
  /** Settles when every write that was begun has been answered. */
  settled(): Promise<void>;
}

export interface ServiceOptions {
  readonly store: EntityReader & UnitWriter & TenantReader;
  readonly clock: Clock;
  readonly newId: NewId;
}

export function createService({ store, clock, newId }: ServiceOptions): Service {
  const desk = new Desk(store);
  const findTenant = rememberTenants(store, () => clock.now());
  const tools = { clock, newId };

  const write = <T>(context: RequestContext, decide: Decide<T>, byKeyAlone = false): Promise<T> =>
    desk.submit(context.tenant.id, decide, { byKeyAlone });

  const execute = async (operation: Operation, context: RequestContext): Promise<Result> => {
    const tenantId = context.tenant.id;
    switch (operation.kind) {
      case 'readSingleton': {
        const { singleton } = operation.address;
        return { kind: 'singleton', singleton, entity: deviceManagementOf(context.tenant) };
      }
      case 'list': {
        const { address, query } = operation;
        const page = await store.list(tenantId, { ...query, set: address.set, type: address.type, within: undefined });
        return { kind: 'collection', operation, page };
      }
      case 'read': {
        const { address } = operation;
        const stored = await (address.kind === 'entity'
          ? findEntity(store, tenantId, address)
          : findRelated(store, tenantId, address));
        return { kind: 'entity', set: address.set, stored };
      }
      case 'readReference': {
        const { related } = operation.address;
        const stored = await findRelated(store, tenantId, related);
        return { kind: 'reference', set: related.set, key: stored.entity.id };
      }
      case 'create': {
        const { address, payload } = operation;
        const decide =
          address.set === derivedCredentials
            ? createSettings(payload, context, tools)
            : createProfile(address, payload, context, tools);
        return { kind: 'created', set: address.set, stored: await write(context, decide) };
      }
      case 'update': {
        const { address, payload, ifMatch } = operation;
        if (address.set === derivedCredentials) {
          const decide = updateSettings(address, payload, ifMatch, context, tools);
          return { kind: 'entity', set: address.set, stored: await write(context, decide, true) };
        }
        if (address.kind === 'related') throw notBound(address);
        const decide = updateProfile(address, payload, ifMatch, context, tools);
        return { kind: 'entity', set: address.set, stored: await write(context, decide) };
      }
      case 'delete': {
        const { address, ifMatch } = operation;
        const remove = address.set === derivedCredentials ? deleteSettings : deleteProfile;
        await write(context, remove(address, ifMatch, context, tools));
        return { kind: 'nothing' };
      }
      case 'setReference':
        await write(context, setReference(operation.address, operation.link, operation.ifMatch, context, tools));
        return { kind: 'nothing' };
      case 'removeReference':
        await write(context, removeReference(operation.address, operation.ifMatch, context, tools));
        return { kind: 'nothing' };
    }
  };

  return { admit: (caller) => admit(caller, findTenant), authorize, execute, settled: () => desk.settled() };
}
