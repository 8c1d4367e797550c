// Query options, bodies as text, If-Match: what makes an operation of an address.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import { derivedCredentials } from '../../src/model/index.js';
import { operation, refused } from './requests.js';

const id = 'bc650741-0741-bc65-4107-65bc410765bc';
const settings = `/derivedCredentials/${id}`;
const profile = `/deviceConfigurations/${id}`;
const reference = `${profile}/derivedCredentialSettings/$ref`;

function selected(path: string): readonly string[] | undefined {
  const read = operation('GET', path);
  assert.ok('query' in read);
  return read.query.select?.map(({ name }) => name);
}

describe('an operation', () => {
  it('of each kind comes of its method and address', () => {
    const kinds: readonly (readonly [string, string, string, string])[] = [
      ['GET', '', '', 'readSingleton'],
      ['HEAD', '/derivedCredentials', '', 'list'],
      ['POST', '/derivedCredentials', '{}', 'create'],
      ['GET', settings, '', 'read'],
      ['PATCH', settings, '{}', 'update'],
      ['DELETE', settings, '', 'delete'],
      ['GET', `${profile}/derivedCredentialSettings`, '', 'read'],
      ['PATCH', `${profile}/derivedCredentialSettings`, '{}', 'update'],
      ['GET', reference, '', 'readReference'],
      ['PUT', reference, `{"@odata.id":"/beta/deviceManagement/derivedCredentials/${id}"}`, 'setReference'],
      ['DELETE', reference, '', 'removeReference'],
    ];
    for (const [method, path, body, kind] of kinds) assert.equal(operation(method, path, body).kind, kind);
  });

  it('has the body as its payload, as it was sent', () => {
    const update = operation('PATCH', settings, ' {"displayName": "ä😀\\u0041", "x": [1, {"y": null}]}\r\n');
    assert.ok(update.kind === 'update');
    assert.deepEqual(update.payload, { displayName: 'ä😀A', x: [1, { y: null }] });
  });
});

describe('$select', () => {
  const names: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['', undefined],
    ['?$select=*', undefined],
    ['?$select=displayName,*', undefined],
    ['?$select=helpUrl,displayName', ['displayName', 'helpUrl']],
    ['?$select=DISPLAYNAME,HelpURL,displayName', ['displayName', 'helpUrl']],
    ['?$select=+id+,%20issuer', ['id', 'issuer']],
    ['?%24select=id', ['id']],
    ['?select=id', ['id']],
    ['?$SELECT=id', ['id']],
    ['?Select=id&&', ['id']],
    ['?$select=id&myOption=1&another', ['id']],
  ];
  for (const [query, expected] of names) {
    it(`${query || '(none)'} is ${JSON.stringify(expected)}, of the list and of the entity`, () => {
      assert.deepEqual(selected(`/derivedCredentials${query}`), expected);
      assert.deepEqual(selected(`${settings}${query}`), expected);
      assert.deepEqual(selected(`${profile}/derivedCredentialSettings${query}`), expected);
    });
  }

  it('knows the properties of the type that the address has, and no others', () => {
    assert.deepEqual(selected(`${profile}/microsoft.graph.iosVpnConfiguration?$select=server,ID`), ['id', 'server']);
    refused(() => selected(`${profile}?$select=connectionName`), 'propertyNotFound', '$select');
    refused(() => selected('?$select=displayName'), 'propertyNotFound', '$select');
    assert.deepEqual(selected('?$select=subscriptionState'), ['subscriptionState']);
  });

  const wrong: readonly (readonly [string, RefusalName])[] = [
    ['', 'optionInvalid'],
    ['id,,issuer', 'optionInvalid'],
    ['id,', 'optionInvalid'],
    ['nope', 'propertyNotFound'],
    ['__proto__', 'propertyNotFound'],
    ['constructor', 'propertyNotFound'],
    ['issuer/x', 'propertyNotFound'],
    ["'id'", 'propertyNotFound'],
    [`${'id,'.repeat(100_000)}nope`, 'propertyNotFound'],
  ];
  for (const [value, refusal] of wrong) {
    it(`of '${value.slice(0, 40)}' is refused: ${refusal}`, () => {
      refused(() => selected(`${settings}?$select=${value}`), refusal, '$select');
    });
  }
});

