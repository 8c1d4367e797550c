// `offshoot user`: the users of a tenant who may sign in, beside a running server too.
import { Argument, type Command, Option } from 'commander';
import { isUuid, readNamedFile } from '../base/index.js';
import { createUsers, newPassword, toldUser, type Users } from '../directory/index.js';
import {
  type AtHand,
  addDirectoryOptions,
  collect,
  type DirectoryOptions,
  edited,
  print,
  withDirectory,
} from './directory-options.js';

interface CreateOptions extends DirectoryOptions {
  readonly name: string;
  readonly displayName?: string;
  readonly passwordFile?: string;
  readonly scope?: readonly string[];
  readonly json?: boolean;
}

interface UpdateOptions extends DirectoryOptions {
  readonly name?: string;
  readonly displayName?: string;
  readonly state?: 'enabled' | 'disabled';
  readonly addScope?: readonly string[];
  readonly removeScope?: readonly string[];
}

const passwordFile = [
  '--password-file <file>',
  'the password, in a file; without one it is made, and shown this once',
] as const;

export function addUser(program: Command): void {
  const user = program.command('user').description('manage the users of a tenant who may sign in').helpCommand(false);

  addDirectoryOptions(user.command('create'))
    .description('make a user')
    .requiredOption('--name <upn>', 'the user principal name, such as ada@example.org')
    .option('--display-name <name>', 'a name for people')
    .option(...passwordFile)
    .option('--scope <scope>', 'a permission that the user may use; may be repeated', collect)
    .option('--json', 'one JSON object')
    .action((options: CreateOptions) =>
      withUsers(options, async (users, { tenantId, by }) => {
        const { name, displayName, scope = [] } = options;
        const { password, made } = await passwordOf(options.passwordFile);
        const draft = {
          userPrincipalName: name,
          scopes: scope,
          password,
          ...(displayName !== undefined && { displayName }),
        };
        const { id, userPrincipalName } = await users.create(tenantId, draft, by);
        print({ id, userPrincipalName, password: made, tenantId }, options.json);
      }),
    );

  addDirectoryOptions(user.command('list'))
    .description('list the users: id, whether enabled, user principal name')
    .option('--json', 'one JSON array')
    .action((options: DirectoryOptions & { json?: boolean }) =>
      withUsers(options, async (_, { means, tenantId }) => {
        const found = await means.store.listUsers(tenantId);
        const lines = found.map(({ id, enabled, userPrincipalName }) => {
          return `${id}  ${enabled ? 'enabled ' : 'disabled'}  ${userPrincipalName}\n`;
        });
        process.stdout.write(options.json ? `${JSON.stringify(found.map(toldUser))}\n` : lines.join(''));
      }),
    );

  addDirectoryOptions(user.command('update'))
    .description('change the names or the permissions of a user, or disable the account')
    .addArgument(userArgument())
    .option('--name <upn>', 'another user principal name')
    .option('--display-name <name>', 'another name for people')
    .addOption(new Option('--state <state>', 'whether the user can sign in').choices(['enabled', 'disabled']))
    .option('--add-scope <scope>', 'may be repeated', collect)
    .option('--remove-scope <scope>', 'may be repeated', collect)
    .action((given: string, options: UpdateOptions) =>
      withUser(given, options, async (users, id, { tenantId, by }) => {
        await users.update(
          { tenantId, id },
          (before) => ({
            ...(options.name !== undefined && { userPrincipalName: options.name }),
            ...(options.displayName !== undefined && { displayName: options.displayName }),
            ...(options.state && { enabled: options.state === 'enabled' }),
            scopes: edited(before.scopes, options.addScope, options.removeScope),
          }),
          by,
        );
      }),
    );

  addDirectoryOptions(user.command('set-password'))
    .description('give a user another password')
    .addArgument(userArgument())
    .option(...passwordFile)
    .option('--json', 'one JSON object')
    .action((given: string, options: DirectoryOptions & { passwordFile?: string; json?: boolean }) =>
      withUser(given, options, async (users, id, { tenantId, by }) => {
        const { password, made } = await passwordOf(options.passwordFile);
        const { userPrincipalName } = await users.update({ tenantId, id }, () => ({}), by, { password });
        print({ id, userPrincipalName, password: made, tenantId }, options.json);
      }),
    );

  addDirectoryOptions(user.command('delete'))
    .description('delete a user')
    .addArgument(userArgument())
    .action((given: string, options: DirectoryOptions) =>
      withUser(given, options, (users, id, { tenantId, by }) => users.delete({ tenantId, id }, by)),
    );
}

/** `made` is there if it was made here, and has to be shown. */
async function passwordOf(file: string | undefined): Promise<{ password: string; made: string | undefined }> {
  if (file !== undefined) return { password: (await readNamedFile(file)).replace(/\r?\n$/, ''), made: undefined };
  const made = newPassword();
  return { password: made, made };
}

const userArgument = (): Argument => new Argument('<user>', 'the id or the user principal name');

function withUsers(options: DirectoryOptions, use: (users: Users, atHand: AtHand) => Promise<void>): Promise<void> {
  return withDirectory(options, 'offshoot user', (atHand) => use(createUsers(atHand.means), atHand));
}

function withUser(
  given: string,
  options: DirectoryOptions,
  use: (users: Users, id: string, atHand: AtHand) => Promise<void>,
): Promise<void> {
  return withUsers(options, async (users, atHand) => {
    const { means, tenantId } = atHand;
    const found = isUuid(given)
      ? await means.store.findUser(tenantId, given.toLowerCase())
      : await means.store.findUserByName(tenantId, given);
    if (!found) throw new Error(`There is no user '${given}' in the tenant ${tenantId}; see list.`);
    await use(users, found.id, atHand);
  });
}
