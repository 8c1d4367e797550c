// What comes with a release beside the package: the bill of materials, made from the lock.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installedPackages } from '../../scripts/lock.js';
import { billOfMaterials } from '../../scripts/release-files.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}

describe('the bill of materials', () => {
  test('has every package that is installed with it, with its licence and its hash, and no other', () => {
    const { metadata, components } = billOfMaterials(root) as ReturnType<typeof billOfMaterials> & {
      readonly metadata: { readonly component: Component };
    };
    assert.equal(metadata.component.name, 'offshoot');
    const told = (components as Component[]).map(({ name, version, licenses, hashes }) => {
      const [hash] = hashes;
      assert.equal(hash?.alg, 'SHA-512', name);
      return `${name}@${version} ${licenses[0]?.license.id} ${hash?.content}`;
    });
    const wanted = installedPackages(root).map(({ name, version, license, integrity = '' }) => {
      const hash = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
      return `${name}@${version} ${license} ${hash}`;
    });
    assert.deepEqual(told.toSorted(), [...new Set(wanted)].toSorted());
  });
});
