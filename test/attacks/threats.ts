// What docs/threats.md is made of: each threat, its answer with the file in src that gives it, and the tests that attack.

/**
 * `where` are files below src/, `tests` test files below test/ without their ending. A row that names a file which is not
 * there is refused by scripts/threats-page.ts. `open` says what is left where the answer is not whole.
 */
export interface Threat {
  readonly threat: string;
  readonly answer: string;
  readonly where: readonly string[];
  readonly tests: readonly string[];
  readonly open?: string;
}

export interface ThreatSection {
  readonly title: string;
  readonly threats: readonly Threat[];
}

const identity: ThreatSection = {
  title: 'Tokens and issuers',
  threats: [
    {
      threat: '`alg: none`, HMAC keyed with a public key, a key of another type, unknown algorithms, empty signatures',
      answer: 'four algorithms, each bound to the type of its key and to what the key says it is for; 401',
      where: ['identity/verifier.ts', 'identity/key-set.ts'],
      tests: ['attacks/algorithm-confusion'],
    },
    {
      threat: '`kid` as a path, SQL, huge or twice',
      answer: 'compared with the names of known keys, and nothing else is done with it',
      where: ['identity/key-set.ts'],
      tests: ['attacks/key-ids'],
    },
    {
      threat: '`jwk`, `jku`, `x5u`, `x5c`, `crit`; a token inside a token, encrypted with the public key alone',
      answer: 'keys come from the issuer’s set and from nowhere else; extensions and encrypted tokens are refused',
      where: ['identity/verifier.ts'],
      tests: ['attacks/embedded-keys'],
    },
    {
      threat:
        'SSRF by key sets: redirects, other schemes, loopback and link-local addresses, sets without end or slow ones',
      answer: 'the addresses are settings, https outside development, no redirects, 1 MB, five seconds',
      where: ['identity/fetch-document.ts', 'identity/key-source.ts', 'identity/discovery.ts'],
      tests: ['attacks/key-set-ssrf', 'identity/providers'],
    },
    {
      threat: 'a flood of unknown `kid`s or issuers, so that keys are fetched without end',
      answer: 'one fetch in `--jwks-cooldown` for each issuer; callers with known keys go on meanwhile',
      where: ['identity/key-source.ts'],
      tests: ['attacks/key-set-flooding'],
    },
    {
      threat: 'a token of another tenant, issuer, cloud, form or server',
      answer: 'issuer, tenant and audience are judged together; an issuer speaks for its tenants alone',
      where: ['identity/issuer.ts', 'identity/claims.ts'],
      tests: ['attacks/token-replay', 'http/bad-credentials'],
    },
    {
      threat: 'an id token, a refresh token, a logout token or one bound to a key, shown as an access token',
      answer: '401: what a token is for is read from its header and its claims',
      where: ['identity/claims.ts'],
      tests: ['attacks/id-tokens'],
    },
    {
      threat: 'claims that the audit would have to keep and cannot: with U+0000, with half a character, or without end',
      answer: '401: none is longer than a text of the audit may be, or has what no store keeps',
      where: ['identity/claim-mapping.ts'],
      tests: ['attacks/kept-claims'],
    },
    {
      threat:
        'expired and future tokens, times that are none, a clock that goes back, a remembered token that has ended',
      answer:
        '`--clock-tolerance` and no more; `exp` is required; what is remembered ends with its token, after a minute at most',
      where: ['identity/verifier.ts', 'identity/token-cache.ts'],
      tests: ['attacks/clock-skew', 'identity/verifier'],
    },
    {
      threat: 'a permission, licence or key that was taken away and still opens',
      answer:
        'tenants, licences and the directory are read again within a second: of a token’s permissions those alone count that are there still; keys as their set says',
      where: ['service/access.ts', 'service/permissions.ts', 'directory/callers.ts'],
      tests: ['attacks/changes-in-force', 'attacks/directory-in-force', 'http/permissions', 'http/license'],
      open: 'of other issuers, and in development mode, tokens of who is deleted hold until they end: disable, and delete when they have',
    },
  ],
};

