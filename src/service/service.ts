// The use cases behind one door: admit the caller, authorise the operation, carry it out.
import type { Clock, NewId } from '../base/index.js';
import { auditActivityTypes, auditCategories, deviceManagementOf, userOf } from '../domain/index.js';
import type { Singleton, Structure } from '../edm/index.js';
import type { Caller } from '../identity/index.js';
import {
  assign,
  assignments,
  derivedCredentials,
  deviceConfigurations,
  deviceManagementSingleton,
  getAuditCategories,
  me,
} from '../model/index.js';
import type {
  Address,
  CollectionAddress,
  CollectionQuery,
  EntityAddress,
  FunctionAddress,
  ListQuery,
  ObjectAddress,
  Operation,
  Payload,
  Precondition,
  Stored,
  Tenant,
} from '../plan/index.js';
import type { EntityReader, QueryReader, TenantReader, UnitWriter } from '../store/index.js';
import { admit, authorize, rememberTenants } from './access.js';
import { findObject, findWithin, readObject } from './addressing.js';
import { addAssignment, assignProfile, deleteAssignment, updateAssignment } from './assignments.js';
import type { RequestContext } from './context.js';
import { type Decide, Desk } from './desk.js';
import { decideTogether, type GroupedRequest, type GroupOutcome, type Write } from './group.js';
import { addReference, removeReference, setReference } from './links.js';
import { createProfile, deleteProfile, updateProfile } from './profiles.js';
import { valueAt } from './properties.js';
import type { Result } from './result.js';
import { createSettings, deleteSettings, updateSettings } from './settings.js';

export interface Service {
  /** Refuses: `personalAccount` (403), `tenantUnknown` (401). */
  admit(caller: Caller): Promise<Tenant>;
  /** Refuses: `permissionMissing`, `noApplicationPermission`, `tenantNotLicensed` (403). */
  authorize(caller: Caller, tenant: Tenant, action: Operation['kind'], address: Address): void;
  /** Carries out what was authorised. A write is on disk, with its audit event, before this answers. */
  execute(operation: Operation, context: RequestContext): Promise<Result>;
  /** Carries out changes of one tenant, all in one transaction or none. */
  executeTogether(requests: readonly GroupedRequest[]): Promise<GroupOutcome>;
  /**
   * Lets `replace` put another state into the store: writes are decided on the one before it and written before it, or on
   * the one after it, and nothing is remembered of the one before it.
   */
  replaceState<T>(replace: () => Promise<T>): Promise<T>;
  /** Settles when every write that was begun has been answered. */
  settled(): Promise<void>;
}

export interface ServiceOptions {
  readonly store: EntityReader & QueryReader & UnitWriter & TenantReader;
  readonly clock: Clock;
  readonly newId: NewId;
}

