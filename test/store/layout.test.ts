// How entities of any set become rows: shown on a set that the product does not have.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boolean, complex, complexType, entityType, int32, string, strings } from '../../src/edm/index.js';
import { layOut } from '../../src/store/layout.js';
import { decode, encode } from '../../src/store/rows.js';

const place = complexType('place', { properties: { room: string() } });
const printer = entityType('printer', {
  properties: {
    id: string({ nullable: false }),
    isColor: boolean({ nullable: false }),
    isDuplex: boolean(),
    trays: int32({ nullable: false }),
    papers: strings({ default: ['A4'] }),
    place: complex(place),
  },
});
const printers = { name: 'printers', type: printer, readOnly: false };
const placement = { table: 'printers', order: ['id'], versioned: true };

describe('a layout', () => {
  const layout = layOut(printers, { ...placement, columns: ['id', 'isColor', 'isDuplex', 'trays'] });

  it('names columns for properties and keeps the rest in the document', () => {
    assert.deepEqual(layout.selected, ['version', 'id', 'is_color', 'is_duplex', 'trays', 'properties']);
  });

  it('brings booleans back from the numbers that columns hold', () => {
    const entity = { id: '1', isColor: true, isDuplex: null, trays: 2, papers: [], place: { room: 'x' } };
    const stored = { type: printer, entity, version: 3, links: {} };
    const row = encode(layout, stored).map((value) => (typeof value === 'boolean' ? Number(value) : value));
    assert.deepEqual(decode(layout, row), stored);
  });

  it('answers the default of a property that a document lacks', () => {
    const { entity } = decode(layout, [1, '1', 0, null, 2, '{}']);
    assert.deepEqual(entity, { id: '1', isColor: false, isDuplex: null, trays: 2, papers: ['A4'], place: null });
  });

  it('refuses a column for a property that the type lacks, or that is no single value', () => {
    for (const name of ['colour', 'papers', 'place']) {
      assert.throws(() => layOut(printers, { ...placement, columns: ['id', name] }), new RegExp(name));
    }
  });
});
