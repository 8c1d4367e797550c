// `offshoot app`: the applications of a tenant, their permissions, secrets and certificates, beside a running server too.
import { Argument, type Command, Option } from 'commander';
import { readNamedFile, systemClock } from '../base/index.js';
import { type Applications, createApplications, defaultSecretLifetime, toldApplication } from '../directory/index.js';
import {
  type AtHand,
  addDirectoryOptions,
  collect,
  type DirectoryOptions,
  edited,
  expiry,
  print,
  uuid,
  withDirectory,
} from './directory-options.js';

interface CreateOptions extends DirectoryOptions {
  readonly name: string;
  readonly role?: readonly string[];
  readonly scope?: readonly string[];
  readonly redirectUri?: readonly string[];
  readonly expires?: number;
  readonly secret: boolean;
  readonly json?: boolean;
}

interface UpdateOptions extends DirectoryOptions {
  readonly name?: string;
  readonly state?: 'enabled' | 'disabled';
  readonly addRole?: readonly string[];
  readonly removeRole?: readonly string[];
  readonly addScope?: readonly string[];
  readonly removeScope?: readonly string[];
  readonly addRedirectUri?: readonly string[];
  readonly removeRedirectUri?: readonly string[];
}

interface SecretOptions extends DirectoryOptions {
  readonly name?: string;
  readonly expires?: number;
  readonly json?: boolean;
}

export function addApp(program: Command): void {
  const app = program
    .command('app')
    .description('manage the applications that may ask a tenant for tokens')
    .helpCommand(false);
  addCreate(app);
  addList(app);
  addUpdate(app);
  addSecrets(app.command('secret').description('the secrets of an application').helpCommand(false));
  addCertificates(app.command('certificate').description('the certificates of an application').helpCommand(false));
}

function addCreate(app: Command): void {
  addDirectoryOptions(app.command('create'))
    .description('make an application, and print its id and a secret, which is shown this once')
    .requiredOption('--name <name>', 'a name for people')
    .option('--role <role>', 'a permission that it has by itself; may be repeated', collect)
    .option('--scope <scope>', 'a permission that it may have on behalf of users; may be repeated', collect)
    .option('--redirect-uri <uri>', 'where sign-in may lead back to; may be repeated', collect)
    .addOption(expiresOption())
    .option('--no-secret', 'make none: for programs that cannot keep one, and those with a certificate')
    .option('--json', 'one JSON object')
    .action((options: CreateOptions) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        const { name, role = [], scope = [], redirectUri = [], json } = options;
        const draft = { displayName: name, roles: role, scopes: scope, redirectUris: redirectUri };
        const secret = options.secret ? { end: endOf(options) } : undefined;
        const { application, secretText } = await applications.create(tenantId, draft, by, secret);
        print({ appId: application.id, clientSecret: secretText, tenantId }, json);
      }),
    );
}

function addList(app: Command): void {
  addDirectoryOptions(app.command('list'))
    .description('list the applications: id, whether enabled, name')
    .option('--json', 'one JSON array')
    .action((options: DirectoryOptions & { json?: boolean }) =>
      withApplications(options, async (_, { means, tenantId }) => {
        const found = await means.store.listApplications(tenantId);
        const lines = found.map(({ id, enabled, displayName }) => `${id}  ${state(enabled)}  ${displayName}\n`);
        process.stdout.write(options.json ? `${JSON.stringify(found.map(toldApplication))}\n` : lines.join(''));
      }),
    );

  addDirectoryOptions(app.command('show'))
    .description('print an application as JSON: its permissions, its secrets by their beginnings, its certificates')
    .addArgument(appId())
    .action((id: string, options: DirectoryOptions) =>
      withApplications(options, async (_, { means, tenantId }) => {
        const found = await means.store.findApplication(tenantId, id);
        if (!found) throw new Error(`There is no application ${id} in the tenant ${tenantId}; see list.`);
        process.stdout.write(`${JSON.stringify(toldApplication(found), undefined, 2)}\n`);
      }),
    );
}