describe('$count', () => {
  it('is true or false in any case, and false unless said', () => {
    for (const [query, expected] of [
      ['', false],
      ['?$count=true', true],
      ['?count=TRUE', true],
      ['?$COUNT=False', false],
    ] as const) {
      const list = operation('GET', `/derivedCredentials${query}`);
      assert.ok(list.kind === 'list');
      assert.equal(list.query.count, expected);
    }
  });
  for (const value of ['', '1', 'yes', 'true,true']) {
    it(`of '${value}' is refused`, () => {
      refused(() => operation('GET', `/derivedCredentials?$count=${value}`), 'optionInvalid', '$count');
    });
  }
});

describe('a query option', () => {
  for (const name of ['apply', 'compute', 'deltatoken', 'index', 'levels', 'schemaversion']) {
    it(`$${name} is refused by its name, in any case and without its dollar too`, () => {
      for (const written of [
        `$${name}`,
        `%24${name.toUpperCase()}`,
        name,
        `$${name[0]?.toUpperCase()}${name.slice(1)}`,
      ]) {
        const { message } = refused(
          () => operation('GET', `/deviceConfigurations?${written}=1`),
          'optionNotSupported',
          `$${name}`,
        );
        assert.match(message, new RegExp(`'\\$${name}'`));
      }
    });
  }

  const requests: readonly (readonly [string, string, string, string])[] = [
    ['POST', '/derivedCredentials', '$select=id', '$select'],
    ['PATCH', settings, '$select=id', '$select'],
    ['DELETE', settings, '$select=id', '$select'],
    ['PATCH', `${profile}/derivedCredentialSettings`, 'select=id', '$select'],
    ['GET', reference, '$select=id', '$select'],
    ['PUT', reference, '$filter=true', '$filter'],
    ['GET', settings, '$filter=true', '$filter'],
    ['GET', settings, '$count=true', '$count'],
    ['GET', '', '$filter=true', '$filter'],
    ['PATCH', settings, '@x', '@x'],
  ];
  for (const [method, path, query, option] of requests) {
    it(`${query} is refused on ${method} ${path || '/'}`, () => {
      refused(() => operation(method, `${path}?${query}`, '{}'), 'optionNotSupported', option);
    });
  }

  for (const query of ['$fliter=true', '$=1', '$$filter=true', '%24%00=1', '$filter%20=true']) {
    it(`${query} is unknown`, () => {
      refused(() => operation('GET', `/derivedCredentials?${query}`), 'optionUnknown');
    });
  }

  it('is refused when it comes twice, however it is written', () => {
    for (const query of [
      '$select=id&$select=id',
      '$select=id&SELECT=issuer',
      '$filter=&filter=true',
      '%24count=true&count=true',
    ]) {
      refused(() => operation('GET', `/derivedCredentials?${query}`), 'optionRepeated');
    }
  });

  it('is refused when its encoding is broken', () => {
    for (const query of ['$filter=%', '$filter=%zz', '%ff=1', '$select=%ed%a0%80']) {
      refused(() => operation('GET', `/derivedCredentials?${query}`), 'malformedUrl');
    }
  });

  it('that is not one of OData is ignored', () => {
    assert.equal(operation('PATCH', `${settings}?api-version=1&x&=&=y`, '{}').kind, 'update');
  });
});

