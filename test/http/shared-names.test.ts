// Navigation properties of one name that several types declare, each for targets of its own: certificates of iOS and of Android.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

const roots = 'rootCertificatesForServerValidation';
const identity = 'identityCertificate';
const androidRoot = 'microsoft.graph.androidDeviceOwnerTrustedRootCertificate';
const androidScep = 'microsoft.graph.androidDeviceOwnerScepCertificateProfile';

let session: Session;
before(async () => {
  session = await openSession();
  const make = async (body: object): Promise<string> =>
    `/deviceManagement/deviceConfigurations('${(await session.expect(201, 'POST', 'deviceConfigurations', body)).id}')`;
  const {
    iosTrustedRootCertificate,
    androidDeviceOwnerTrustedRootCertificate,
    iosScepCertificateProfile,
    androidDeviceOwnerScepCertificateProfile,
    iosVpnConfiguration,
    androidDeviceOwnerVpnConfiguration,
    iosEnterpriseWiFiConfiguration,
    androidDeviceOwnerEnterpriseWiFiConfiguration,
  } = leastProfiles;
  const iosRoot = await make({ ...iosTrustedRootCertificate, displayName: 'iOS root' });
  const root = await make({ ...androidDeviceOwnerTrustedRootCertificate, displayName: 'Android root' });
  const iosIdentity = await make({
    ...iosScepCertificateProfile,
    displayName: 'iOS identity',
    'rootCertificate@odata.bind': iosRoot,
  });
  const androidIdentity = await make({
    ...androidDeviceOwnerScepCertificateProfile,
    displayName: 'Android identity',
    certificateStore: 'machine',
    'rootCertificate@odata.bind': root,
  });
  for (const [body, name, target] of [
    [iosEnterpriseWiFiConfiguration, roots, [iosRoot]],
    [androidDeviceOwnerEnterpriseWiFiConfiguration, roots, [root]],
    [iosVpnConfiguration, identity, iosIdentity],
    [androidDeviceOwnerVpnConfiguration, identity, androidIdentity],
  ] as const) {
    const platform = body['@odata.type'].includes('ios') ? 'iOS' : 'Android';
    await make({ ...body, displayName: `${platform} ${body.displayName}`, [`${name}@odata.bind`]: target });
  }
});
after(() => session.close());

const list = async (query: string) => (await session.expect(200, 'GET', `deviceConfigurations?${query}`)).value;
const namesOf = (entities: readonly { displayName: string }[]): string[] =>
  entities.map((one) => one.displayName).sort();
const found = async (filter: string) => namesOf(await list(`$filter=${encodeURIComponent(filter)}`));

describe('a navigation property that several types declare, without a cast before it', () => {
  for (const [filter, expected] of [
    [`${identity}/displayName eq 'Android identity'`, ['Android VPN']],
    [`startswith(${identity}/displayName,'iOS')`, ['iOS VPN']],
    [`isof(${identity},'${androidScep}')`, ['Android VPN']],
    [`isof(${identity},'microsoft.graph.iosCertificateProfileBase')`, ['iOS VPN']],
    [`${identity}/${androidScep}/certificateStore eq 'machine'`, ['Android VPN']],
    [`${identity}/rootCertificate/displayName eq 'Android root'`, ['Android VPN']],
    [`${roots}/any(r:r/displayName eq 'Android root')`, ['Android Wi-Fi']],
    [`${roots}/any(r:isof(r,'${androidRoot}'))`, ['Android Wi-Fi']],
    [`${roots}/${androidRoot}/any()`, ['Android Wi-Fi']],
    [`${roots}/any(r:isof(r,'microsoft.graph.iosTrustedRootCertificate'))`, ['iOS Wi-Fi']],
  ] as const) {
    test(`means that of each type in $filter=${filter}`, async () => {
      assert.deepEqual(await found(filter), expected);
    });
  }

  test('means that of each type in $orderby', async () => {
    const [first, second] = await list(`$filter=${identity}/displayName ne null&$orderby=${identity}/displayName`);
    assert.deepEqual([first.displayName, second.displayName], ['Android VPN', 'iOS VPN']);
    const latest = await list(`$orderby=${identity}/${androidScep}/certificateStore desc&$top=1`);
    assert.deepEqual(namesOf(latest), ['Android VPN']);
  });

  test('means that of each type in $expand, with all that may stand there', async () => {
    const wifis = `$filter=${roots}/$count gt 0`;
    const expanded = async (expand: string): Promise<string[][]> => {
      const profiles = await list(`${wifis}&$orderby=displayName&$expand=${expand}`);
      return profiles.map((one: Record<string, { displayName: string }[]>) => namesOf(one[roots] ?? []));
    };
    assert.deepEqual(await expanded(roots), [['Android root'], ['iOS root']]);
    assert.deepEqual(await expanded(`${roots}/${androidRoot}`), [['Android root'], []]);
    assert.deepEqual(await expanded(`${roots}($filter=isof('${androidRoot}'))`), [['Android root'], []]);
    assert.deepEqual(await expanded(`${roots}($filter=displayName eq 'iOS root')`), [[], ['iOS root']]);
    const [android] = await list(`${wifis}&$orderby=displayName&$expand=${roots}($select=${androidRoot}/certFileName)`);
    assert.equal(android[roots][0].certFileName, null);
    const vpns = await list(`$filter=${identity} ne null&$expand=${identity}($expand=rootCertificate)`);
    assert.deepEqual(
      vpns
        .map(
          (one: Record<string, { rootCertificate: { displayName: string } }>) =>
            one[identity]?.rootCertificate.displayName,
        )
        .sort(),
      ['Android root', 'iOS root'],
    );
  });

  test('leads to what all targets have; what one type of them has needs the cast, and the refusal says which', async () => {
    for (const query of [
      `$filter=${identity}/certificateStore eq 'machine'`,
      `$orderby=${identity}/certificateStore`,
      `$expand=${identity}($select=certificateStore)`,
      `$expand=${roots}($filter=certificateStore eq 'machine')`,
    ]) {
      const { message } = await session.refused(400, 'GET', `deviceConfigurations?${query}`);
      assert.match(
        message,
        /^Could not find a property named 'certificateStore' on type 'microsoft.graph.deviceConfiguration'\./,
      );
      assert.ok(message.includes(`It is a property of derived types: write `), message);
      assert.ok(message.includes(` or ${androidScep}/certificateStore.`), message);
    }
  });

  test('means that of the type behind a cast', async () => {
    const on = 'microsoft.graph.androidDeviceOwnerVpnConfiguration';
    assert.deepEqual(await found(`${on}/${identity}/displayName ne null`), ['Android VPN']);
    await session.refused(
      400,
      'GET',
      `deviceConfigurations?$filter=isof(${on}/${identity}/microsoft.graph.iosCertificateProfileBase,Edm.String)`,
    );
    const cast = await session.expect(200, 'GET', `deviceConfigurations/${on}?$expand=${identity}`);
    assert.equal(cast.value[0][identity].displayName, 'Android identity');
  });
});
