// `offshoot tenant`: the tenants of a store and their licences, beside a running server or without one.
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { newId, systemClock } from '../base/index.js';
import { type License, licenses, type Tenant } from '../plan/index.js';
import { byProgram, changeTenant } from '../service/index.js';
import { openStore, type Store, storePath } from '../store/index.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';
import { newTenantId, tenantId } from './tenant-id.js';

export function addTenant(program: Command): void {
  const tenant = program
    .command('tenant')
    .description('manage the tenants of a store and their licences; a running server sees a change within a second')
    .helpCommand(false);
  const license = () => new Option('--license <license>', 'the licence').choices(licenses).default('active');

  addStoreOptions(tenant.command('add'))
    .description('add a tenant; makes a production store if the data folder has none')
    .addArgument(new Argument('<id>', 'the tenant, a UUID: the `tid` of its tokens').argParser(newTenantId))
    .option('--name <name>', 'a name for people', tenantName, 'Tenant')
    .addOption(license())
    .allowExcessArguments(false)
    .action((id: string, options: StoreOptions & { name: string; license: License }) =>
      withStore(options, { create: true }, async (store) => {
        await change(store, id, (before) => {
          if (before) throw new Error(`The tenant ${id} exists already; see set-license.`);
          return { displayName: options.name, license: options.license };
        });
      }),
    );

  addStoreOptions(tenant.command('list'))
    .description('list the tenants: id, licence, name')
    .option('--json', 'one JSON array')
    .allowExcessArguments(false)
    .action((options: StoreOptions & { json?: boolean }) =>
      withStore(options, { create: false }, async (store) => {
        const tenants = await store.listTenants();
        const lines = tenants.map(
          ({ id, license: state, displayName }) => `${id}  ${state.padEnd(7)}  ${displayName}\n`,
        );
        process.stdout.write(options.json ? `${JSON.stringify(tenants)}\n` : lines.join(''));
      }),
    );

  addStoreOptions(tenant.command('set-license'))
    .description("change a tenant's licence")
    .addArgument(new Argument('<id>', 'the tenant').argParser(tenantId))
    .addArgument(new Argument('<license>', 'the licence').choices(licenses))
    .allowExcessArguments(false)
    .action((id: string, state: License, options: StoreOptions) =>
      withStore(options, { create: false }, async (store) => {
        await change(store, id, (before) => {
          if (!before) throw new Error(`There is no tenant ${id}; see add.`);
          return { ...before, license: state };
        });
      }),
    );
}

const change = (store: Store, id: string, decide: Parameters<typeof changeTenant>[2]): Promise<Tenant> =>
  changeTenant(store, id, decide, { clock: systemClock, by: byProgram('offshoot tenant', newId) });

async function withStore(
  where: StoreOptions,
  { create }: { create: boolean },
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore({ path: storePath(where), create: create && 'production' });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** Shown in lists and audit events: one line of text that steers no terminal. */
function tenantName(text: string): string {
  if (text.trim() !== '' && text.length <= 256 && !/[\p{Cc}\u2028\u2029]/u.test(text)) return text;
  throw new InvalidArgumentError('A name is up to 256 characters, none of them a control character.');
}
