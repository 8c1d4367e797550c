// Names that mean something to JavaScript, in every place where a name can stand: nothing of them reaches an object's prototype.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from '../http/session.js';
import { call } from '../support.js';
import { keptBy } from './kept.js';

let session: Session;
let vpn: string;
let settings: string;
before(async () => {
  session = await openSession();
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  settings = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

/** What every object has, as it was before anything was sent: the server runs in this very process. */
const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype, Map.prototype, Promise.prototype]; // biome-ignore format: a table
const clean = prototypes.map((prototype) => Reflect.ownKeys(prototype));
afterEach(async () => {
  for (const [index, prototype] of prototypes.entries()) assert.deepEqual(Reflect.ownKeys(prototype), clean[index]);
  for (const name of ['polluted', 'isAdmin', 'issuer', 'displayName']) assert.ok(!(name in {}), name);
  assert.equal((await session.send('GET', settings)).status, 200, 'later requests are served');
});

const names = ['__proto__', 'constructor', 'prototype', '\\u005f_proto__', '__pr\\u006fto__', 'c\\u006fnstructor'];
/** What is a name like any other, though every object has it. */
const inherited = ['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__', 'isPrototypeOf', 'toJSON', 'then', '__PROTO__', 'Constructor']; // biome-ignore format: a table
const poison = '{"polluted":true,"isAdmin":true,"issuer":"xTec","displayName":"polluted"}';

describe('a name of JavaScript in a body', () => {
  for (const name of names) {
    test(`${name} is refused at every depth, in every body`, async () => {
      const before = await keptBy(session);
      const least = JSON.stringify(leastProfiles.iosVpnConfiguration).slice(0, -1);
      const pair = `"${name}":${poison}`;
      for (const [method, path, body] of [
        ['PATCH', settings, `{${pair}}`],
        ['PATCH', settings, `{"x@y.z":{${pair}}}`],
        ['PATCH', settings, `{"x@y.z":[[{"a":{${pair}}}]]}`],
        ['PATCH', settings, `{"x@y.z":${'{"a":'.repeat(60)}{${pair}}${'}'.repeat(60)}}`],
        ['PATCH', settings, `{"displayName":{${pair}}}`],
        ['POST', 'deviceConfigurations', `${least},${pair}}`],
        ['POST', 'deviceConfigurations', `${least.replace('"server":{', `"server":{${pair},`)}}`],
        ['POST', 'deviceConfigurations', `${least},"onDemandRules":[{${pair}}]}`],
        ['PATCH', vpn, `{"server":{"address":"x",${pair}}}`],
        ['PATCH', `${vpn}/derivedCredentialSettings`, `{${pair}}`],
        ['PUT', `${vpn}/derivedCredentialSettings/$ref`, `{"@odata.id":"x",${pair}}`],
        ['POST', `${vpn}/assign`, `{"assignments":[{"target":{${pair}}}]}`],
        ['POST', `${vpn}/assign`, `{"assignments":[],${pair}}`],
        ['POST', `${vpn}/assignments`, `{"target":{${pair}}}`],
      ] as const) {
        const { message } = await session.refused(400, method, path, body);
        assert.match(message, /^Unable to read JSON request payload: the name '\w+' is not allowed/, body);
      }
      assert.equal(await keptBy(session), before);
    });

    test(`${name} is refused in a batch, around its parts and in them`, async () => {
      const before = await keptBy(session);
      const head = `"id":"1","method":"PATCH","url":"/deviceManagement/${settings}"`;
      const json = '"headers":{"Content-Type":"application/json"}';
      for (const body of [
        `{"${name}":${poison},"requests":[{${head},${json},"body":{}}]}`,
        `{"requests":[{${head},${json},"body":{},"${name}":${poison}}]}`,
        `{"requests":[{${head},"headers":{"Content-Type":"application/json","${name}":"x"},"body":{}}]}`,
        `{"requests":[{${head},${json},"body":{"x@y.z":{"${name}":${poison}}}}]}`,
        `{"requests":[{${head},${json},"body":{"${name}":${poison}}}]}`,
      ]) {
        assert.equal((await call(session.server, 'POST', '/beta/$batch', { body })).status, 400, body);
      }
      assert.equal(await keptBy(session), before);
    });
  }

  for (const name of inherited) {
    test(`${name} is a name that is not known, and nothing more`, async () => {
      const before = await keptBy(session);
      await session.refused(400, 'PATCH', settings, { [name]: 'x' });
      await session.refused(400, 'PATCH', vpn, { server: { address: 'x', [name]: 'x' } });
      await session.refused(400, 'PATCH', settings, { '@odata.type': name });
      await session.refused(400, 'PATCH', settings, { issuer: name });
      await session.refused(400, 'PATCH', settings, { notificationType: name });
      await session.refused(400, 'PATCH', vpn, { [`${name}@odata.bind`]: `/deviceManagement/${settings}` });
      assert.equal(await keptBy(session), before);
    });
  }
});

describe('a name of JavaScript', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', ...inherited]) {
    test(`${name} in a URL leads nowhere`, async () => {
      const before = await keptBy(session);
      for (const path of [
        name,
        `${settings}/${name}`,
        `${vpn}/${name}`,
        `${vpn}/server/${name}`,
        `${vpn}/microsoft.graph.${name}`,
        `derivedCredentials/${name}`,
        `auditEvents/${name}()`,
        `auditEvents/getAuditActivityTypes(${name}='x')`,
        `deviceConfigurations?$select=${name}`,
        `deviceConfigurations?$expand=${name}`,
        `deviceConfigurations?$orderby=${name}`,
        `deviceConfigurations?$filter=${name} eq 'x'`,
        `deviceConfigurations?$filter=${name}(displayName) eq 'x'`,
        `deviceConfigurations?$filter=displayName ${name} 'x'`,
        `deviceConfigurations?$filter=isof('${name}')`,
        `deviceConfigurations?$filter=cast(displayName,${name}) eq 'x'`,
        `deviceConfigurations?$filter=assignments/any(${name}:${name}/x eq 'x')`,
        `deviceConfigurations?$${name}=x`,
        `deviceConfigurations?$expand=assignments($${name}=x)`,
        `deviceConfigurations?$format=${name}`,
      ]) {
        const { status, text } = await session.send('GET', encodeURI(path).replaceAll('+', '%2B'));
        assert.ok((status >= 400 && status < 500) || status === 501, `${path}: ${status} ${text}`);
      }
      // An alias of that name is one, and an option without a dollar is nobody's business.
      for (const path of [
        `deviceConfigurations?${name}=x&${name}[polluted]=x&${name}.polluted=x`,
        `deviceConfigurations?$filter=displayName eq @${name}`,
        `deviceConfigurations?$filter=displayName eq @${name}&@${name}='x'`,
      ]) {
        assert.equal((await session.send('GET', encodeURI(path))).status, 200, path);
      }
      assert.equal(await keptBy(session), before);
    });

    test(`${name} in a header, as its name or its value, says nothing`, async () => {
      const { text } = await session.send('GET', settings);
      for (const headers of [
        { [name]: 'x' },
        { prefer: `${name}=x, odata.${name}` },
        { accept: `application/json;${name}=x` },
        { 'content-type': `application/json;${name}=x` },
        { 'client-request-id': name },
        { cookie: `${name}=x` },
        { traceparent: name },
      ]) {
        assert.equal((await session.send('GET', settings, { headers })).text, text, JSON.stringify(headers));
      }
      const headers = { [name.toUpperCase()]: 'x' };
      const requests = [{ id: '1', method: 'GET', url: `/deviceManagement/${settings}`, headers }];
      const { json } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
      assert.equal(json.responses[0].status, 200);
      const dependsOn = await call(session.server, 'POST', '/beta/$batch', {
        body: { requests: [{ ...requests[0], headers: {}, id: name, atomicityGroup: undefined, dependsOn: [] }] },
      });
      assert.equal(dependsOn.json.responses[0].id, name);
    });
  }
});