describe('a body', () => {
  const body = (text: string) => operation('PATCH', settings, text);

  const refusals: readonly (readonly [string, RefusalName, string?])[] = [
    ['', 'bodyEmpty'],
    [' \t\r\n', 'bodyEmpty'],
    ['[]', 'bodyNotObject'],
    ['[{}]', 'bodyNotObject'],
    ['null', 'bodyNotObject'],
    ['"{}"', 'bodyNotObject'],
    ['20', 'bodyNotObject'],
    ['true', 'bodyNotObject'],
    ['{', 'bodyNotJson'],
    ['{}}', 'bodyNotJson'],
    ['{}{}', 'bodyNotJson'],
    ['\uFEFF{}', 'bodyNotJson'],
    ['\u00a0{}', 'bodyNotJson'],
    ['{}\0', 'bodyNotJson'],
    ["{'a':1}", 'bodyNotJson'],
    ['{a:1}', 'bodyNotJson'],
    ['{"a":1,}', 'bodyNotJson'],
    ['{"a":01}', 'bodyNotJson'],
    ['{"a":+1}', 'bodyNotJson'],
    ['{"a":NaN}', 'bodyNotJson'],
    ['{"a":Infinity}', 'bodyNotJson'],
    ['{"a":1} // note', 'bodyNotJson'],
    ['{"a":"\n"}', 'bodyNotJson'],
    ['{"a":"\\x"}', 'bodyNotJson'],
    ['{"a":"b', 'bodyNotJson'],
    ['{"a":1e400}', 'bodyNotJson'],
    ['{"a":[-1E+999]}', 'bodyNotJson'],
    [`{"a":${'9'.repeat(400)}}`, 'bodyNotJson'],
    ['{"a":"\\ud800"}', 'bodyNotJson'],
    ['{"a":["\\udc00\\ud800"]}', 'bodyNotJson'],
    ['{"a":{"\\ud800":1}}', 'bodyNotJson'],
    ['{"a":"\ud800"}', 'bodyNotJson'],
    ['{"a":1,"a":1}', 'duplicateKey', 'a'],
    ['{"a":1,"\\u0061":1}', 'duplicateKey', 'a'],
    ['{"a":1,"b":{"a":1},"b":2}', 'duplicateKey', 'b'],
    ['{"server":{"address":"a","isDefaultServer":true,"address":"b"}}', 'duplicateKey', 'server/address'],
    ['{"r":[{"x":[1,2]},[],{"a":1,"a":2}]}', 'duplicateKey', 'r[2]/a'],
    ['{"":1,"":2}', 'duplicateKey', ''],
    ['{"__proto__":{}}', 'forbiddenKey', '__proto__'],
    ['{"\\u005f_proto__":{}}', 'forbiddenKey', '__proto__'],
    ['{"a":{"b":[{"constructor":1}]}}', 'forbiddenKey', 'a/b[0]/constructor'],
    ['{"prototype":null}', 'forbiddenKey', 'prototype'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'bodyNotJson'],
    [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'bodyNotJson'],
    [`{"a":${'['.repeat(100_000)}`, 'bodyNotJson'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'bodyNotJson'],
  ];
  for (const [text, refusal, target] of refusals) {
    it(`${JSON.stringify(text.slice(0, 70))} is refused: ${refusal}`, () => {
      refused(() => body(text), refusal, target);
    });
  }

  it('may hold what only looks wrong', () => {
    for (const text of [
      '{"a":"{\\"b\\":1,\\"b\\":2}"}',
      '{"a":"\\\\","b":":","c":"{[,"}',
      '{"a":{"x":1},"b":{"x":1},"x":[{"a":1},{"a":1}]}',
      '{"a":"\\ud83d\\ude00","b":1e308,"c":-0.5E-300}',
      `{"a":${'['.repeat(63)}${']'.repeat(63)}}`,
      '{"a":"__proto__","toString":1}',
    ]) {
      const update = body(text);
      assert.ok(update.kind === 'update');
      assert.deepEqual(update.payload, JSON.parse(text));
    }
  });

  it('is not quoted in the refusal, which tells the place', () => {
    const { message } = refused(() => body('{"password": "hunter2", oops}'), 'bodyNotJson');
    assert.doesNotMatch(message, /hunter2|oops/);
    assert.match(message, /position 24/);
  });

  // Were the time not linear in the length, this would not end while anyone waits.
  it('of four megabytes comes to its end, whatever is in it', () => {
    const size = 2_000_000;
    const texts = [
      `{"a":"${'\\"'.repeat(size)}`,
      `{"a":"${'\\"'.repeat(size)}"}`,
      `"${'\\"'.repeat(size)}`,
      `{"a":"${'x'.repeat(2 * size)}"}`,
      `{"a":"\\u0041${'x'.repeat(2 * size)}"}`,
      `{"a":[${'1e1,'.repeat(size / 2)}1]}`,
      `{${Array.from({ length: 300_000 }, (_, n) => `"k${n}":1e1`).join()}}`,
      `{"a":"\\u0041",${Array.from({ length: 300_000 }, (_, n) => `"k${n}":[]`).join()}}`,
      '"'.repeat(2 * size),
      `{${'"a":'.repeat(size / 2)}`,
      `{"a":${'9'.repeat(2 * size)}}`,
    ];
    for (const text of texts) {
      try {
        body(text);
      } catch (error) {
        assert.equal(error instanceof Error && error.name, 'GraphError', `${text.slice(0, 30)}: ${error}`);
      }
    }
  });

  it('is refused where the method takes none', () => {
    for (const [method, path] of [
      ['GET', settings],
      ['HEAD', settings],
      ['DELETE', settings],
      ['DELETE', reference],
      ['GET', ''],
    ] as const) {
      refused(() => operation(method, path, '{}'), 'bodyNotAllowed');
    }
  });

  it('is understood or refused, however a good one is damaged', () => {
    const good = '{"@odata.type":"#microsoft.graph.x","a":[1,2.5e3,{"b":null}],"c":"\\ud83d\\ude00\\n","d":true}';
    const marks = ['"', '{', '}', '[', ']', ',', ':', '\\', 'e', '9', '\0', '\ud800', '', 'a'];
    for (let at = 0; at < good.length; at++) {
      for (const mark of marks) {
        try {
          body(good.slice(0, at) + mark + good.slice(at + 1));
        } catch (error) {
          assert.equal(error instanceof Error && error.name, 'GraphError', `${at} ${mark}: ${error}`);
        }
      }
    }
  });
});

