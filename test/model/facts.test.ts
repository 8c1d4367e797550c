// The model agrees with Microsoft's: every type, property, nullability, member and navigation property.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BoundOperation, OperationType, Property, StructuredType } from '../../src/edm/index.js';
import { model, organization, user } from '../../src/model/index.js';

interface Facts {
  readonly namespace: string;
  readonly entityTypes: Readonly<Record<string, StructuredFacts>>;
  readonly complexTypes: Readonly<Record<string, StructuredFacts>>;
  readonly enumTypes: Readonly<Record<string, { flags: boolean; members: Readonly<Record<string, number>> }>>;
  readonly actions: readonly OperationFacts[];
  readonly functions: readonly OperationFacts[];
}

interface StructuredFacts {
  readonly base?: string;
  readonly abstract: boolean;
  readonly properties: Readonly<Record<string, { type: string; nullable: boolean }>>;
  readonly navigationProperties?: Readonly<Record<string, { type: string; contained: boolean }>>;
}

interface OperationFacts {
  readonly name: string;
  readonly boundTo: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly returns?: string;
}

// What Microsoft publishes of the types that are served, in its own spelling: the CSDL of microsoft.graph /beta, with
// what its newer TypeScript types add.
const facts: Facts = JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/model/edm.json'), 'utf8'));

/** Where the model says less than Microsoft's on purpose: what these lead to is outside this product. */
const leftOut = new Set(['roleScopeTag/assignments', 'getOmaSettingPlainTextValue']);
/** Types of which the copy says nothing: no more of them is served than clients need to know where they are. */
const inPart = new Set([user.name, organization.name]);

type Used = OperationType['type'];

function spelled(type: Used, collection: boolean): string {
  const name = type.kind === 'primitive' ? type.name : model.qualifiedName(type);
  return collection ? `Collection(${name})` : name;
}

const shownProperty = ({ name, type, collection, nullable }: Property) =>
  [name, { type: spelled(type, collection), nullable }] as const;

/** A type of the model as the copy would say it. */
function shown(type: StructuredType): StructuredFacts {
  return {
    ...(type.base ? { base: model.qualifiedName(type.base) } : {}),
    abstract: type.abstract,
    properties: Object.fromEntries(type.ownProperties.map(shownProperty)),
    ...(type.kind === 'entity' && {
      navigationProperties: Object.fromEntries(
        type.ownNavigationProperties.map(({ name, target, collection, contained }) => [
          name,
          { type: spelled(target(), collection), contained },
        ]),
      ),
    }),
  };
}

function shownOperation({ name, boundTo, boundToCollection, parameters, returns }: BoundOperation): OperationFacts {
  return {
    name,
    boundTo: spelled(boundTo, boundToCollection),
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(parameters.map((one) => [one.name, spelled(one.type, one.collection)])),
    }),
    ...(returns && { returns: spelled(returns.type, returns.collection) }),
  };
}

function withoutLeftOut(name: string, type: StructuredFacts): StructuredFacts {
  const { navigationProperties, ...rest } = type;
  if (!navigationProperties) return rest;
  const kept = Object.entries(navigationProperties).filter(([property]) => !leftOut.has(`${name}/${property}`));
  return { ...rest, navigationProperties: Object.fromEntries(kept) };
}

describe("Microsoft's model and ours", () => {
  test('have the same namespace', () => assert.equal(model.namespace, facts.namespace));

  for (const [name, expected] of Object.entries({ ...facts.entityTypes, ...facts.complexTypes })) {
    test(`say the same of the type ${name}`, () => {
      const type = model.findType(name);
      assert.ok(type && type.kind !== 'enum', `the model has no type '${name}'`);
      assert.equal(type.kind, name in facts.entityTypes ? 'entity' : 'complex');
      assert.equal(type.name, name);
      assert.deepEqual(shown(type), withoutLeftOut(name, expected));
    });
  }

  for (const [name, expected] of Object.entries(facts.enumTypes)) {
    test(`say the same of the enumeration ${name}`, () => {
      const type = model.findType(name);
      assert.ok(type?.kind === 'enum', `the model has no enumeration '${name}'`);
      assert.deepEqual({ flags: type.flags, members: type.members }, expected);
    });
  }

  test('say the same of actions and functions', () => {
    for (const [kind, expected] of [
      ['action', facts.actions],
      ['function', facts.functions],
    ] as const) {
      const ours = model.operations.filter((operation) => operation.kind === kind).map(shownOperation);
      assert.deepEqual(
        ours,
        expected.filter(({ name }) => !leftOut.has(name)),
      );
    }
  });

  test('have the same types, but for those that are served in part', () => {
    const theirs = [facts.entityTypes, facts.complexTypes, facts.enumTypes].flatMap((types) => Object.keys(types));
    const ours = model.types.map(({ name }) => name);
    assert.deepEqual(ours.filter((name) => !inPart.has(name)).sort(), theirs.sort());
  });

  test('know each type by one name, in any case', () => {
    for (const type of model.types) assert.equal(model.findType(type.name.toUpperCase()), type);
  });
});

describe('the sets of the model', () => {
  test('are one for each contained navigation property, and lead where it leads', () => {
    for (const { owner, name, type } of model.containedSets) {
      assert.equal(owner?.property.name, name);
      assert.equal(owner?.property.target(), type);
    }
    for (const set of model.singletons.flatMap(({ sets }) => sets).concat(model.entitySets)) {
      for (const type of model.withDerived(set.type)) {
        for (const property of type.navigationProperties.values()) {
          assert.equal(model.findContainedSet(set, property) !== undefined, property.contained, property.name);
        }
      }
    }
  });

  test('are found by the type of what lives there, those that stand alone before those inside others', () => {
    const names = [
      'deviceConfigurationAssignment',
      'iosTrustedRootCertificate',
      'managedDeviceCertificateState',
      'organization',
    ];
    const sets = names.map((name) => {
      const type = model.findEntityType(name);
      return type && model.setOf(type)?.name;
    });
    assert.deepEqual(sets, ['assignments', 'deviceConfigurations', 'managedDeviceCertificateStates', 'organization']);
  });
});
