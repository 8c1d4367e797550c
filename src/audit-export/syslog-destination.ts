// Audit events as messages of syslog (RFC 5424), over TCP (RFC 6587) or TLS (RFC 5425).
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { AuditEntry } from '../store/index.js';
import { type Destination, lineOf, type Seal, sealLineOf } from './destination.js';
import { keepPositions, type Positions, readPositions } from './positions.js';

export interface SyslogAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** Facility 13, log audit; severity 6, informational. */
const priority = 13 * 8 + 6;
/** The number of nobody, for structured data of one's own (RFC 5612). */
const enterprise = 32473;
const patience = 10_000;

/**
 * Connects when there is something to send, and again after a break. Syslog has no acknowledgements: a message is out when the
 * operating system has taken it. `beside` is the file in which the positions are kept.
 */
export async function openSyslogDestination(address: SyslogAddress, beside: string): Promise<Destination> {
  const own = `${address.host}:${address.port}`;
  const kept = await readPositions<string>(beside);
  const positions: Positions = kept?.own === own ? kept.positions : new Map();
  let socket: Socket | undefined;

  const connected = async (): Promise<Socket> => {
    if (socket && !socket.destroyed && socket.writable) return socket;
    socket = await connect(address);
    return socket;
  };

  const send = async (messages: readonly string[]): Promise<void> => {
    const to = await connected();
    const bytes = Buffer.concat(messages.map(frameOf));
    await new Promise<void>((resolve, reject) => {
      to.once('error', reject);
      to.write(bytes, (error) => {
        to.off('error', reject);
        if (error) reject(error);
        else resolve();
      });
    }).catch((error) => {
      to.destroy();
      throw error;
    });
  };

  return {
    positions,
    async write(entries) {
      await send(entries.map(messageOf));
      for (const { tenantId, position, hash } of entries) positions.set(tenantId, { position, hash });
      await keepPositions(beside, { own, positions });
    },
    writeSeals: (seals) => send(seals.map(sealMessageOf)),
    async close() {
      if (!socket || socket.destroyed) return;
      // The other side closes when it has read everything.
      const closed = once(socket, 'close', { signal: AbortSignal.timeout(patience) }).catch(() => {});
      socket.end();
      await closed;
      socket.destroy();
    },
  };
}

async function connect({ secure, host, port }: SyslogAddress): Promise<Socket> {
  const socket = secure
    ? connectTls({ host, port, servername: host, minVersion: 'TLSv1.2' })
    : connectTcp({ host, port });
  // Nothing is read, and a break is noticed at the next message.
  socket.resume();
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
  socket.on('error', () => socket.destroy()).unref();
  return socket;
}

/** Counted in octets, so that a message may have any character. */
function frameOf(text: string): Buffer {
  const message = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

function messageOf(entry: AuditEntry): string {
  const { tenantId, position, hash, event } = entry;
  const data = `tenant="${tenantId}" position="${position}" hash="${hash}"`;
  return `${headerOf(String(event.activityDateTime), data)}${lineOf(entry)}`;
}

function sealMessageOf(seal: Seal): string {
  const { tenantId, position } = seal;
  return `${headerOf('-', `tenant="${tenantId}" position="${position}"`)}${sealLineOf(seal)}`;
}

/** Up to the text. */
function headerOf(instant: string, parameters: string): string {
  const time = instant.replace(/(\.\d{6})\d+Z$/, '$1Z');
  const host = hostname().replace(/[^\x21-\x7e]/g, '') || '-';
  // RFC 5424, section 6.4: UTF-8 begins with a byte order mark.
  return `<${priority}>1 ${time} ${host} offshoot ${process.pid} audit [offshoot@${enterprise} ${parameters}] \uFEFF`;
}
