// The rules of device configuration profiles that have to do with derived credentials.
import { GraphError } from '../base/index.js';
import { type EntityType, isA, type Structure } from '../edm/index.js';
import {
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration,
  iosDerivedCredentialAuthenticationConfiguration,
  settingsNavigation,
} from '../model/index.js';

/** The types that use a derived credential whatever their properties say. */
const alwaysUsing: readonly EntityType[] = [
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration,
  iosDerivedCredentialAuthenticationConfiguration,
];

/** The properties, of whichever type has them, whose value `derivedCredential` makes a profile use one. */
const decidingProperties = ['authenticationMethod', 'signingCertificateType', 'encryptionCertificateType'];

/** Rule 4: whether a profile of the type, with these values, uses a derived credential. */
export function usesDerivedCredential(type: EntityType, values: Structure): boolean {
  if (!type.navigationProperties.has(settingsNavigation.name)) return false;
  return (
    alwaysUsing.some((always) => isA(type, always)) ||
    decidingProperties.some((name) => values[name] === 'derivedCredential')
  );
}

const eapTypesWithDerivedCredential = ['eapTls', 'eapTtls', 'peap'];

/** Refuses a profile that breaks rule 5 (`derivedCredentialNeedsEap`): only Wi-Fi profiles have an `eapType`. */
export function checkProfile(type: EntityType, values: Structure): void {
  const { authenticationMethod, eapType } = values;
  if (!type.properties.has('eapType') || authenticationMethod !== 'derivedCredential') return;
  if (!eapTypesWithDerivedCredential.includes(String(eapType))) {
    throw new GraphError('derivedCredentialNeedsEap', {
      target: 'authenticationMethod',
      values: { eapType: String(eapType) },
    });
  }
}
