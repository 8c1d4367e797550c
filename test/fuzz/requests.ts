// Requests of every kind, made of the model, its addresses and a seed: sound ones, odd ones, and bytes that are none.
import { type EntityType, isA, type Structure } from '../../src/edm/index.js';
import { deviceConfiguration, model } from '../../src/model/index.js';
import { type Addressed, castIn } from '../attacks/every-address.js';
import {
  concreteTypes,
  type Dice,
  diceOf,
  randomCondition,
  randomEntity,
  randomKey,
} from '../expressions/arbitrary.js';
import { print } from '../expressions/print.js';
import { leastProfiles, leastSettings } from '../http/session.js';

/** What requests are about: as it was when the round began, so that a seed says the same again. */
export interface Known {
  readonly addresses: readonly Addressed[];
  readonly host: string;
  readonly tokens: Readonly<Record<TokenName, string>>;
  readonly settings: string;
  /** Profiles that were there from the start, and those that were made since. */
  readonly profiles: readonly Profile[];
  readonly made: readonly Profile[];
  readonly assignments: readonly string[];
  /** `$skiptoken` values that were answered. */
  readonly skipTokens: readonly string[];
}

export interface Profile {
  readonly id: string;
  /** Without the namespace. */
  readonly type: string;
}

/** Who asks: with every permission, to read alone, for nothing that is here; `none` and `broken` are no tokens. */
export type TokenName = 'all' | 'reader' | 'stranger' | 'application' | 'expired' | 'broken' | 'none';

export interface Made {
  readonly kind: 'read' | 'change' | 'batch' | 'path' | 'headers' | 'bytes';
  readonly method: string;
  readonly target: string;
  /** The request as it goes over the wire. */
  readonly bytes: Buffer;
  /** Whether the bytes may be no request, or several, so that nothing is promised of how many answers come. */
  readonly wild: boolean;
}

/** One request: the same for the same seed and the same that is known. `mayChange` lets it have the permission to. */
export function makeRequest(seed: number, known: Known, mayChange: boolean): Made {
  return new Maker(diceOf(seed), known, mayChange).make();
}

