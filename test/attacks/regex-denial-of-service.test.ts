// Regular expressions that a text could keep busy: each one of the program is found and analysed, and what clients can send to
// one is sent at its longest, made of what expressions like least.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, type Token } from 'acorn';
import { analyse } from 'scslre';
import { openSession, type Session } from '../http/session.js';
import { call } from '../support.js';

interface Found {
  readonly expression: RegExp;
  /** `http/preferences.js:9` */
  readonly where: string;
}

const source = join(import.meta.dirname, '../../src');

/** Every regular expression of the compiled program, and every place where one is made while it runs. */
function everyExpression(): { found: Found[]; made: string[] } {
  const found: Found[] = [];
  const made: string[] = [];
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  for (const file of files) {
    parse(readFileSync(join(source, file), 'utf8'), {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
      onToken(token) {
        const where = `${file}:${token.loc?.start.line}`;
        // Its declaration leaves out what every token has.
        const { value } = token as Token & { value?: unknown };
        if (value === 'RegExp') made.push(where);
        if (token.type.label !== 'regexp') return;
        const { pattern, flags } = value as { pattern: string; flags: string };
        found.push({ expression: new RegExp(pattern, flags), where });
      },
    });
  }
  return { found, made };
}

describe('the regular expressions of the program', () => {
  const { found, made } = everyExpression();

  test('are found', () => assert.ok(found.length > 100, `${found.length}`));

  test('stand in it as they are: none is made of anything that was sent', () => assert.deepEqual(made, []));

  test('take no more than linear time, whatever the text', () => {
    const slow = found.flatMap(({ expression, where }) =>
      analyse(expression).reports.map(({ type, exponential }) => ({ expression, where, type, exponential })),
    );
    assert.deepEqual(slow, []);
  });

  test('would be found out otherwise', () => {
    for (const expression of [/^(a+)+$/, /^([^()]*?)\s*(?:\((.*)\))?$/, /\/+$/, /^\s*a\s*;?\s*$/]) {
      assert.ok(analyse(expression).reports.length > 0, String(expression));
    }
  });
});

const fillers = [' ', '\t', 'a', '0', '1', '/', '.', '-', '%', '%25', ';', ',', '=', '"', "'", "''", '(', ')', '()', '\\', '@', ':', '#', '[', '*', '+', 'a,', 'a;', '0-', '""', '1e', 'T00:', 'a.', 'a=', '%20', 'W/"', '$levels']; // biome-ignore format: a table

/** So many characters of the filler, no word of the language around it at their end. */
const filled = (filler: string, length: number): string => filler.repeat(length / filler.length);

let session: Session;
let token: string;
before(async () => {
  session = await openSession();
  token = await session.development.token();
});
after(() => session.close());

/** Sends it and sees that the server says something of its own to it, and then goes on. */
async function isAnswered(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const { status, text } = await call(session.server, method, path, { token, headers, body });
  assert.ok(status < 500 || status === 501, `${status} ${text}`);
}

