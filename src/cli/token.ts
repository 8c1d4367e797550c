// `offshoot token`: prints a token of a development store, beside a running server or without one.
import { type Command, InvalidArgumentError } from 'commander';
import { newId, systemClock } from '../base/index.js';
import { SettingsError } from '../config/index.js';
import { mintToken } from '../development/index.js';
import { openStore, storePath } from '../store/index.js';
import { parseLifetime } from './lifetime.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';
import { tenantId } from './tenant-id.js';

const defaultLifetime = 3600;

interface TokenOptions extends StoreOptions {
  readonly scope?: readonly string[];
  readonly app?: boolean;
  readonly role?: readonly string[];
  readonly tenant?: string;
  readonly user?: string;
  readonly expires?: number;
}

export function addToken(program: Command): void {
  const command = program
    .command('token')
    .description('print a token of a development store: delegated, with all permissions, unless told otherwise')
    .option('--scope <scope>', 'a scope of the token, any text; may be repeated', collect)
    .option('--app', "make it an application's token")
    .option('--role <role>', 'a role of the application, any text; may be repeated', collect)
    .option('--tenant <id>', 'the tenant, which need not exist', tenantId)
    .option('--user <upn>', 'the user principal name of a delegated token')
    .option('--expires <time>', 'from now, such as 90s, 30m, 1h (the default), 2d; -1h makes an expired one', lifetime)
    .allowExcessArguments(false)
    .action(printToken);
  addStoreOptions(command);
}

async function printToken({ scope, app, role, tenant, user, expires, ...where }: TokenOptions): Promise<void> {
  if (app && (scope || user !== undefined))
    throw new SettingsError('--app goes with --role, not with --scope or --user');
  if (!app && role) throw new SettingsError('--role belongs to an application: give --app too');
  const store = await openStore({ path: storePath(where), mode: 'development', create: false });
  try {
    const token = await mintToken(
      store,
      { clock: systemClock, newId },
      {
        ...(scope && { scopes: scope }),
        ...(app && { roles: role ?? [] }),
        ...(tenant !== undefined && { tenantId: tenant }),
        ...(user !== undefined && { userPrincipalName: user }),
        lifetime: expires ?? defaultLifetime,
      },
    );
    process.stdout.write(`${token}\n`);
  } finally {
    await store.close();
  }
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function lifetime(text: string): number {
  const seconds = parseLifetime(text);
  if (seconds === undefined) throw new InvalidArgumentError('A time is a whole number and s, m, h or d.');
  return seconds;
}