const words = ['deviceManagement', 'derivedCredentials', 'deviceConfigurations', 'auditEvents', 'organization', 'me', 'roleScopeTags', 'assignmentFilters', 'assignments', 'groupAssignments', 'microsoft.graph.iosVpnConfiguration', 'microsoft.graph.auditEvent', 'derivedCredentialSettings', 'identityCertificate', 'rootCertificatesForServerValidation', 'getAuditCategories', "getAuditActivityTypes(category='x')", 'displayName', 'server', 'address', 'assign', '$ref', '$value', '$count', '$batch', '$metadata', 'openapi.json', "('')", "('x')", '(', '..', '.', ';x=1', '%2f', '%00', '%25', '\\', '//', '\u{1f600}', 'é']; // biome-ignore format: a table
const pieces = ['displayName', 'version', 'createdDateTime', 'roleScopeTagIds', 'server/address', 'microsoft.graph.iosVpnConfiguration/', 'derivedCredentialSettings/issuer', 'assignments', '/any(a:a/', '/all(t:t', 'isof(', 'cast(', 'contains(', 'matchesPattern(', 'length(', 'year(', 'now()', ' eq ', ' in ', ' and ', ' or ', ' add ', ' div ', ' divby ', 'not ', ' has ', "'x'", "'", '"', '1', '0', '-9223372036854775808', '1e400', 'NaN', 'INF', 'null', 'true', '2026-01-31T09:30:00Z', "duration'P1D'", '@p', '$it', '(', ')', ',', ';', ' desc', '*', '$select=id;', '$levels=max;', '$expand=', '/$ref', '/$count', '\0', '\r\n', '\ud800', '\u{1f600}']; // biome-ignore format: a table
const options = ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$count', '$search', '$skiptoken', '$format', '$id', '@p', 'filter', '$FILTER', '$apply', '$nope', 'nope', '$', '']; // biome-ignore format: a table
const headerNames = ['accept', 'prefer', 'if-match', 'if-none-match', 'odata-version', 'odata-maxversion', 'client-request-id', 'origin', 'content-encoding', 'content-type', 'consistencylevel', 'x-http-method', 'x-forwarded-for', 'traceparent', 'accept-language', 'user-agent', 'cookie', 'range', 'te', 'upgrade-insecure-requests', 'access-control-request-method', 'authorization2', '__proto__', 'constructor']; // biome-ignore format: a table
const headerParts = ['*', '"x"', 'W/"x"', ',', 'return=minimal', 'odata.maxpagesize=1', 'odata.continue-on-error', 'respond-async', 'application/json', ';odata.metadata=full', ';odata.metadata=none', ';q=0', ';IEEE754Compatible=true', 'gzip', '4.0', '4.01', '9', '=', '"', ' ', '\t', 'https://example.com', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']; // biome-ignore format: a table
const bodyNames = ['@odata.type', '@odata.id', '@odata.etag', 'id', 'displayName', 'issuer', 'notificationType', 'renewalThresholdPercentage', 'helpUrl', 'version', 'createdDateTime', 'server', 'onDemandRules', 'roleScopeTagIds', 'derivedCredentialSettings@odata.bind', 'rootCertificatesForServerValidation@odata.bind', 'identityCertificate@odata.bind', 'derivedCredentialSettings', 'assignments', 'target', 'intent', 'authenticationMethod', 'eapType', 'payload', '__proto__', 'constructor', 'requests', '#x', 'x@y.z', '', 'tenantId', '\ud800']; // biome-ignore format: a table
const oddValues: readonly unknown[] = [null, true, -1, 0, 1, 99, 100, 2 ** 31, 1e21, 0.5, '', 'x', 'none', 'email,companyPortal', 'intercede', 'xTec', 'derivedCredential', 'eapTls', 'https://example.com/', 'javascript:alert(1)', '\0', '\ud800', '\u{1f600}', '2026-13-01', '2026-01-31T09:30:00Z', '#microsoft.graph.iosVpnConfiguration', '#microsoft.graph.nope', [], {}, [null], [[[[]]]], { a: { b: { c: {} } } }, 'x'.repeat(1025)]; // biome-ignore format: a table
const texts = ['', 'a', 'VPN', 'Wi-Fi', "o'x", '%', '\u{1f600}', 'é', '<script>', '\u0007', 'x'.repeat(200)];

class Maker {
  readonly #dice: Dice;
  readonly #known: Known;
  readonly #mayChange: boolean;

  constructor(dice: Dice, known: Known, mayChange: boolean) {
    this.#dice = dice;
    this.#known = known;
    this.#mayChange = mayChange;
  }

  make(): Made {
    const n = this.#below(100);
    if (n < 38) return this.#whole('read', this.#dice(['GET', 'GET', 'GET', 'HEAD']), this.#readTarget());
    if (n < 64) return this.#change();
    if (n < 74) return this.#whole('batch', 'POST', '/beta/$batch', this.#json(this.#batch()));
    if (n < 86) return this.#whole('path', this.#method(), this.#oddPath() + this.#query());
    if (n < 95) return this.#withHeaders();
    return this.#mutated();
  }

  #below(limit: number): number {
    return Math.floor(this.#dice(thousandths) * limit) % limit;
  }

  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  #times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#below(most + 1) }, make);
  }

  #method(): string {
    return this.#dice(['GET', 'GET', 'GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);
  }

  /** The key of a profile; mostly of one that is of the type, where there is one. */
  #profile(type?: EntityType): string {
    const { profiles, made } = this.#known;
    const isFit = ({ type: name }: Profile): boolean => {
      const own = model.findEntityType(name);
      return type === undefined || (own !== undefined && isA(own, type));
    };
    const fit = type && this.#chance(95) ? [...profiles, ...made].filter(isFit) : [];
    return this.#dice(fit.length > 0 ? fit : made.length > 0 && this.#chance(60) ? made : profiles).id;
  }

  /** An address of the model, its keys filled in. */
  #path({ path }: Addressed): string {
    const type = typeNamed(castIn(path));
    const keys: Record<string, () => string> = {
      'derivedCredentials-id': () => this.#known.settings,
      'deviceConfigurations-id': () => this.#profile(type),
      'assignments-id': () => (this.#known.assignments.length > 0 ? this.#dice(this.#known.assignments) : 'x'),
      'rootCertificatesForServerValidation-id': () => this.#profile(),
    };
    const filled = path.replace(/\{([^}]+)\}/g, (_, key: string) => {
      if (this.#chance(3)) return this.#dice(texts.map(encoded));
      return keys[key]?.() ?? this.#dice(['x', '1', '00000000-0000-4000-8000-000000000000']);
    });
    return `/beta${filled}`;
  }

  #readTarget(): string {
    const { lists, others } = sortOut(this.#known.addresses);
    const isList = this.#chance(50);
    const address = this.#dice(isList ? lists : others);
    // The audit is the longest of lists by far.
    if (address.path.endsWith('auditEvents') && this.#chance(90)) return '/beta/deviceManagement/auditEvents?$top=3';
    return this.#path(address) + this.#query(typeAt(address), isList ? listOptions : entityOptions);
  }

  /** A path that may be none, of pieces that paths are made of. */
  #oddPath(): string {
    const root = this.#dice(['/beta/', '/beta/', '/beta/deviceManagement/', '/v1.0/', '//', '/', '/beta']);
    const segments = this.#times(6, () =>
      this.#chance(30) ? this.#dice([this.#known.settings, this.#profile()]) : this.#dice(words),
    );
    return root + segments.map((segment) => (this.#chance(80) ? segment : encoded(segment))).join('/');
  }

  #query(type: EntityType = deviceConfiguration, usual: readonly string[] = options): string {
    if (this.#chance(usual === entityOptions ? 60 : 25)) return '';
    const pairs = this.#times(3, () => {
      const option = this.#dice(this.#chance(90) ? usual : options);
      const value = this.#chance(85) ? this.#soundValue(option, type) : this.#text(pieces, 8);
      return `${this.#chance(95) ? option : encoded(option)}=${encoded(value)}`;
    });
    return pairs.length === 0
      ? ''
      : `?${(this.#chance(90) ? [...new Map(pairs.map((pair) => [pair.split('=', 1)[0], pair])).values()] : pairs).join('&')}`;
  }

  #soundValue(option: string, type: EntityType): string {
    switch (option.toLowerCase()) {
      case '$filter':
      case 'filter':
        return print(randomCondition(this.#dice, type, this.#dice([0, 1, 1, 2, 3])));
      case '$orderby':
        return this.#times(
          3,
          () => `${print(randomKey(this.#dice, type).expression)}${this.#dice(['', ' desc'])}`,
        ).join();
      case '$select':
        return this.#times(4, () => this.#dice(['id', '*', ...type.properties.keys()])).join();
      case '$expand':
        return this.#times(3, () => this.#expansion(type, 3)).join();
      case '$top':
      case '$skip':
        return String(this.#below(30));
      case '$count':
        return this.#dice(['true', 'false', 'x']);
      case '$search':
        return this.#dice(['VPN', '"Wi-Fi"', 'a OR b', 'NOT a', '(a b)', '']);
      case '$format':
        return this.#dice(['json', 'application/json;odata.metadata=full', 'xml', 'atom']);
      case '$skiptoken': {
        const { skipTokens } = this.#known;
        return skipTokens.length === 0 ? 'x' : this.#changed(this.#dice(skipTokens));
      }
      case '$id':
        return `/deviceManagement/deviceConfigurations/${this.#profile()}`;
      default:
        return this.#dice(texts);
    }
  }

  #expansion(type: EntityType, depth: number): string {
    const all = model.withDerived(type).flatMap(({ navigationProperties }) => [...navigationProperties.values()]);
    if (all.length === 0) return '*';
    const property = this.#dice(all);
    const suffix = this.#dice(['', '', '', '/$ref', '/$count']);
    if (suffix !== '' || depth === 0 || this.#chance(50)) return property.name + suffix;
    const inner = this.#times(2, () =>
      this.#dice([
        () => `$expand=${this.#expansion(property.target(), depth - 1)}`,
        () => `$select=${this.#soundValue('$select', property.target())}`,
        () => `$top=${this.#below(5)}`,
        () => '$count=true',
        () => `$filter=${this.#soundValue('$filter', property.target())}`,
      ])(),
    );
    return inner.length === 0 ? property.name : `${property.name}(${inner.join(';')})`;
  }

  /** Some of the pieces, one behind the other. */
  #text(from: readonly string[], most: number): string {
    return this.#times(most, () => this.#dice(from)).join('');
  }

  /** Every third time with one character that is another. */
  #changed(text: string): string {
    if (!this.#chance(30)) return text;
    const at = this.#below(text.length + 1);
    return text.slice(0, at) + this.#dice(['x', 'A', '0', '.', '-', '']) + text.slice(at + 1);
  }

  #change(): Made {
    const { method, target, body } = this.#changeParts();
    return this.#whole('change', method, target, body === undefined ? undefined : this.#json(body));
  }

  /** A change that the model has, of something that is there. */
  #changeParts(): { method: string; target: string; body: unknown } {
    const { made } = this.#known;
    const { changes, creates, deletes } = sortOut(this.#known.addresses);
    // As many are deleted as are made, once there are some; those from the start stay.
    if (made.length > 20 && this.#below(20 + made.length) > 50) {
      const target = `${this.#path(this.#dice(deletes)).split('/').slice(0, 4).join('/')}/${this.#dice(made).id}`;
      return { method: 'DELETE', target, body: undefined };
    }
    const address = this.#dice(made.length < 40 && this.#chance(made.length < 20 ? 50 : 12) ? creates : changes);
    const { method } = address;
    return { method, target: this.#path(address), body: method === 'DELETE' ? undefined : this.#bodyFor(address) };
  }

  #bodyFor({ method, path }: Addressed): unknown {
    if (this.#chance(6)) return this.#dice(oddValues);
    if (path.endsWith('/$ref')) return { '@odata.id': this.#link() };
    if (path.endsWith('/assign')) return { assignments: this.#times(3, () => ({ target: this.#target() })) };
    if (/\/assignments(\/|$)/.test(path)) return this.#spoilt({ target: this.#target() });
    if (/(derivedCredentialSettings|derivedCredentials(\/\{[^}]*\})?)$/.test(path)) {
      return this.#spoilt(method === 'POST' ? { ...leastSettings } : this.#settings());
    }
    const cast = typeNamed(castIn(path));
    const fit = profileTypes.filter((one) => cast === undefined || isA(one, cast));
    const type = this.#dice(fit.length > 0 ? fit : profileTypes);
    const whole = randomEntity(this.#dice, type, 'x', null).entity;
    const { version, id, ...values } = whole;
    const least = leastProfiles[type.name as keyof typeof leastProfiles];
    if (method === 'POST') return this.#spoilt({ ...this.#some(values, 10), ...least, displayName: this.#dice(texts) });
    return this.#spoilt({ ...this.#some(values, cast === undefined ? 1 : 5), displayName: this.#dice(texts) });
  }

  #settings(): Record<string, unknown> {
    const all = {
      displayName: this.#dice(texts),
      helpUrl: this.#dice([null, 'https://example.com/help', 'http://example.com']),
      issuer: this.#dice(['intercede', 'entrustDatacard', 'purebred', 'xTec']),
      notificationType: this.#dice(['none', 'email', 'companyPortal', 'email, companyPortal']),
      renewalThresholdPercentage: 1 + this.#below(99),
    };
    return this.#some(all, 50);
  }

  /** Each of the members with that chance. */
  #some<T>(members: Readonly<Record<string, T>>, percent: number): Record<string, unknown> {
    return Object.fromEntries(Object.entries(members).filter(() => this.#chance(percent)));
  }

  /** With a few members more, or others, every third time. */
  #spoilt(body: Readonly<Record<string, unknown>>): unknown {
    if (this.#chance(65)) return body;
    return { ...body, ...Object.fromEntries(this.#times(3, () => [this.#dice(bodyNames), this.#anything(2)])) };
  }

  #anything(depth: number): unknown {
    if (depth === 0 || this.#chance(70)) return this.#dice(oddValues);
    if (this.#chance(50)) return this.#times(4, () => this.#anything(depth - 1));
    return Object.fromEntries(this.#times(4, () => [this.#dice(bodyNames), this.#anything(depth - 1)]));
  }

  #target(): Structure {
    const group = this.#dice(['', '1', '2', '3']);
    return this.#dice<Structure>([
      { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' },
      { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' },
      {
        '@odata.type': '#microsoft.graph.groupAssignmentTarget',
        groupId: `b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c1${group}`,
      },
      { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: null },
    ]);
  }

  #link(): unknown {
    const root = this.#dice(['', '/beta', 'https://graph.microsoft.com/beta', 'https://evil.example/beta', 'x']);
    const path = this.#dice([
      `derivedCredentials/${this.#known.settings}`,
      `deviceConfigurations('${this.#profile()}')`,
    ]);
    return this.#chance(90) ? `${root}/deviceManagement/${path}` : this.#dice(oddValues);
  }

  #batch(): unknown {
    if (this.#chance(4)) return this.#anything(3);
    const requests = Array.from({ length: 1 + this.#below(4) }, (_, index) => {
      const isChange = this.#chance(40);
      const made = isChange ? this.#changeParts() : { method: 'GET', target: this.#readTarget(), body: undefined };
      return {
        id: this.#chance(95) ? String(index) : this.#dice(['0', '', 'a', 1, null]),
        method: this.#chance(97) ? made.method : this.#dice(['', 'x', 'TRACE', '\u0000', 'GET ']),
        url: this.#chance(95)
          ? made.target
          : this.#dice(['', '/', '/$batch', '//x', 'https://evil.example/', 'x y', '?']),
        headers: { 'Content-Type': 'application/json', 'client-request-id': this.#uuid() },
        ...(made.body !== undefined && { body: made.body }),
        ...(this.#chance(15) && index > 0 && { dependsOn: [this.#dice(['0', '1', '2', 'g', 'nope'])] }),
        ...(this.#chance(25) && isChange && { atomicityGroup: 'g' }),
        ...(this.#chance(3) && { [this.#dice(bodyNames)]: this.#anything(1) }),
      };
    });
    return { requests };
  }

  #uuid(): string {
    const digits = Array.from({ length: 8 }, () => this.#below(0x10000).toString(16).padStart(4, '0')).join('');
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
  }

  #withHeaders(): Made {
    const given = this.#times(4, () => `${this.#dice(headerNames)}: ${sendable(this.#text(headerParts, 4))}\r\n`);
    // Of some headers a second one is refused, which is an answer too.
    if (this.#chance(50)) return this.#whole('headers', 'GET', this.#readTarget(), undefined, given.join(''));
    const { method, target, body } = this.#changeParts();
    return this.#whole('headers', method, target, body === undefined ? undefined : this.#json(body), given.join(''));
  }

  /** JSON, that of a few bodies slightly wrong. */
  #json(body: unknown): string {
    const text = JSON.stringify(body) ?? '';
    if (!this.#chance(4)) return text;
    const at = this.#below(text.length + 1);
    return (
      text.slice(0, at) +
      this.#dice(['{', '}', '"', '\\', ',', '\0', '\ufeff', '1e999', '\\ud800', '[[', '']) +
      text.slice(at + 1)
    );
  }

  #token(): TokenName {
    if (this.#mayChange) return this.#dice(['all', 'all', 'all', 'all', 'all', 'all', 'all', 'reader', 'application']);
    return this.#dice(['reader', 'reader', 'reader', 'reader', 'reader', 'stranger', 'expired', 'broken', 'none']);
  }

  #whole(kind: Made['kind'], method: string, target: string, body?: string, more = ''): Made {
    const bytes = this.#bytes(method, sendable(target).slice(0, 8000), body, more);
    return { kind, method, target, bytes, wild: false };
  }

  #bytes(method: string, target: string, body: string | undefined, more: string): Buffer {
    const { host, tokens } = this.#known;
    const token = tokens[this.#token()];
    const content = body === undefined ? undefined : Buffer.from(body);
    const length =
      content === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${content.length}\r\n`;
    const id = more.includes('client-request-id') ? '' : `client-request-id: ${this.#uuid()}\r\n`;
    const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${token === '' ? '' : `Authorization: Bearer ${token}\r\n`}${id}${length}${more}\r\n`;
    return content === undefined ? Buffer.from(head, 'latin1') : Buffer.concat([Buffer.from(head, 'latin1'), content]);
  }

  /** A request's bytes with some of them changed, left out, doubled or cut off. What comes of it may only read. */
  #mutated(): Made {
    const { bytes, method, target } = new Maker(this.#dice, this.#known, false).#sound();
    let mutated = bytes;
    for (let times = 1 + this.#below(4); times > 0; times--) {
      const at = this.#below(mutated.length + 1);
      const end = Math.min(mutated.length, at + this.#below(12));
      const [before, cut, behind] = [mutated.subarray(0, at), mutated.subarray(at, end), mutated.subarray(end)];
      const noise = Buffer.from(this.#times(4, () => this.#below(256)));
      const given = Buffer.from(this.#text(mutations, 2), 'latin1');
      mutated = Buffer.concat(
        this.#dice([
          [before, behind],
          [before, noise, behind],
          [before, given, behind],
          [before, cut, cut, cut, behind],
          [before, given, cut, behind],
          [before],
        ]),
      );
    }
    return { kind: 'bytes', method, target, bytes: mutated, wild: true };
  }

  #sound(): Made {
    return this.#chance(50) ? this.#whole('bytes', 'GET', this.#readTarget()) : this.#change();
  }
}

const listOptions = ['$filter', '$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$count', '$search', '$skiptoken', '$format']; // biome-ignore format: a table
const entityOptions = ['$select', '$expand', '$format'];
const profileTypes = concreteTypes(deviceConfiguration).filter(({ name }) => name in leastProfiles);

/** The addresses by what can be done at them. */
interface Sorted {
  readonly lists: readonly Addressed[];
  readonly others: readonly Addressed[];
  readonly creates: readonly Addressed[];
  readonly deletes: readonly Addressed[];
  /** All other changes; those of settings weigh as much as all the rest. */
  readonly changes: readonly Addressed[];
}

const sorted = new WeakMap<readonly Addressed[], Sorted>();

function sortOut(addresses: readonly Addressed[]): Sorted {
  const known = sorted.get(addresses);
  if (known) return known;
  const reads = addresses.filter(({ method }) => method === 'GET');
  const isList = ({ path }: Addressed): boolean => /(s|organization|s\/\$count|s\/microsoft\.graph\.\w+)$/.test(path);
  const writes = addresses.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  const isProfile = ({ path }: Addressed): boolean => /deviceConfigurations-id\}(\/microsoft[^/]*)?$/.test(path);
  const creates = writes.filter(
    ({ method, path }) => method === 'POST' && /deviceConfigurations(\/microsoft[^/]*)?$/.test(path),
  );
  const deletes = writes.filter((address) => address.method === 'DELETE' && isProfile(address));
  const rest = writes.filter((address) => !creates.includes(address) && !deletes.includes(address));
  const updates = rest.filter(({ method, path }) => method === 'PATCH' && path.includes('derivedCredential'));
  const times = Math.ceil(rest.length / Math.max(1, updates.length));
  const made = {
    lists: reads.filter(isList),
    others: reads.filter((address) => !isList(address)),
    creates,
    deletes,
    changes: [...rest, ...Array.from({ length: times }, () => updates).flat()],
  };
  sorted.set(addresses, made);
  return made;
}

const mutations = ['\r\n', '\n', '\r', '\0', ' ', ':', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n', 'ffffffffffffffff\r\n', 'Host: evil.example\r\n', 'HTTP/1.1', 'HTTP/2.0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'Expect: 100-continue\r\n', 'Upgrade: h2c\r\nConnection: Upgrade\r\n', 'Connection: close\r\n', '\x16\x03\x01', 'GET / HTTP/1.1\r\n\r\n']; // biome-ignore format: a table
const thousandths: readonly number[] = Array.from({ length: 10_007 }, (_, index) => index / 10_007);

function typeNamed(name: string | undefined): EntityType | undefined {
  return name === undefined ? undefined : model.findEntityType(name);
}

/** The type of what stands at the address, as far as its path tells. */
function typeAt({ path }: Addressed): EntityType {
  const type = typeNamed(castIn(path));
  if (path.includes('/assignments'))
    return model.findEntityType('deviceConfigurationAssignment') ?? deviceConfiguration;
  if (path.includes('auditEvents')) return model.findEntityType('auditEvent') ?? deviceConfiguration;
  if (path.includes('derivedCredential')) {
    return model.findEntityType('deviceManagementDerivedCredentialSettings') ?? deviceConfiguration;
  }
  return type ?? deviceConfiguration;
}

/** Half of a surrogate pair has no percent-encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));
}

/** What HTTP's own grammar lets stand in a request line or a header. */
function sendable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, (character) => encoded(character));
}