const tenants: ThreatSection = {
  title: 'Tenants',
  threats: [
    {
      threat:
        'another tenant’s key in a path, bind, `$ref`, `$expand`, batch part, next link, entity tag, audit or snapshot',
      answer:
        'every key in the store begins with the tenant, and the answer is that for what does not exist, letter by letter',
      where: ['store/reader.ts', 'store/layout.ts', 'odata/skip-token.ts', 'service/addressing.ts'],
      tests: [
        'attacks/tenant-isolation-matrix',
        'attacks/admin-isolation-matrix',
        'attacks/sign-in-isolation-matrix',
        'attacks/tenant-isolation',
      ],
    },
    {
      threat: 'one tenant uses up what all share',
      answer: 'rates for each tenant and application, a bound on requests under way, 503 before latency climbs',
      where: ['limits/limiter.ts', 'http/throttling.ts', 'http/load.ts'],
      tests: ['http/throttling', 'http/overload'],
      open: 'a tenant’s own writers can make its lists heavy; a share of the processor for each tenant there is not',
    },
  ],
};

const texts: ThreatSection = {
  title: 'Bodies and queries',
  threats: [
    {
      threat: 'mass assignment of `id`, versions, dates, owners, tenants, unknown names, another `@odata.type`',
      answer: 'what is the server’s is ignored, what is unknown refused; types do not change',
      where: ['odata/payload-reader.ts', 'odata/value-reader.ts', 'odata/type-annotation.ts'],
      tests: ['attacks/mass-assignment'],
    },
    {
      threat: '`__proto__`, `constructor`, `prototype` in bodies, queries, headers and batches',
      answer: 'refused by name in JSON at every depth; everything that is looked up by a given name is a map',
      where: ['odata/json-text.ts', 'odata/query-options.ts'],
      tests: ['attacks/prototype-pollution', 'http/bad-json'],
    },
    {
      threat: 'JSON that is deep, huge, packed, in another charset, with names twice, half surrogates, 1e400, a mark',
      answer: 'one meaning or none: bounds of bytes and depth, UTF-8 alone, nothing is unpacked',
      where: ['odata/json-text.ts', 'http/media-types.ts'],
      tests: ['attacks/deep-and-huge-json', 'http/bad-json'],
    },
    {
      threat: 'deep `$filter`, `$orderby`, `$search` and `$expand`, thousands of `or`, long lists, aliases in circles',
      answer:
        'bounds of depth, nodes, list items and expansions, each a setting named by the refusal; one pass over the text',
      where: ['odata/clause.ts', 'odata/filter-syntax.ts', 'odata/expand.ts', 'odata/query-limits.ts'],
      tests: ['attacks/deep-and-huge-filters', 'http/limits'],
    },
    {
      threat: 'regular expressions that a text keeps busy',
      answer: 'none is made of what was sent, and none can take more than linear time: each is found and analysed',
      where: ['odata/filter-lexer.ts', 'http/preferences.ts', 'odata/option-text.ts'],
      tests: ['attacks/regex-denial-of-service'],
    },
    {
      threat: 'SQL in properties, keys, literals, orders, searches, aliases, tokens, ids',
      answer: 'values are bound, names come from the model; what a database says reaches the log alone',
      where: ['store/filter/compile.ts', 'store/dialect.ts', 'store/postgresql/connection.ts'],
      tests: ['attacks/sql-in-every-string', 'expressions/store'],
    },
    {
      threat: 'a next link that was changed, or taken to another query or tenant',
      answer: 'signed for one query of one tenant',
      where: ['odata/skip-token.ts'],
      tests: ['odata/pages', 'attacks/tenant-isolation-matrix'],
    },
    {
      threat: '`helpUrl` with `javascript:`, `data:`, white space, control characters, backslashes',
      answer:
        'an absolute http or https URL that needs no repair, kept letter by letter, fetched by nobody; user names and IDN are allowed',
      where: ['domain/settings.ts'],
      tests: ['attacks/help-url'],
      open: 'whom a sound address leads to is for those to judge who may set it',
    },
    {
      threat: 'anything else that nobody thought of',
      answer: 'requests made of the model and a seed, ten thousand in each run of the tests: see [Fuzzing](fuzzing.md)',
      where: ['http/app.ts', 'http/errors.ts'],
      tests: ['fuzz/fuzz'],
    },
  ],
};

const batch: ThreatSection = {
  title: 'Amplification',
  threats: [
    {
      threat: 'batches in batches, of many parts, in circles, with a token of another in a part',
      answer: '20 parts, no batch within, circles refused; each part is authorised and charged by itself',
      where: ['http/batch-request.ts', 'http/batch.ts'],
      tests: ['attacks/batch-amplification', 'http/batch', 'http/throttling'],
      open: 'a batch that is refused as a whole is charged to nobody',
    },
    {
      threat: 'expansions that multiply, lists of long objects',
      answer:
        'a page ends where it is long enough and a link leads on; a collection that is expanded further has 20 to a page',
      where: ['store/reader.ts', 'odata/expand.ts'],
      tests: ['attacks/batch-amplification'],
    },
  ],
};

