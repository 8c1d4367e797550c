// What the commands of the directory share: which store, which tenant, who changes it.
import { type Command, InvalidArgumentError } from 'commander';
import { isUuid, newId, systemClock } from '../base/index.js';
import { developmentTenantId } from '../development/index.js';
import type { Means } from '../directory/index.js';
import { type By, byProgram } from '../service/index.js';
import { openStore, type Store, storePath } from '../store/index.js';
import { parseLifetime } from './lifetime.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';
import { tenantId } from './tenant-id.js';

export interface DirectoryOptions extends StoreOptions {
  readonly tenant?: string;
}

/** A store at hand, and the tenant that is meant in it. */
export interface AtHand {
  readonly means: Means & { readonly store: Store };
  readonly tenantId: string;
  readonly by: By;
}

export function addDirectoryOptions(command: Command): Command {
  return addStoreOptions(command.allowExcessArguments(false)).option(
    '--tenant <id>',
    'the tenant; the development tenant unless told otherwise, in production the only one if there is but one',
    tenantId,
  );
}

/** `program` is what the audit names as who changed it. */
export async function withDirectory<T>(
  { tenant, ...where }: DirectoryOptions,
  program: string,
  use: (atHand: AtHand) => Promise<T>,
): Promise<T> {
  const store = await openStore({ path: storePath(where), create: false });
  try {
    const means = { store, clock: systemClock, newId };
    return await use({ means, tenantId: await tenantOf(store, tenant), by: byProgram(program, newId) });
  } finally {
    await store.close();
  }
}

/** Refuses (Error) one that does not exist, and to choose among several. */
async function tenantOf(store: Store, given: string | undefined): Promise<string> {
  const id =
    given ?? (store.mode === 'development' ? await developmentTenantId(store, newId) : await onlyTenant(store));
  if (!(await store.findTenant(id))) throw new Error(`There is no tenant ${id}; see offshoot tenant list.`);
  return id;
}

async function onlyTenant(store: Store): Promise<string> {
  const [only, ...others] = await store.listTenants();
  if (!only) throw new Error('There is no tenant yet; see offshoot tenant add.');
  if (others.length > 0) throw new Error(`There are ${others.length + 1} tenants: name one with --tenant.`);
  return only.id;
}

export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** What is there, with what is added, without what is removed. */
export function edited(
  there: readonly string[],
  added: readonly string[] = [],
  removed: readonly string[] = [],
): readonly string[] {
  return [...there, ...added].filter((item) => !removed.includes(item));
}

export function uuid(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It is a UUID.');
}

/** When that will be, from now, in milliseconds since the epoch. */
export function expiry(text: string): number {
  const seconds = parseLifetime(text);
  if (seconds === undefined || seconds <= 0) {
    throw new InvalidArgumentError('A time is a whole number and s, m, h or d, such as 180d.');
  }
  return systemClock.now() + seconds * 1000;
}

/** An object as lines of a name and a value each, or as JSON. */
export function print(object: Readonly<Record<string, string | undefined>>, json: boolean | undefined): void {
  const entries = Object.entries(object).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`);
  process.stdout.write(json ? `${JSON.stringify(Object.fromEntries(entries))}\n` : lines.join(''));
}
