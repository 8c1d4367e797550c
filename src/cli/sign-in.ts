// `offshoot sign-in`: the keys that sign the tokens of the built-in token endpoint, where the store has them.
import { type Command, Option } from 'commander';
import { gatherSettings, SettingsError } from '../config/index.js';
import { rotateKey } from '../sign-in/index.js';
import { openStore, storePath } from '../store/index.js';
import { keepingOf } from '../token-endpoint.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';

interface RotateOptions extends StoreOptions {
  readonly signInSecret?: readonly string[];
}

export function addSignIn(program: Command): void {
  const signIn = program
    .command('sign-in')
    .description('the built-in token endpoint, beside a running server too')
    .helpCommand(false);
  const secret = new Option(
    '--sign-in-secret <file>',
    "the file with the secret under which the keys are encrypted; may be repeated (default: the server's own setting)",
  ).argParser((file: string, before: readonly string[] = []) => [...before, file]);
  addStoreOptions(signIn.command('rotate'))
    .description('make another key, which signs from then on; servers take it within half a minute')
    .addOption(secret)
    .allowExcessArguments(false)
    .action(rotate);
}

async function rotate({ signInSecret: given, ...where }: RotateOptions): Promise<void> {
  const signInSecret = given ?? gatherSettings({ flags: {}, environment: process.env }).values.signInSecret ?? [];
  const store = await openStore({ path: storePath(where), create: false });
  try {
    if (store.mode === 'production' && signInSecret.length === 0) {
      throw new SettingsError('a store for production needs --sign-in-secret; keys in a folder are rotated by a file');
    }
    const keeping = store.mode === 'production' ? await keepingOf({ signInSecret }) : 'plain';
    process.stdout.write(`${await rotateKey(store, keeping)}\n`);
  } finally {
    await store.close();
  }
}
