// Every property of every profile type: kept, answered, listed and found by $filter, driven by the model.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ComplexType, EntityType, EnumType, Property, Structure, Value } from '../../src/edm/index.js';
import { model } from '../../src/model/index.js';
import { leastProfiles, openSession, type Session } from './session.js';

function typeNamed(name: string): EntityType {
  const type = model.findEntityType(name);
  assert.ok(type, name);
  return type;
}

function writable(type: EntityType | ComplexType): Property[] {
  return [...type.properties.values()].filter(({ readOnly }) => !readOnly);
}

/** A valid value that is not the property's default. */
function sampleOf({ name, type, collection }: Property): Value {
  const one = (index: number): Value => {
    if (type.kind === 'complex') return sampleOfComplex(type);
    if (type.kind === 'enum') return memberOf(type, index);
    switch (type.name) {
      case 'Edm.Boolean':
        return true;
      case 'Edm.Int32':
        return -(2 ** 31) + index;
      case 'Edm.Binary':
        return Buffer.from([index, 250, 255]).toString('base64url');
      default:
        return `${name} “${index}” o'clock, ünïcode 😀 \\ " / %20 + & \t`;
    }
  };
  return collection ? [one(1), one(2), one(1)] : one(1);
}

function sampleOfComplex(type: ComplexType): Structure {
  return Object.fromEntries(writable(type).map((property) => [property.name, sampleOf(property)]));
}

function memberOf({ members, flags }: EnumType, index: number): string {
  const names = Object.keys(members);
  return flags ? names.slice(1, 3).join(',') : (names.at(-index) ?? '');
}

function isBinary({ type }: Property): boolean {
  return type.kind === 'primitive' && type.name === 'Edm.Binary';
}

/** The literal of a value in a filter; undefined where none can be compared to it. */
function literalOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'object' ? undefined : String(value);
}

/** Conditions that only objects with this value of the property meet. */
function conditionsOf(property: Property, value: Value | undefined, path = property.name): string[] {
  // Nothing but null can be compared to a binary value.
  if (property.collection || isBinary(property)) return [];
  if (property.type.kind === 'complex') {
    return writable(property.type).flatMap((inner) =>
      conditionsOf(inner, (value as Structure)[inner.name], `${path}/${inner.name}`),
    );
  }
  const literal = literalOf(value);
  return literal === undefined ? [] : [`${path} eq ${literal}`];
}

// Many at once, since each waits for the disk more than for anything else.
describe('every property of a profile', { concurrency: 8 }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  const create = (body: unknown) => session.expect(201, 'POST', 'deviceConfigurations', body);
  const remove = (id: string) => session.expect(204, 'DELETE', `deviceConfigurations/${id}`);
  const find = async (filter: string): Promise<string[]> => {
    const path = `deviceConfigurations/microsoft.graph.${filter}`;
    const { value } = await session.expect(200, 'GET', path);
    return value.map(({ id }: { id: string }) => id);
  };

  for (const [name, least] of Object.entries(leastProfiles)) {
    const type = typeNamed(name);

    test(`${name} answers every property of its type, in the model's order`, async () => {
      const created = await create(least);
      assert.deepEqual(
        Object.keys(created).filter((key) => !key.startsWith('@')),
        [...type.properties.keys()],
      );
      await remove(created.id);
    });

    for (const property of writable(type)) {
      test(`${name}/${property.name} is kept by a create and by an update, listed, and found by $filter`, async () => {
        const value = sampleOf(property);
        const other = await create(least);
        assert.notDeepEqual(other[property.name], value);
        const created = await create({ ...least, [property.name]: value });
        const { '@odata.context': _, ...updated } = await session.expect(
          200,
          'PATCH',
          `deviceConfigurations/${(await create(least)).id}`,
          { [property.name]: value },
        );

        const listed = (await session.expect(200, 'GET', 'deviceConfigurations')).value;
        for (const { id } of [created, updated]) {
          const { '@odata.context': __, ...found } = await session.expect(200, 'GET', `deviceConfigurations/${id}`);
          assert.deepEqual(found[property.name], value);
          assert.deepEqual(
            listed.find((item: { id: string }) => item.id === id),
            found,
          );
        }
        for (const condition of conditionsOf(property, value)) {
          const equal = await find(`${name}?$filter=${encodeURIComponent(condition)}`);
          assert.deepEqual(
            [created, updated, other].map(({ id }) => equal.includes(id)),
            [true, true, false],
            condition,
          );
          const unequal = await find(`${name}?$filter=not (${encodeURIComponent(condition)})`);
          assert.deepEqual(
            [created, other].map(({ id }) => unequal.includes(id)),
            [false, true],
            condition,
          );
        }
        for (const { id } of [created, updated, other]) await remove(id);
      });
    }

    test(`${name} keeps all of its properties at once`, async () => {
      const values = Object.fromEntries(writable(type).map((property) => [property.name, sampleOf(property)]));
      const eapType = type.properties.has('eapType') ? { eapType: 'peap' } : {};
      const body = { '@odata.type': least['@odata.type'], ...values, ...eapType };
      const { id } = await create(body);
      const found = await session.expect(200, 'GET', `deviceConfigurations/${id}`);
      for (const [key, value] of Object.entries(body)) assert.deepEqual(found[key], value, key);
      await remove(id);
    });

    test(`${name} takes null for its properties that may be null, and refuses it for the others`, async () => {
      const { id } = await create(least);
      const path = `deviceConfigurations/${id}`;
      for (const property of writable(type)) {
        const body = { [property.name]: null };
        if (property.collection) {
          assert.deepEqual((await session.expect(200, 'PATCH', path, body))[property.name], []);
        } else if (property.nullable) {
          await session.expect(200, 'PATCH', path, { [property.name]: sampleOf(property) });
          assert.equal((await session.expect(200, 'PATCH', path, body))[property.name], null);
        } else assert.equal((await session.refused(400, 'PATCH', path, body)).target, property.name);
      }
      await remove(id);
    });

    for (const property of writable(type)) {
      if (property.type.kind !== 'enum') continue;
      const { members, flags } = property.type;
      test(`${name}/${property.name} takes each of its members, and nothing else`, async () => {
        const { id } = await create(least);
        const path = `deviceConfigurations/${id}`;
        for (const member of Object.keys(members)) {
          const answer = await session.expect(200, 'PATCH', path, { [property.name]: member });
          assert.equal(answer[property.name], member);
        }
        for (const wrong of [
          'nothingLikeIt',
          '',
          0,
          true,
          ...(flags ? [] : [Object.keys(members).slice(0, 2).join(',')]),
        ]) {
          assert.equal((await session.refused(400, 'PATCH', path, { [property.name]: wrong })).target, property.name);
        }
        await remove(id);
      });
    }
  }
});