export function createService({ store, clock, newId }: ServiceOptions): Service {
  const desk = new Desk(store);
  const tenants = rememberTenants(store, () => clock.now());
  const tools = { clock, newId };

  const submit: Write = (context, decide, byKeyAlone = false) => desk.submit(context.tenant.id, decide, { byKeyAlone });

  const execute = async (operation: Operation, context: RequestContext, write: Write = submit): Promise<Result> => {
    const tenantId = context.tenant.id;
    const { reader = store } = context;
    switch (operation.kind) {
      case 'readSingleton': {
        const { singleton } = operation.address;
        return { kind: 'singleton', singleton, entity: singletonOf(singleton, context) };
      }
      case 'list': {
        const query = await listQuery(context, operation.address, operation.query);
        return { kind: 'collection', operation, page: await reader.list(tenantId, query) };
      }
      case 'count': {
        const query = await listQuery(context, operation.address.collection, operation.query);
        return { kind: 'count', count: await reader.count(tenantId, query) };
      }
      case 'read': {
        const { address, query } = operation;
        return { kind: 'entity', address, ...(await readObject(reader, tenantId, address, query)) };
      }
      case 'readProperty': {
        const { address } = operation;
        const { of } = address;
        const entity =
          of.kind === 'singleton'
            ? singletonOf(of.singleton, context)
            : (await findObject(reader, tenantId, of)).entity;
        const found = valueAt(entity, address);
        return found.value === null ? { kind: 'nothing' } : { kind: 'property', address, ...found };
      }
      case 'readReference': {
        const { address } = operation;
        const target = address.kind === 'reference' ? address.related : address.member;
        const stored = await findObject(reader, tenantId, target);
        return { kind: 'reference', address: target, stored };
      }
      case 'listReferences': {
        const { collection } = operation.address;
        const page = await reader.listKeys(tenantId, await listQuery(context, collection, operation.query));
        return { kind: 'references', address: collection, page };
      }
      case 'create': {
        const { address, payload } = operation;
        return { kind: 'created', address, stored: await write(context, create(address, payload, context)) };
      }
      case 'update': {
        const { address, payload, precondition } = operation;
        const isSettings = address.set === derivedCredentials;
        const stored = await write(
          context,
          update(address, payload, precondition, context),
          isSettings && isPlain(address),
        );
        return { kind: 'entity', address, stored, expanded: {} };
      }
      case 'delete':
        await write(context, remove(operation.address, operation.precondition, context));
        return { kind: 'nothing' };
      case 'setReference':
        await write(context, setReference(operation.address, operation.link, operation.precondition, context, tools));
        return { kind: 'nothing' };
      case 'addReference':
        await write(context, addReference(operation.address, operation.link, operation.precondition, context, tools));
        return { kind: 'nothing' };
      case 'removeReference':
        await write(context, removeReference(operation.address, operation.precondition, context, tools));
        return { kind: 'nothing' };
      case 'callFunction':
        return callFunction(operation.address);
      case 'invokeAction': {
        const { address, payload, precondition } = operation;
        if (address.action !== assign) throw new Error(`nothing stands behind '${address.action.name}'`);
        const members = await write(context, assignProfile(address, payload, precondition, context, tools));
        const rows = members.map((stored) => ({ stored, expanded: {} }));
        return { kind: 'entities', address, set: assignments, page: { rows, count: undefined, next: undefined } };
      }
    }
  };

  /** The query of a list at the address. Refuses what `findWithin` refuses. */
  const listQuery = async (
    { tenant, reader = store }: RequestContext,
    { set, type, within: membership }: CollectionAddress,
    query: CollectionQuery,
  ): Promise<ListQuery> => ({ ...query, set, type, within: await findWithin(reader, tenant.id, membership) });

  const create = (address: CollectionAddress, payload: Payload, context: RequestContext): Decide<Stored> => {
    if (address.set === derivedCredentials) return createSettings(payload, context, tools);
    if (address.set === deviceConfigurations) return createProfile(address, payload, context, tools);
    if (address.set === assignments && address.within) return addAssignment(address.within, payload, context, tools);
    throw new Error(`nobody creates entities of '${address.set.name}'`);
  };

  const update = (
    address: ObjectAddress,
    payload: Payload,
    precondition: Precondition,
    context: RequestContext,
  ): Decide<Stored> => {
    if (address.set === derivedCredentials) return updateSettings(address, payload, precondition, context, tools);
    if (address.set === deviceConfigurations) return updateProfile(address, payload, precondition, context, tools);
    if (address.set === assignments && address.kind === 'entity' && address.within) {
      return updateAssignment(address, address.within, payload, precondition, context, tools);
    }
    throw new Error(`nobody updates entities of '${address.set.name}'`);
  };

  const remove = (address: EntityAddress, precondition: Precondition, context: RequestContext): Decide<void> => {
    if (address.set === derivedCredentials) return deleteSettings(address, precondition, context, tools);
    if (address.set === deviceConfigurations) return deleteProfile(address, precondition, context, tools);
    if (address.set === assignments && address.within) {
      return deleteAssignment(address, address.within, precondition, context, tools);
    }
    throw new Error(`nobody deletes entities of '${address.set.name}'`);
  };

  const executeTogether: Service['executeTogether'] = (requests) => {
    const [first] = requests;
    if (!first) throw new Error('a group without requests');
    const { id } = first.context.tenant;
    return desk.submit(id, decideTogether(id, requests, execute), { byKeyAlone: false });
  };

  return {
    admit: (caller) => admit(caller, tenants.find),
    authorize,
    execute: (operation, context) => execute(operation, context),
    executeTogether,
    async replaceState(replace) {
      try {
        return await desk.alone(replace);
      } finally {
        tenants.forget();
      }
    },
    settled: () => desk.settled(),
  };
}

function singletonOf(singleton: Singleton, { tenant, actor }: RequestContext): Structure {
  if (singleton === deviceManagementSingleton) return deviceManagementOf(tenant);
  if (singleton === me) return userOf(actor);
  throw new Error(`nothing stands behind '${singleton.name}'`);
}

function callFunction({ function: called, values }: FunctionAddress): Result {
  if (!called.returns) throw new Error(`the function '${called.name}' answers nothing`);
  const value = called === getAuditCategories ? auditCategories() : auditActivityTypes(String(values.category));
  return { kind: 'value', returns: called.returns, value };
}

/** Whether the way to the object leads through keys alone, at most one link behind. */
function isPlain(address: ObjectAddress): boolean {
  return address.kind === 'entity' ? !address.within : isPlain(address.source);
}