const http: ThreatSection = {
  title: 'HTTP',
  threats: [
    {
      threat: 'smuggling: CL with TE, bare LF, chunk extensions, two lengths, two of what may be once',
      answer: '400 and the end of the connection',
      where: ['http/app.ts', 'http/client-error.ts'],
      tests: ['attacks/request-smuggling'],
    },
    {
      threat: '`X-Forwarded-*`, `X-HTTP-Method-Override`, other ways to claim a host, an address or a method',
      answer: 'nothing but what `--trust-proxy` names is believed',
      where: ['http/proxies.ts', 'http/origin.ts'],
      tests: ['attacks/forwarded-headers', 'http/bad-urls'],
    },
    {
      threat:
        'slow heads, slow bodies, silent connections and handshakes, floods of connections, answers that nobody takes',
      answer:
        '`--request-timeout`, `--keep-alive`, `--max-connections`; those who do not take their answers are sent away',
      where: ['http/app.ts', 'http/slow-readers.ts', 'http/tls.ts', 'http/stalled-connections.ts'],
      tests: ['attacks/slow-loris', 'http/overload'],
      open: 'connections are not counted by address: that is for a proxy or a firewall in front',
    },
    {
      threat: 'HTTP/2 rapid reset',
      answer: 'HTTP/1.1 alone is spoken',
      where: ['http/app.ts'],
      tests: ['http/tls'],
    },
    {
      threat:
        'paths with `//`, `..`, `;`, `%2f`, other case or another key form, which reach something under other permissions',
      answer: 'one address is made of a path, and permissions are those of the address',
      where: ['odata/resource-path.ts', 'http/request-target.ts'],
      tests: ['attacks/path-tricks'],
    },
    {
      threat: 'caches that keep an answer for somebody else',
      answer: '`no-store`, and `Vary` names what the answer hangs on',
      where: ['http/app.ts', 'http/documents.ts'],
      tests: ['attacks/cache-confusion'],
    },
    {
      threat: 'redirects and links to elsewhere by Host or path',
      answer:
        'an unknown Host is refused; addresses are made of the public URL; nobody is redirected but by the sign-in, to where the application is registered',
      where: ['http/origin.ts', 'odata/next-link.ts'],
      tests: ['attacks/open-redirects', 'attacks/sign-in-redirects'],
    },
    {
      threat:
        'CR, LF, Unicode’s ends of lines, terminal escapes and quotes in headers, the log, the export, names of tenants',
      answer: 'what is echoed is visible ASCII; log and export are one JSON line each, for every reader of lines',
      where: ['base/lines.ts', 'http/errors.ts', 'observation/log.ts', 'audit-export/destination.ts'],
      tests: ['attacks/header-and-log-injection', 'cli/log'],
    },
    {
      threat:
        'pages of other sites that call a server in development mode, or the admin listener, by its own name or one made to lead here',
      answer: 'no origin may read, unless `--allow-origin` names it; a token is asked for; the Host must be loopback',
      where: ['http/cross-origin.ts', 'http/origin.ts', 'http/admin-app.ts'],
      tests: ['http/cors', 'http/bad-urls', 'http/admin-refusals'],
    },
  ],
};