describe('a long text of one kind', () => {
  const most = 28_000;
  for (const [header, around] of Object.entries({
    accept: ['a', 'b'],
    prefer: ['return', 'x"'],
    'content-type': ['application/json;a=', 'x"'],
    'content-encoding': ['a', 'b'],
    'if-match': ['"x"', '!'],
    'if-none-match': ['W/"x"', '!'],
    'odata-version': ['4', 'x'],
    'odata-maxversion': ['4', 'x'],
    host: ['localhost', 'x'],
    authorization: ['Bearer a', '!'],
    'client-request-id': ['a', 'b'],
    origin: ['https://a', 'b'],
    traceparent: ['00-', 'x'],
    'x-forwarded-for': ['a', 'b'],
    'x-forwarded-proto': ['a', 'b'],
    'access-control-request-headers': ['a', 'b'],
  })) {
    test(`in ${header} is answered`, async () => {
      const path = `/beta/deviceManagement/derivedCredentials/${session.development.settingsId}`;
      for (const filler of fillers) {
        const value = `${around[0]}${filled(filler, most)}${around[1]}`;
        await isAnswered('GET', path, { [header]: value });
        if (header !== 'content-type' && header !== 'if-match') continue;
        await isAnswered('PATCH', path, { [header]: value }, {});
      }
    });
  }

  const options = {
    $select: ['id', 'x('],
    $expand: ['assignments(', 'x)'],
    $orderby: ['id', 'x)'],
    $filter: ["id eq '", 'x'],
    $search: ['a', '"x'],
    $top: ['1', 'x'],
    $skiptoken: ['a', '.x'],
    $format: ['json;', 'x"'],
    $count: ['t', 'x'],
    '@p': ["'", 'x'],
  };
  for (const [option, [begin = '', end = '']] of Object.entries(options)) {
    test(`in ${option} is answered`, async () => {
      for (const filler of fillers) {
        // A plus is a space in a query, and one byte long.
        const text = filled(filler === ' ' ? '+' : encodeURIComponent(filler), most / 2);
        const query = `${option}=${encodeURIComponent(begin)}${text}${encodeURIComponent(end)}`;
        await isAnswered('GET', `/beta/deviceManagement/deviceConfigurations?${query}`, {});
      }
    });
  }

  for (const path of [
    '/{}',
    '/beta/{}x',
    '/beta/$batch{}x',
    '/beta/$metadata{}x',
    'http://localhost{}',
    "/beta/deviceManagement/derivedCredentials('{}x",
    '/beta/deviceManagement/deviceConfigurations/{}/assignments',
    "/beta/deviceManagement/auditEvents/getAuditActivityTypes(category={}'x'",
    '/beta/deviceManagement/auditEvents/getAuditActivityTypes({})',
    '/beta/deviceManagement/auditEvents/getAuditActivityTypes(category=@p)?@p={}',
  ]) {
    test(`in the path ${path} is answered`, async () => {
      for (const filler of fillers) {
        const text = filled(/^[\w/.%;,='()@:*+$-]+$/.test(filler) ? filler : encodeURIComponent(filler), most);
        const { plainUrl } = session.server;
        const url = path.replace('{}', text);
        // A whole URL in place of a path is sent as it stands.
        await isAnswered('GET', url.startsWith('/') ? url : `${plainUrl}/${url.slice(0, most)}`, {});
      }
    });
  }

  test('in each place of a body is answered', async () => {
    const settings = `/beta/deviceManagement/derivedCredentials/${session.development.settingsId}`;
    const profiles = '/beta/deviceManagement/deviceConfigurations';
    const root = { '@odata.type': '#microsoft.graph.iosTrustedRootCertificate', displayName: 'Root' };
    for (const filler of fillers) {
      const long = filled(filler, 250_000);
      await isAnswered('PATCH', settings, {}, { notificationType: `none${long}` });
      await isAnswered('PATCH', settings, {}, { helpUrl: `https://a${long}\u0007` });
      await isAnswered('PATCH', settings, {}, { issuer: long });
      await isAnswered('PATCH', settings, {}, { [`${long}@x.y`]: 1 });
      await isAnswered('PATCH', settings, {}, { '@odata.type': long });
      await isAnswered('POST', profiles, {}, { ...root, trustedRootCertificate: `${filled('A', 250_000)}${filler}` });
      await isAnswered('POST', profiles, {}, { ...root, 'x@odata.bind': long });
      await isAnswered('PATCH', settings, {}, `{"x@y.z":[${filled(`${'1'.repeat(299)},`, 250_000)}1]}`);
    }
  });

  test('in each place of a batch is answered', async () => {
    for (const filler of fillers) {
      const long = filled(filler, 8000);
      const requests = [
        { id: '1', method: 'GET', url: `/me?$select=id${long.replaceAll(' ', '+').replaceAll('\t', '+')}x` },
        { id: '2', method: 'GET', url: '/me', headers: { prefer: `a${long}b"`, accept: `a${long}b` } },
        { id: '3', method: 'GET', url: `https://a${long.replaceAll(/\s/g, '+')}` },
        { id: '4', method: 'GET', url: '/me', headers: { [long]: 'x' } },
        { id: long, method: 'GET', url: '/me' },
        { id: '6', method: long, url: '/me' },
      ];
      for (const one of requests) await isAnswered('POST', '/beta/$batch', {}, { requests: [one] });
    }
  });
});
