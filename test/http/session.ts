// A server and a caller with all permissions, for the tests of one file.
import assert from 'node:assert/strict';
import { createServer, type Development, type Server } from '../../src/index.js';
import type { AuditEvent } from '../../src/model/index.js';
import { testStore } from '../postgresql.js';
import { type Answer, type CallOptions, call } from '../support.js';

export interface Session {
  readonly server: Server;
  readonly development: Development;
  /** `https://graph.microsoft.com/beta/deviceManagement` has its like here. */
  readonly root: string;
  /** Sends a request; `path` is below /deviceManagement. */
  send(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** As `send`; fails unless the answer has the status. Answers the body, or the answer itself where there is none. */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Answer['json']>;
  /** Expects a refusal with the status; answers its `error`. */
  refused(status: number, method: string, path: string, body?: unknown): Promise<Refused>;
  /** The profile's `version` and the key that it is bound to, which is null where it is unbound. */
  linkOf(profile: string): Promise<{ version: number; settings: string | null }>;
  /** Runs the change and answers the audit events that came of it, oldest first. */
  auditOf(change: () => Promise<unknown>): Promise<AuditEvent[]>;
  close(): Promise<void>;
}

export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export async function openSession(options: NonNullable<Parameters<typeof createServer>[0]> = {}): Promise<Session> {
  // A test that names its folder is about the file in it.
  const server = await createServer({ ...(options.data === undefined && (await testStore())), ...options });
  const { development, plainUrl } = server;
  assert.ok(development && plainUrl, 'a server in development mode was asked for');
  const root = `${plainUrl}/beta/deviceManagement`;
  const token = await development.token();

  const send: Session['send'] = (method, path, given = {}) =>
    call(server, method, `${root}/${path}`, { token, ...given });
  const expect: Session['expect'] = async (status, method, path, body) => {
    const answer = await send(method, path, { body });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  };
  const refused: Session['refused'] = async (status, method, path, body) =>
    (await expect(status, method, path, body)).error;
  const linkOf: Session['linkOf'] = async (profile) => {
    const { version } = await expect(200, 'GET', `deviceConfigurations/${profile}`);
    const { status, json } = await send('GET', `deviceConfigurations/${profile}/derivedCredentialSettings`);
    assert.ok(status === 200 || /is not bound/.test(json.error.message), JSON.stringify(json));
    return { version, settings: status === 200 ? json.id : null };
  };
  const events = async (): Promise<AuditEvent[]> => (await expect(200, 'GET', 'auditEvents')).value;
  const auditOf: Session['auditOf'] = async (change) => {
    const known = new Set((await events()).map(({ id }) => id));
    await change();
    return (await events()).filter(({ id }) => !known.has(id));
  };
  return { server, development, root, send, expect, refused, linkOf, auditOf, close: () => server.close() };
}

/** The least that a profile of each type needs. */
export const leastProfiles = {
  iosVpnConfiguration: {
    '@odata.type': '#microsoft.graph.iosVpnConfiguration',
    displayName: 'VPN',
    connectionName: 'VPN',
    server: { address: 'vpn.example.com' },
  },
  iosEnterpriseWiFiConfiguration: {
    '@odata.type': '#microsoft.graph.iosEnterpriseWiFiConfiguration',
    displayName: 'Wi-Fi',
    networkName: 'Wi-Fi',
    ssid: 'example',
  },
  iosEasEmailProfileConfiguration: {
    '@odata.type': '#microsoft.graph.iosEasEmailProfileConfiguration',
    displayName: 'E-mail',
    accountName: 'E-mail',
    hostName: 'mail.example.com',
  },
  iosDerivedCredentialAuthenticationConfiguration: {
    '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration',
    displayName: 'App authentication',
  },
  iosWiFiConfiguration: {
    '@odata.type': '#microsoft.graph.iosWiFiConfiguration',
    displayName: 'Wi-Fi',
    networkName: 'Wi-Fi',
    ssid: 'example',
  },
  iosikEv2VpnConfiguration: {
    '@odata.type': '#microsoft.graph.iosikEv2VpnConfiguration',
    displayName: 'VPN',
    connectionName: 'VPN',
    server: { address: 'vpn.example.com' },
    remoteIdentifier: 'vpn.example.com',
  },
  iosTrustedRootCertificate: {
    '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
    displayName: 'Root',
    trustedRootCertificate: 'MIIBszCCAVk',
  },
  iosImportedPFXCertificateProfile: {
    '@odata.type': '#microsoft.graph.iosImportedPFXCertificateProfile',
    displayName: 'Imported certificates',
  },
  iosPkcsCertificateProfile: {
    '@odata.type': '#microsoft.graph.iosPkcsCertificateProfile',
    displayName: 'Certificates',
    certificateTemplateName: 'Users',
    certificationAuthority: 'ca.example.com',
    certificationAuthorityName: 'Example CA',
  },
  iosScepCertificateProfile: {
    '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
    displayName: 'Certificates',
  },
  androidDeviceOwnerVpnConfiguration: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerVpnConfiguration',
    displayName: 'VPN',
    connectionName: 'VPN',
  },
  androidDeviceOwnerWiFiConfiguration: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerWiFiConfiguration',
    displayName: 'Wi-Fi',
    networkName: 'Wi-Fi',
    ssid: 'example',
  },
  androidDeviceOwnerEnterpriseWiFiConfiguration: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration',
    displayName: 'Wi-Fi',
    networkName: 'Wi-Fi',
    ssid: 'example',
  },
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerDerivedCredentialAuthenticationConfiguration',
    displayName: 'App authentication',
  },
  androidDeviceOwnerTrustedRootCertificate: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerTrustedRootCertificate',
    displayName: 'Root',
    trustedRootCertificate: 'MIIBszCCAVk',
  },
  androidDeviceOwnerImportedPFXCertificateProfile: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerImportedPFXCertificateProfile',
    displayName: 'Imported certificates',
  },
  androidDeviceOwnerPkcsCertificateProfile: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerPkcsCertificateProfile',
    displayName: 'Certificates',
    certificateTemplateName: 'Users',
    certificationAuthority: 'ca.example.com',
    subjectNameFormatString: 'CN={{UserName}}',
  },
  androidDeviceOwnerScepCertificateProfile: {
    '@odata.type': '#microsoft.graph.androidDeviceOwnerScepCertificateProfile',
    displayName: 'Certificates',
  },
} as const;

export const leastSettings = { displayName: 'Derived credentials', issuer: 'intercede' } as const;

/** The least that a profile needs to which others can refer. */
export const leastRootCertificate = {
  '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
  displayName: 'Root',
  trustedRootCertificate: 'AQID',
  certFileName: 'root.cer',
} as const;