const signIn: ThreatSection = {
  title: 'The built-in token endpoint',
  threats: [
    {
      threat: 'forms of the pages that another site, another browser or a link fills in',
      answer: 'a token for each page, bound to the browser’s cookie, and our own `Origin` alone; codes are typed',
      where: ['sign-in/pages.ts', 'sign-in/provider.ts'],
      tests: ['attacks/csrf'],
    },
    {
      threat: 'the pages in a frame, with a script in a name, or in a cache',
      answer: 'no frame, no script at all, `no-store`; what others have written is text',
      where: ['sign-in/page.ts'],
      tests: ['attacks/framing'],
    },
    {
      threat: 'redirect URIs that are not registered, or nearly; an end of the session that leads elsewhere',
      answer: 'letter by letter, but for the port of a loopback address; what is refused redirects nobody',
      where: ['sign-in/provider.ts', 'sign-in/continued-page.ts'],
      tests: ['attacks/sign-in-redirects'],
    },
    {
      threat: 'codes and refresh tokens that are stolen, used twice, or redeemed by another; codes without PKCE',
      answer: 'a maintained OpenID provider; each is taken once, and a second use takes back all that came of it',
      where: ['sign-in/provider.ts', 'sign-in/records.ts'],
      tests: ['attacks/code-replay', 'http/sign-in', 'http/token-endpoint', 'http/sign-in-production'],
    },
    {
      threat: 'parameters that no sign-in means: NUL, SQL, half characters, kilobytes, one name twice',
      answer: 'what no store keeps is refused, what is given twice too, and the rest is text; none is a fault',
      where: ['sign-in/token-request.ts', 'sign-in/sign-in.ts'],
      tests: ['attacks/sign-in-parameters', 'attacks/sign-in-redirects'],
    },
    {
      threat: 'guessing passwords, client secrets and codes of devices',
      answer: 'slow hashes of passwords, a bound on attempts; secrets are random and long',
      where: ['directory/passwords.ts', 'sign-in/password-attempts.ts', 'directory/secrets.ts'],
      tests: ['attacks/password-guessing', 'sign-in/password-attempts', 'directory/passwords'],
    },
    {
      threat: 'telling users apart, or the letters of a secret, by time',
      answer: 'the same hash is worked out for names that nobody has; what is compared are whole hashes of one length',
      where: ['directory/passwords.ts', 'directory/secrets.ts'],
      tests: ['attacks/secret-timing'],
    },
  ],
};

const storage: ThreatSection = {
  title: 'Storage and audit',
  threats: [
    {
      threat: 'audit events changed, removed or inserted by who has the database',
      answer: 'a chain of hashes for each tenant, its ends signed and sent elsewhere; `offshoot audit verify`',
      where: ['store/audit-chain.ts', 'audit/seal.ts', 'audit/verify.ts'],
      tests: ['cli/audit'],
      open: 'what was done after the last seal that somebody else keeps cannot be shown',
    },
    {
      threat: 'a disk that is full, a database that is away, a process that is killed',
      answer: 'nothing is acknowledged that is not kept; 503, and it ends by itself',
      where: ['store/health.ts', 'store/apply-group.ts'],
      tests: ['faults/every-call', 'crash/sqlite', 'crash/postgresql'],
    },
    {
      threat: 'webhooks that are sent elsewhere or replayed',
      answer: 'there are none',
      where: ['service/service.ts'],
      tests: ['odata/unsupported'],
    },
    {
      threat: 'formulas in CSV',
      answer: 'there is no CSV',
      where: ['audit-export/destination.ts'],
      tests: ['audit-export/file'],
    },
  ],
};

const consoleSection: ThreatSection = {
  title: 'The console',
  threats: [
    {
      threat: 'scripts in names, framing, forged requests, tokens in addresses or in the browser’s store',
      answer:
        'there is no console yet: answers are JSON, XML or plain text; the pages of sign-in alone are HTML, in which what others wrote is text',
      where: ['http/media-types.ts', 'sign-in/page.ts'],
      tests: ['http/property-paths', 'attacks/help-url', 'attacks/csrf', 'attacks/framing'],
      open: 'each of these gets its row and its test with the console',
    },
  ],
};

const supply: ThreatSection = {
  title: 'Supply chain and installation',
  threats: [
    {
      threat: 'a dependency that is swapped, vulnerable or under a licence that cannot be shipped',
      answer:
        'a lock file with hashes; few dependencies, each with a reason; audit, licences and the bill of materials in the release',
      where: ['index.ts'],
      tests: ['package/release', 'package/pack'],
    },
    {
      threat: 'an image that runs as root or writes where it should not',
      answer: 'an account of its own, a read-only root file system, nothing but the data folder is written',
      where: ['cli/serve.ts'],
      tests: ['package/image', 'package/examples'],
    },
    {
      threat: 'calls home',
      answer: 'no connection goes out but to what settings name: issuers, the database, syslog, a collector of traces',
      where: ['identity/fetch-document.ts', 'observation/span-sender.ts'],
      tests: ['attacks/key-set-ssrf', 'attacks/help-url'],
    },
  ],
};

export const threatSections: readonly ThreatSection[] = [
  identity,
  tenants,
  texts,
  batch,
  http,
  signIn,
  storage,
  consoleSection,
  supply,
];
