// What the lock says of the packages that a user of Offshoot installs: nothing that is for development alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

export interface InstalledPackage extends LockedPackage {
  readonly name: string;
  /** It stands in package.json itself. */
  readonly direct: boolean;
}

export function installedPackages(root: string): readonly InstalledPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries<LockedPackage & { dev?: boolean }>(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, locked]) => {
      const name = path.replace(/^.*node_modules\//, '');
      return { ...locked, name, direct: path === `node_modules/${name}` && name in dependencies };
    });
}