describe('If-Match', () => {
  const ifMatch = (header: string) => {
    const update = operation('PATCH', settings, '{}', header);
    assert.ok(update.kind === 'update');
    return update.precondition.ifMatch;
  };

  it('is a star, or a list of tags, weak or strong', () => {
    assert.equal(ifMatch('*'), '*');
    assert.equal(ifMatch(' * '), '*');
    assert.deepEqual(ifMatch('W/"a.1"'), ['W/"a.1"']);
    assert.deepEqual(ifMatch('"a.1" ,W/"b.2",  "c,d"'), ['"a.1"', 'W/"b.2"', '"c,d"']);
    assert.deepEqual(ifMatch('""'), ['""']);
    assert.deepEqual(ifMatch(',"a",'), ['"a"'], 'empty elements count for nothing (RFC 9110, section 5.6.1)');
  });

  it('stands in every operation that changes something which is there', () => {
    const body = `{"@odata.id":"/beta/deviceManagement/derivedCredentials/${id}"}`;
    for (const [method, path, text] of [
      ['PATCH', settings, '{}'],
      ['DELETE', settings, ''],
      ['PUT', reference, body],
      ['DELETE', reference, ''],
    ] as const) {
      const one = operation(method, path, text, '"a"');
      assert.ok('precondition' in one);
      assert.deepEqual(one.precondition, { ifMatch: ['"a"'], ifNoneMatch: undefined });
    }
  });

  for (const header of [
    '',
    'a.1',
    '"a',
    'a"',
    'w/"a"',
    'W/a',
    '"a" "b"',
    '*,"a"',
    '"a\u0001"',
    '"é"',
    `"${'x'.repeat(5000)}"`,
  ]) {
    it(`of ${JSON.stringify(header.slice(0, 20))} is refused`, () => {
      refused(() => ifMatch(header), 'malformedHeader', 'If-Match');
    });
  }
});

describe('the body of a $ref', () => {
  const put = (body: string) => operation('PUT', reference, body);

  it('is a link to an entity', () => {
    const url = `https://graph.microsoft.com/beta//deviceManagement/derivedCredentials('${id}')`;
    const set = put(JSON.stringify({ '@odata.context': 'x', '@odata.id': url }));
    assert.ok(set.kind === 'setReference');
    assert.deepEqual(set.link, { set: derivedCredentials, key: id, url });
  });

  const refusals: readonly (readonly [string, RefusalName, string?])[] = [
    ['{}', 'bindMalformed', '@odata.id'],
    ['', 'bodyEmpty'],
    ['[]', 'bodyNotObject'],
    ['{"@odata.id":null}', 'bindMalformed', '@odata.id'],
    ['{"@odata.id":["x"]}', 'bindMalformed', '@odata.id'],
    ['{"@odata.id":{}}', 'bindMalformed', '@odata.id'],
    [`{"@odata.id":"/deviceManagement/derivedCredentials/${id}","id":"x"}`, 'unknownProperty', 'id'],
    ['{"@odata.id":"a","@odata.id":"b"}', 'duplicateKey', '@odata.id'],
    ['{"@odata.id":"https://evil.example/beta/deviceManagement/derivedCredentials/x"}', 'bindForeign', '@odata.id'],
    // What IntuneManagement sends for a derived credential that it looked for among the profiles.
    [
      `{"@odata.id":"https://graph.microsoft.com/beta//deviceManagement/deviceConfigurations('${id}')"}`,
      'bindWrongTarget',
      '@odata.id',
    ],
  ];
  for (const [text, refusal, target] of refusals) {
    it(`${text.slice(0, 90)} is refused: ${refusal}`, () => {
      refused(() => put(text), refusal, target);
    });
  }
});
