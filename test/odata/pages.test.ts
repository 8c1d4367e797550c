// $top, $skip, $skiptoken and the page size that a client prefers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { model } from '../../src/model/index.js';
import { createSkipTokens, locate, nextLinkWriter, readOperation } from '../../src/odata/index.js';
import type { CollectionQuery, Position } from '../../src/plan/index.js';
import { context, operation, paging, refused, tenantId } from './requests.js';

function query(text: string, collection = '/deviceConfigurations'): CollectionQuery {
  const list = operation('GET', `${collection}${text}`);
  assert.ok(list.kind === 'list');
  return list.query;
}

describe('a page', () => {
  it('is as large as $top says, or as the setting does', () => {
    assert.deepEqual([query('').pageSize, query('').skip], [1000, 0]);
    assert.deepEqual([query('?$top=5&$skip=7').pageSize, query('?$top=5&$skip=7').skip], [5, 7]);
    assert.equal(query('?top=0').pageSize, 0);
    assert.equal(query('?$top=1000').pageSize, 1000);
  });

  it('is no larger than the client prefers', () => {
    const url = locate('/beta/deviceManagement/deviceConfigurations?$top=50', model);
    const read = (maxPageSize: number) =>
      readOperation({
        url,
        action: 'list',
        body: '',
        ifMatch: undefined,
        tenantId,
        paging,
        maxPageSize,
        now: 0,
        context,
      });
    for (const [preferred, expected] of [
      [10, 10],
      [100, 50],
    ] as const) {
      const list = read(preferred);
      assert.ok(list.kind === 'list');
      assert.equal(list.query.pageSize, expected);
    }
  });

  for (const option of ['$top', '$skip']) {
    for (const value of ['', '-1', '1.5', 'x', '1e3', '9999999999', '0x1', 'null']) {
      it(`of ${option}=${value} is refused`, () => {
        refused(() => query(`?${option}=${value}`), 'optionInvalid', option);
      });
    }
  }

  it('of more than the limit is refused by the limit', () => {
    assert.match(refused(() => query('?$top=1001'), 'optionInvalid', '$top').message, /1000/);
  });
});

describe('a link to the next page', () => {
  const origin = 'https://localhost:8443';
  const collection = `${origin}/beta/deviceManagement/deviceConfigurations`;
  const position: Position = ['2026-01-31T12:00:00.0000000Z', null, 5, 'id ✓'];
  const link = (text: string, from = collection) =>
    nextLinkWriter(tenantId, paging.tokens, 8192)(position, from, query(text));
  const follow = (url: string): CollectionQuery => query(url.slice(collection.length));

  it('leads to where the page ended, whatever is in the position', () => {
    assert.deepEqual(follow(link('?$top=2')).after, position);
    assert.deepEqual(follow(link('')).after, position);
  });

  it('repeats the other options, but for $skip, which the token has seen to', () => {
    const filter = "displayName eq 'a+b & c''d%'";
    const next = link(`?$skip=5&TOP=2&count=true&filter=${encodeURIComponent(filter)}&%24select=id&@p=1&mine=1`);
    const options = new URL(next).searchParams;
    assert.equal(options.get('$filter'), filter);
    assert.deepEqual([...options.keys()].sort(), ['$count', '$filter', '$select', '$skiptoken', '$top', '@p']);
    const { after, skip, pageSize, count } = follow(next);
    assert.deepEqual([after, skip, pageSize], [position, 0, 2]);
    // The first page told it.
    assert.equal(count, false);
  });

  it('leads on when it is followed again', () => {
    const first = link('?$top=2&$filter=true');
    assert.equal(new URL(link(first.slice(collection.length))).searchParams.getAll('$skiptoken').length, 1);
  });

  it('is bound to its query: other options, another collection, another tenant or another key are refused', () => {
    const next = link('?$top=2&$filter=true').slice(collection.length);
    const elsewhere = [
      () => query(`${next}&$count=true`),
      () => query(`${next}&$skip=1`.replace('$top=2', '$top=3')),
      () => query(next.replace('$filter=true', '$filter=false')),
      () => query(next.replace('$filter=true&', '')),
      () => query(next, '/derivedCredentials'),
      () => query(next, '/deviceConfigurations/microsoft.graph.iosVpnConfiguration'),
    ];
    for (const call of elsewhere) refused(call, 'optionInvalid', '$skiptoken');
    const url = locate(`/beta/deviceManagement/deviceConfigurations${next}`, model);
    const read = (tenant: string, tokens = paging.tokens) =>
      readOperation({
        url,
        action: 'list',
        body: '',
        ifMatch: undefined,
        tenantId: tenant,
        paging: { ...paging, tokens },
        now: 0,
        context,
      });
    assert.equal(read(tenantId).kind, 'list');
    refused(() => read('another tenant'), 'optionInvalid', '$skiptoken');
    refused(() => read(tenantId, createSkipTokens(Buffer.alloc(32, 2))), 'optionInvalid', '$skiptoken');
  });

  it('holds a token that nobody else can make', () => {
    const next = new URL(link(''));
    const token = next.searchParams.get('$skiptoken') ?? '';
    const [body = '', signature = ''] = token.split('.');
    const forged = Buffer.from('["a"]').toString('base64url');
    const bad = ['', 'x', '.', token.slice(1), token.slice(0, -2), `${token}A`, `${forged}.${signature}`, body];
    for (const text of [...bad, `${body}.`, `.${signature}`, `${body}.${signature.toLowerCase()}`, `${token}.x`]) {
      refused(() => query(`?$skiptoken=${text}`), 'optionInvalid', '$skiptoken');
    }
  });
});

describe('$orderby', () => {
  it('is a list of keys, ascending unless said, none where it is empty', () => {
    const { orderBy } = query('?$orderby=displayName desc,createdDateTime');
    assert.deepEqual(
      orderBy.map(({ descending }) => descending),
      [true, false],
    );
    assert.deepEqual(query('?orderby=').orderBy, []);
  });

  it('takes aliases, as the filter does', () => {
    assert.ok(query("?$filter=displayName eq @name&@name='a'").filter);
    assert.equal(query('?$orderby=@key&@key=displayName').orderBy.length, 1);
  });
});
