// Audit events, brought to where they are to be kept: a file, or syslog.
import { join } from 'node:path';
import type { Destination } from './destination.js';
import { openFileDestination } from './file-destination.js';
import { openSyslogDestination } from './syslog-destination.js';

export { startAuditExport } from './exporter.js';

/**
 * `syslog+tcp://host:port`, `syslog+tls://host:port`, or a file's path; `folder` is where positions are kept that have no file of
 * their own. Refuses (Error) any other URL.
 */
export async function openDestination(target: string, folder: string): Promise<Destination> {
  const scheme = /^([a-z+]+):\/\//i.exec(target)?.[1]?.toLowerCase();
  if (scheme === undefined) return openFileDestination(target);
  const url = URL.canParse(target) ? new URL(target) : undefined;
  const secure = scheme === 'syslog+tls';
  if (!url || (scheme !== 'syslog+tcp' && !secure) || url.hostname === '' || !/^\/?$/.test(url.pathname)) {
    throw new Error(
      `--audit-export is '${target}'; it must be a file, syslog+tcp://host:port or syslog+tls://host:port`,
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port || (secure ? 6514 : 601));
  return openSyslogDestination({ secure, host, port }, join(folder, 'audit-export.position'));
}