function addUpdate(app: Command): void {
  addDirectoryOptions(app.command('update'))
    .description('change the name, the permissions or the redirect URIs of an application, or disable it')
    .addArgument(appId())
    .option('--name <name>', 'another name')
    .addOption(new Option('--state <state>', 'whether it gets tokens').choices(['enabled', 'disabled']))
    .option('--add-role <role>', 'may be repeated', collect)
    .option('--remove-role <role>', 'may be repeated', collect)
    .option('--add-scope <scope>', 'may be repeated', collect)
    .option('--remove-scope <scope>', 'may be repeated', collect)
    .option('--add-redirect-uri <uri>', 'may be repeated', collect)
    .option('--remove-redirect-uri <uri>', 'may be repeated', collect)
    .action((id: string, options: UpdateOptions) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        await applications.update(
          { tenantId, id },
          (before) => ({
            ...(options.name !== undefined && { displayName: options.name }),
            ...(options.state && { enabled: options.state === 'enabled' }),
            roles: edited(before.roles, options.addRole, options.removeRole),
            scopes: edited(before.scopes, options.addScope, options.removeScope),
            redirectUris: edited(before.redirectUris, options.addRedirectUri, options.removeRedirectUri),
          }),
          by,
        );
      }),
    );

  addDirectoryOptions(app.command('delete'))
    .description('delete an application')
    .addArgument(appId())
    .action((id: string, options: DirectoryOptions) =>
      withApplications(options, (applications, { tenantId, by }) => applications.delete({ tenantId, id }, by)),
    );
}

function addSecrets(secret: Command): void {
  addDirectoryOptions(secret.command('add'))
    .description(
      'add a secret, and print it, which is shown this once; to rotate, add one and remove the old one later',
    )
    .addArgument(appId())
    .option('--name <name>', 'a name for people')
    .addOption(expiresOption())
    .option('--json', 'one JSON object')
    .action((id: string, options: SecretOptions) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        const draft = { displayName: options.name ?? null, end: endOf(options) };
        const { secret: made, secretText } = await applications.addSecret({ tenantId, id }, draft, by);
        const { id: secretId, endDateTime } = made;
        print({ appId: id, clientSecret: secretText, secretId, endDateTime, tenantId }, options.json);
      }),
    );

  addDirectoryOptions(secret.command('remove'))
    .description('remove a secret, which holds no longer')
    .addArgument(appId())
    .addArgument(new Argument('<secretId>', 'the id of the secret, as show tells it').argParser(uuid))
    .action((id: string, secretId: string, options: DirectoryOptions) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        await applications.removeSecret({ tenantId, id }, secretId, by);
      }),
    );
}

function addCertificates(certificate: Command): void {
  addDirectoryOptions(certificate.command('add'))
    .description('add a certificate, with whose key the application may sign its requests for tokens')
    .addArgument(appId())
    .requiredOption('--file <file>', 'the certificate, PEM, without its key')
    .option('--name <name>', 'a name for people')
    .option('--json', 'one JSON object')
    .action((id: string, options: SecretOptions & { file: string }) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        const draft = { pem: await readNamedFile(options.file), displayName: options.name };
        const { certificate: added } = await applications.addCertificate({ tenantId, id }, draft, by);
        const { id: certificateId, thumbprint, endDateTime } = added;
        print({ appId: id, certificateId, thumbprint, endDateTime, tenantId }, options.json);
      }),
    );

  addDirectoryOptions(certificate.command('remove'))
    .description('remove a certificate, which holds no longer')
    .addArgument(appId())
    .addArgument(new Argument('<certificateId>', 'the id of the certificate, as show tells it').argParser(uuid))
    .action((id: string, certificateId: string, options: DirectoryOptions) =>
      withApplications(options, async (applications, { tenantId, by }) => {
        await applications.removeCertificate({ tenantId, id }, certificateId, by);
      }),
    );
}

function withApplications(
  options: DirectoryOptions,
  use: (applications: Applications, atHand: AtHand) => Promise<void>,
): Promise<void> {
  return withDirectory(options, 'offshoot app', (atHand) => use(createApplications(atHand.means), atHand));
}

const appId = (): Argument => new Argument('<appId>', 'the application').argParser(uuid);

const expiresOption = (): Option =>
  new Option('--expires <time>', 'how long the secret holds, such as 90d (default: 180d)').argParser(expiry);

const endOf = ({ expires }: { readonly expires?: number }): number =>
  expires ?? systemClock.now() + defaultSecretLifetime * 1000;

const state = (enabled: boolean): string => (enabled ? 'enabled ' : 'disabled');
