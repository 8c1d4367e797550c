// Settings with their defaults, and whether they go together.
import { isLoopback, isUuid, nearest, parseNetwork } from '../base/index.js';
import { isBound, issuersIn } from './issuer-setting.js';
import { defaultOf, type ServerSettings, type SettingName, settingRow, settingRows, settings } from './settings.js';
import { judgeValue } from './value.js';

/** What is wrong with a setting, or with settings that do not go together; ends the program with exit code 2. */
export class SettingsError extends Error {}

/** Something wrong with settings that are each right by themselves; the reason is a sentence without its full stop. */
export interface Conflict {
  /** The setting to look at first. */
  readonly setting: SettingName;
  readonly reason: string;
}

/** All settings, the defaults in place of what is not given. Refuses (SettingsError) what is wrong or does not go together. */
export function completeSettings(given: Partial<ServerSettings>): ServerSettings {
  checkValues(given);
  const complete = withDefaults(given);
  const [conflict] = conflictsOf(given, complete);
  if (conflict) throw new SettingsError(conflict.reason);
  return complete;
}

/** What of the given settings does not go together, the weightiest first. */
export function conflictsOf(given: Partial<ServerSettings>, complete = withDefaults(given)): readonly Conflict[] {
  return [
    ...wrongAnywhere(given, complete),
    ...wrongIssuers(complete),
    ...(complete.dev ? wrongInDevelopment(given, complete) : wrongInProduction(given, complete)),
  ];
}

function withDefaults(given: Partial<ServerSettings>): ServerSettings {
  const mode = given.dev ? 'development' : 'production';
  return Object.fromEntries(
    settingRows.map(([name, row]) => {
      const value = given[name] ?? defaultOf(row, mode);
      // An IPv6 address stands in brackets in URLs alone.
      return [name, row.flag.endsWith('host') && typeof value === 'string' ? value.replace(/^\[(.*)\]$/, '$1') : value];
    }),
    // The table's kinds and defaults are what the type is made of.
  ) as unknown as ServerSettings;
}

/** What the command line cannot say, a program can: names that are none, and values of another kind. */
function checkValues(given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    const row = settingRow(name);
    if (!row) throw new SettingsError(`there is no setting '${name}'.${nearest(name, Object.keys(settings))}`);
    const wrong = value === undefined ? undefined : judgeValue(row, value);
    if (wrong) throw new SettingsError(`--${row.flag} ${wrong}`);
  }
}

function* wrongAnywhere(given: Partial<ServerSettings>, all: ServerSettings): Iterable<Conflict> {
  if (all.database !== undefined && !isDatabaseUrl(all.database)) yield { setting: 'database', reason: noDatabaseUrl };
  if (all.publicUrl !== undefined && !isOrigin(all.publicUrl)) {
    yield { setting: 'publicUrl', reason: notAnOrigin('--public-url', all.publicUrl) };
  }
  for (const origin of all.allowOrigin) {
    if (origin !== '*' && !isOrigin(origin)) {
      yield { setting: 'allowOrigin', reason: notAnOrigin('--allow-origin', origin) };
    }
  }
  if (given.adminHost !== undefined && all.adminPort === undefined) {
    yield { setting: 'adminHost', reason: '--admin-host goes with --admin-port' };
  }
  if (all.adminTls && all.adminPort === undefined) {
    yield { setting: 'adminTls', reason: '--admin-tls goes with --admin-port' };
  }
  if (all.adminTls && all.plainHttp) {
    yield { setting: 'adminTls', reason: '--admin-tls needs a certificate, which goes with --tls-cert and --tls-key' };
  }
  if (all.adminTenant !== undefined && all.adminPort === undefined) {
    yield { setting: 'adminTenant', reason: '--admin-tenant goes with --admin-port' };
  }
  if (all.adminTenant !== undefined && !isUuid(all.adminTenant)) {
    yield { setting: 'adminTenant', reason: `--admin-tenant must be a tenant's id, a UUID, not '${all.adminTenant}'` };
  }
  for (const network of all.trustProxy) {
    const prefix = parseNetwork(network)?.prefix;
    if (prefix !== undefined && prefix > 0) continue;
    const reason = `--trust-proxy must be an address or a network such as 10.1.0.0/16, not '${network}'`;
    yield { setting: 'trustProxy', reason };
  }
  for (const host of all.allowHost) {
    if (isHost(host)) continue;
    const reason = `--allow-host must be a host such as graph.example.org or localhost:8080, not '${host}'`;
    yield { setting: 'allowHost', reason };
  }
}

