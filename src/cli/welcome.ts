// What `offshoot serve` says to people once it is ready: where it is, a token, and commands to paste.
import type { Server } from '../server.js';

export interface Shown {
  /** Whether a token may be shown to whoever reads this. */
  readonly showToken: boolean;
}

/** The text; every `curl` line in it is complete in itself. */
export async function welcome({ url, plainUrl, development }: Server, { showToken }: Shown): Promise<string> {
  const addresses = [url, plainUrl].filter((address) => address !== undefined);
  if (!development) return `Offshoot serves ${addresses.map((address) => `${address}/beta`).join(' and ')}\n`;
  const { caFile, tenantId, settingsId, profiles, boundType } = development;
  if (!showToken) {
    return `Offshoot is in DEVELOPMENT MODE AND LISTENS BEYOND LOOPBACK. Never put real data in it.

  https   ${url}/beta   (for localhost alone; certificate authority: ${caFile})
  http    ${plainUrl}/beta
  tenant  ${tenantId}

No token is printed. Where its data is: npx offshoot token --help. Stop with Ctrl-C.
`;
  }
  const token = await development.token();
  const curl = (method: string, address: string, body?: object): string =>
    [
      '  curl',
      ...(address.startsWith('https:') ? ['--cacert', quoted(caFile)] : []),
      ...(method === 'GET' ? [] : ['-X', method]),
      quoted(address),
      ...['-H', quoted(`Authorization: Bearer ${token}`)],
      ...(body ? ['-H', quoted('Content-Type: application/json'), '-d', quoted(JSON.stringify(body))] : []),
    ].join(' ');

  const root = `${plainUrl}/beta/deviceManagement`;
  const settings = { displayName: 'Smart card on the phone', renewalThresholdPercentage: 25 };
  const change =
    settingsId === undefined
      ? `Create derived credential settings, of which there are none:

${curl('POST', `${root}/derivedCredentials`, { ...settings, issuer: 'purebred' })}`
      : `Update the derived credential settings:

${curl('PATCH', `${root}/derivedCredentials/${settingsId}`, settings)}`;
  const byProfile =
    boundType === undefined
      ? ''
      : `
The same object through the ${boundType} profile that is bound to it, over https:

${curl('PATCH', `${url}/beta/deviceManagement/deviceConfigurations/${profiles[boundType]}/derivedCredentialSettings`, {
  '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings',
})}
`;
  return `Offshoot is in DEVELOPMENT MODE: anyone on this machine may use the token below. Never put real data in it.

  https   ${url}/beta   (certificate authority: ${caFile})
  http    ${plainUrl}/beta
  tenant  ${tenantId}
  token   ${token}

${change}
${byProfile}
The profiles, and what has been changed by whom:

${curl('GET', `${root}/deviceConfigurations`)}
${curl('GET', `${root}/auditEvents`)}

Another token: npx offshoot token --help. Stop with Ctrl-C.
`;
}

/** As one word of a shell's command line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
