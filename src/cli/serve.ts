// `offshoot serve`: starts a server, says where it is, and stops it when told to.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { completeSettings, type SettingKind, settings } from '../config/index.js';
import { openServer, type Server } from '../server.js';

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server until SIGINT or SIGTERM; requests that are running are finished first');
  for (const [name, row] of Object.entries(settings)) command.addOption(optionOf(name, row));
  command.allowExcessArguments(false).action(async () => {
    const chosen = completeSettings(command.opts());
    const server = await openServer(chosen);
    stopOnSignal(server);
    process.stdout.write(chosen.json ? `${JSON.stringify(await readyLine(server))}\n` : await welcome(server));
  });
}

type Row = (typeof settings)[keyof typeof settings] & { placeholder?: string; default?: unknown; mode?: string };

function optionOf(name: string, row: Row): Option {
  const flags = row.kind === 'flag' ? `--${row.flag}` : `--${row.flag} <${row.placeholder}>`;
  const option = new Option(flags, row.mode ? `${row.description} (${row.mode} mode)` : row.description);
  if (option.attributeName() !== name) throw new Error(`the flag --${row.flag} does not spell the setting ${name}`);
  const parse = parsers[row.kind];
  if (parse) option.argParser(parse);
  if (row.default !== undefined) option.default(row.default);
  return option;
}

const parsers: Readonly<Partial<Record<SettingKind, (text: string, before: unknown) => unknown>>> = {
  texts: (text, before) => [...((before as string[] | undefined) ?? []), text],
  port: (text) => wholeNumber(text, 65_535),
  number: (text) => wholeNumber(text, 86_400),
};

function wholeNumber(text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
}

function stopOnSignal(server: Server): void {
  const stop = (): void => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`offshoot: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  // A second signal finds no listener and ends the process at once.
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function readyLine(server: Server): Promise<Record<string, unknown>> {
  const { url, plainUrl, development } = server;
  if (!development) return { url, plainUrl };
  const { caFile, tenantId, settingsId, profiles } = development;
  return { url, plainUrl, caFile, tenantId, token: await development.token(), settingsId, profiles };
}

async function welcome(server: Server): Promise<string> {
  const { url, plainUrl, development } = server;
  const addresses = [url, plainUrl].filter((address) => address !== undefined);
  if (!development) return `Offshoot serves ${addresses.map((address) => `${address}/beta`).join(' and ')}\n`;
  const { caFile, tenantId, settingsId, profiles } = development;
  const token = await development.token();
  const authorization = `-H 'Authorization: Bearer ${token}'`;
  const json = "-H 'Content-Type: application/json'";
  const settingsPath = `/beta/deviceManagement/derivedCredentials/${settingsId}`;
  const [type, profileId] = Object.entries(profiles)[0] ?? [];
  const profilePath = `/beta/deviceManagement/deviceConfigurations/${profileId}`;
  return `Offshoot is in DEVELOPMENT MODE: anyone on this machine may use the token below. Never put real data in it.

  https   ${url}/beta   (certificate authority: ${caFile})
  http    ${plainUrl}/beta
  tenant  ${tenantId}
  token   ${token}

Update the derived credential settings:

  curl -X PATCH '${plainUrl}${settingsPath}' ${authorization} ${json} -d '{"displayName": "Smart card on the phone", "renewalThresholdPercentage": 25}'

The same object through the ${type} profile that is bound to it, over https:

  curl --cacert '${caFile}' -X PATCH '${url}${profilePath}/derivedCredentialSettings' ${authorization} ${json} -d '{"@odata.type": "#microsoft.graph.deviceManagementDerivedCredentialSettings"}'

The profiles, and what has been changed by whom:

  curl '${plainUrl}/beta/deviceManagement/deviceConfigurations' ${authorization}
  curl '${plainUrl}/beta/deviceManagement/auditEvents' ${authorization}

Another token: npx offshoot token --help. Stop with Ctrl-C.
`;
}
