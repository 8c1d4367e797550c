// Types that today's writable properties do not use: a model of the tests' own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import {
  binary,
  complex,
  complexes,
  complexType,
  dateTimeOffset,
  type EntitySet,
  entityType,
  guid,
  linkModel,
  reference,
  references,
  string,
} from '../../src/edm/index.js';
import { readForCreate, readForUpdate } from '../../src/odata/index.js';
import type { Payload } from '../../src/plan/index.js';
import { refused } from './requests.js';

const assignmentTarget = complexType('assignmentTarget', { abstract: true, properties: { filterId: string() } });
const groupTarget = complexType('groupTarget', {
  base: assignmentTarget,
  properties: { groupId: string({ nullable: false }) },
});
const everyoneTarget = complexType('everyoneTarget', { base: assignmentTarget, properties: {} });
const label = complexType('label', { properties: { text: string({ nullable: false }) } });
const colouredLabel = complexType('colouredLabel', { base: label, properties: { colour: string() } });

const certificate = entityType('certificate', {
  properties: { id: string({ nullable: false, readOnly: true }) },
});
const thing = entityType('thing', {
  properties: {
    id: string({ nullable: false, readOnly: true }),
    at: dateTimeOffset(),
    key: guid(),
    data: binary({ maxLength: 16 }),
    target: complex(assignmentTarget),
    labels: complexes(label),
  },
  navigationProperties: { root: reference(() => certificate), roots: references(() => certificate) },
});
const things: EntitySet = { name: 'things', type: thing, readOnly: false };
const certificates: EntitySet = { name: 'certificates', type: certificate, readOnly: false };
const model = linkModel({
  alias: 'graph',
  namespace: 'microsoft.graph',
  entityTypes: [thing, certificate],
  complexTypes: [groupTarget, everyoneTarget, colouredLabel],
  singletons: [{ name: 'here', type: thing, sets: [things, certificates] }],
  entitySets: [],
  containedSets: [],
  operations: [],
});
const context = { model, ownOrigins: [] };
const read = (body: Payload) => readForUpdate(body, thing, 'x', context).values;

describe('a value', () => {
  const kept: readonly (readonly [Payload, Payload])[] = [
    [{ at: '2024-02-29T23:59:59Z' }, { at: '2024-02-29T23:59:59.0000000Z' }],
    [{ at: '2024-01-01t01:00:00.123456789012+01:30' }, { at: '2023-12-31T23:30:00.1234567Z' }],
    [{ at: '0001-01-01T00:00:00Z' }, { at: '0001-01-01T00:00:00.0000000Z' }],
    [{ at: '9999-12-31T23:59:59.9999999Z' }, { at: '9999-12-31T23:59:59.9999999Z' }],
    [{ key: 'BC650741-0741-BC65-4107-65BC410765BC' }, { key: 'bc650741-0741-bc65-4107-65bc410765bc' }],
    [{ data: '+/+/' }, { data: '-_-_' }],
    [{ data: '-_8' }, { data: '-_8' }],
    [{ data: '+/8=' }, { data: '-_8' }],
    [{ data: '' }, { data: '' }],
    [
      { target: { '@odata.type': 'microsoft.graph.groupTarget', groupId: 'g' } },
      { target: { '@odata.type': '#microsoft.graph.groupTarget', filterId: null, groupId: 'g' } },
    ],
    [
      { labels: [{ text: 'a' }, { colour: 'red', text: 'b', '@odata.type': '#microsoft.graph.colouredLabel' }] },
      { labels: [{ text: 'a' }, { '@odata.type': '#microsoft.graph.colouredLabel', text: 'b', colour: 'red' }] },
    ],
    [{ labels: [{ '@odata.type': '#microsoft.graph.label', text: 'a' }] }, { labels: [{ text: 'a' }] }],
  ];
  for (const [given, expected] of kept) {
    it(`${JSON.stringify(given)} is kept as ${JSON.stringify(expected)}`, () => {
      assert.equal(JSON.stringify(read(given)), JSON.stringify(expected));
    });
  }

  const refusals: readonly (readonly [Payload, RefusalName, string])[] = [
    ...['2024-02-30T00:00:00Z', '2024-01-01', '2024-01-01T00:00:00', 'yesterday', '', '24-01-01T00:00:00Z'].map(
      (at) => [{ at }, 'wrongType', 'at'] as const,
    ),
    [{ at: 1_700_000_000 }, 'wrongType', 'at'],
    [{ key: '{bc650741-0741-bc65-4107-65bc410765bc}' }, 'wrongType', 'key'],
    [{ key: 'bc650741' }, 'wrongType', 'key'],
    [{ key: 7 }, 'wrongType', 'key'],
    [{ data: 'a b' }, 'wrongType', 'data'],
    [{ data: 'a' }, 'wrongType', 'data'],
    [{ data: 'ab=' }, 'wrongType', 'data'],
    [{ data: '====' }, 'wrongType', 'data'],
    [{ data: 'x'.repeat(20) }, 'tooLong', 'data'],
    [{ target: { filterId: 'f' } }, 'abstractType', 'target'],
    [{ target: { '@odata.type': '#microsoft.graph.assignmentTarget' } }, 'abstractType', 'target'],
    [{ target: { '@odata.type': '#microsoft.graph.groupTarget' } }, 'requiredProperty', 'target/groupId'],
    [
      { target: { '@odata.type': '#microsoft.graph.everyoneTarget', groupId: 'g' } },
      'unknownProperty',
      'target/groupId',
    ],
    [{ target: { '@odata.type': '#microsoft.graph.label' } }, 'foreignType', 'target/@odata.type'],
    [{ labels: [{ text: 'a', colour: 'red' }] }, 'unknownProperty', 'labels[0]/colour'],
    [{ roots: [] }, 'referenceInBody', 'roots'],
    [{ 'roots@odata.bind': '/here/certificates/x' }, 'wrongType', 'roots@odata.bind'],
    [{ 'roots@odata.bind': [null] }, 'bindMalformed', 'roots@odata.bind[0]'],
    [{ 'roots@odata.bind': ['/here/certificates/x', '/here/things/x'] }, 'bindWrongTarget', 'roots@odata.bind[1]'],
    [{ 'roots@odata.bind': Array(101).fill('/here/certificates/x') }, 'tooManyItems', 'roots@odata.bind'],
    [{ 'neither@odata.bind': [] }, 'unknownProperty', 'neither@odata.bind'],
    [{ 'root@odata.bind': '/here/things/x' }, 'bindWrongTarget', 'root@odata.bind'],
  ];
  for (const [given, refusal, target] of refusals) {
    it(`${JSON.stringify(given)} is refused: ${refusal}`, () => {
      refused(() => read(given), refusal, target);
    });
  }

  it('that the model does not know yet needs nothing but its declaration', () => {
    const { links } = readForCreate({ 'root@odata.bind': "/here/certificates('x')" }, thing, context);
    assert.deepEqual(links, { root: { set: certificates, key: 'x', url: "/here/certificates('x')" } });
  });
});