function* wrongIssuers({ dev, issuer: given, jwks, signIn }: ServerSettings): Iterable<Conflict> {
  const setting = 'issuer';
  const issuers = issuersIn(given, jwks);
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set(names).size < names.length) yield { setting, reason: 'an --issuer is given twice' };
  const plain = given.filter((issuer) => typeof issuer === 'string').length;
  if (jwks.length > 0 && jwks.length !== plain) {
    yield {
      setting: 'jwks',
      reason: 'each --issuer that is a name needs its --jwks, in the same order, or none has one',
    };
  }
  for (const { issuer, jwks: keys, discovery = issuer } of issuers) {
    const address = keys ?? discovery;
    if (keys !== undefined && !/^https?:/i.test(keys)) continue;
    const what = keys === undefined ? 'an --issuer without --jwks' : 'the --jwks of an --issuer';
    // What is said of it is no place for a password.
    if (hasCredentials(address)) yield { setting, reason: `${what} must not contain a user name or password` };
    else if (!isKeyAddress(address, dev)) yield { setting, reason: `${what} must be an https URL, not '${address}'` };
  }
  if (signIn && !dev && names.some((name) => /^https:\/\/sts\.windows\.net\//i.test(name))) {
    const reason = '--sign-in gives tokens of the issuer https://sts.windows.net/, so no --issuer can have that name';
    yield { setting, reason };
  }
  // With one alone nobody else's tenants are at stake.
  if (issuers.length < 2) return;
  for (const issuer of issuers.filter((one) => !isBound(one))) {
    const reason = `with several issuers each needs its tenants: '${issuer.issuer}' has no {tenantid}, no tenant's id and no "tenants"`;
    yield { setting, reason };
  }
}

/** As the identity room has it: plain http is for loopback, in development mode. */
function isKeyAddress(text: string, dev: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (dev && protocol === 'http:' && isLoopback(hostname));
}

function hasCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

/** The names and addresses in the certificate of a development server. */
const certifiedHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

function* wrongInDevelopment(
  given: Partial<ServerSettings>,
  { host, devBeyondLoopback }: ServerSettings,
): Iterable<Conflict> {
  // Beyond loopback the certificate is of no use, and nothing is printed that anyone could use.
  if (!devBeyondLoopback && !isLoopback(host)) {
    const reason = `development mode has a token and keys that anyone could use, so it listens on loopback alone, not on ${host} (in a container: --dev-beyond-loopback)`;
    yield { setting: 'host', reason };
  } else if (!devBeyondLoopback && !certifiedHosts.has(host.toLowerCase())) {
    const reason = `development mode has a certificate for ${[...certifiedHosts].join(', ')}, not for ${host}`;
    yield { setting: 'host', reason };
  }
  for (const [name, { mode, flag }] of settingRows) {
    if (mode !== 'production' || !isSet(given[name])) continue;
    yield { setting: name, reason: `--${flag} belongs to production mode and does not go with --dev` };
  }
}

function* wrongInProduction(given: Partial<ServerSettings>, all: ServerSettings): Iterable<Conflict> {
  if (all.publicUrl === undefined) {
    yield { setting: 'publicUrl', reason: 'production mode needs --public-url (or give --dev)' };
  }
  for (const [name, { mode, flag }] of settingRows) {
    if (mode === 'development' && isSet(given[name])) yield { setting: name, reason: `--${flag} goes with --dev` };
  }
  if (all.issuer.length === 0 && !all.signIn) {
    yield { setting: 'issuer', reason: 'production mode needs an --issuer, or --sign-in (or give --dev)' };
  }
  const ways = [all.signInKeys !== undefined, all.signInSecret.length > 0].filter(Boolean).length;
  if (ways !== (all.signIn ? 1 : 0)) {
    const reason = '--sign-in goes with either --sign-in-keys or --sign-in-secret, and they with it';
    yield { setting: 'signIn', reason };
  }
  const certificate = all.tlsCert !== undefined && all.tlsKey !== undefined;
  if (certificate === all.plainHttp || (all.tlsCert === undefined) !== (all.tlsKey === undefined)) {
    yield { setting: 'tlsCert', reason: 'production mode needs either --tls-cert with --tls-key, or --plain-http' };
  }
  if (all.tlsClientCa !== undefined && !certificate) {
    yield { setting: 'tlsClientCa', reason: '--tls-client-ca goes with --tls-cert and --tls-key' };
  }
  if (given.tlsClientCert !== undefined && all.tlsClientCa === undefined) {
    yield { setting: 'tlsClientCert', reason: '--tls-client-cert goes with --tls-client-ca' };
  }
  // A port that nobody would listen on is refused, not ignored.
  if (all.plainHttp && given.port !== undefined) {
    yield { setting: 'port', reason: '--plain-http listens on --http-port, not on --port' };
  }
  if (!all.plainHttp && given.httpPort !== undefined) {
    const reason = '--http-port goes with --plain-http or --dev; with certificates, --port is enough';
    yield { setting: 'httpPort', reason };
  }
}

/** The text itself may hold a password and stands in no message. */
const noDatabaseUrl = '--database must be a URL such as postgres://user:password@host:port/name';

/** Refuses (SettingsError) what is no URL of a database. */
export function checkDatabaseUrl(text: string): void {
  if (!isDatabaseUrl(text)) throw new SettingsError(noDatabaseUrl);
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//i.test(text) && URL.canParse(text);
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function isHost(text: string): boolean {
  return URL.canParse(`http://${text}`) && /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(text);
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '');
}

function notAnOrigin(flag: string, text: string): string {
  return `${flag} must be an origin such as https://graph.example.org, not '${text}'`;
}
