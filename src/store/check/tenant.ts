// Verifies what a store keeps of one tenant.
import type { EntitySet } from '../../edm/index.js';
import { assignments, auditEvents, derivedCredentials, deviceConfigurations } from '../../model/index.js';
import type { Stored } from '../../plan/index.js';
import { findBreak, linkOf, startingWith } from '../audit-break.js';
import { beginning } from '../audit-chain.js';
import type { Cells } from '../table-pages.js';
import { checkDirectoryRow, directoryTables } from './directory.js';
import { checkVersion, readEntity } from './entity.js';
import { type History, openHistory } from './history.js';
import { checkLinks } from './links.js';
import type { Judge, Report } from './report.js';
import type { StoreRows } from './store-rows.js';

type Say = (key: string, text: string) => void;

export async function checkTenant(tenant: string, rows: StoreRows, judge: Judge, report: Report): Promise<void> {
  const sayOf =
    (table: string): Say =>
    (key, text) =>
      report({ table, key: table === 'tenants' ? tenant : `${tenant}/${key}`, text });
  const read = (set: EntitySet, row: Cells, say: (text: string) => void): Stored | undefined => {
    const stored = readEntity(set, row, say);
    if (stored) judge(set, stored).forEach(say);
    return stored;
  };
  const history = openHistory();
  const exists = await checkTenantRow(tenant, rows, history, report);

  for (const table of directoryTables) {
    for await (const row of rows[table].of(tenant)) {
      const say = (text: string): void => sayOf(table)(String(row.id), text);
      if (!exists) say('its tenant does not exist');
      checkDirectoryRow(table, row, say);
      history.object(table, String(row.id), Number(row.version));
    }
  }
  const settings = new Set<string>();
  const profiles = new Map<string, Pick<Stored, 'type' | 'links'> | undefined>();
  for (const [table, set] of [
    ['derived_credential_settings', derivedCredentials],
    ['device_configurations', deviceConfigurations],
  ] as const) {
    for await (const row of rows[table].of(tenant)) {
      const id = String(row.id);
      const say = (text: string): void => sayOf(table)(id, text);
      if (!exists) say('its tenant does not exist');
      const stored = read(set, row, say);
      if (set === derivedCredentials) settings.add(id);
      else profiles.set(id, stored && { type: stored.type, links: stored.links });
      history.object(table, id, Number(row.version));
    }
  }
  // Rule 1.
  if (settings.size > 1) {
    for (const id of settings) sayOf('derived_credential_settings')(id, `it is one of ${settings.size} of its tenant`);
  }
  const links = rows.device_configuration_links.of(tenant);
  await checkLinks({ settings, profiles }, links, sayOf('device_configurations'), sayOf('device_configuration_links'));
  for await (const row of rows.device_configuration_assignments.of(tenant)) {
    const { device_configuration_id: owner, position } = row;
    const say = (text: string): void => sayOf('device_configuration_assignments')(`${owner}/${position}`, text);
    if (!profiles.has(String(owner))) say('its profile does not exist');
    read(assignments, row, say);
  }
  await checkAudit(tenant, rows, history, read, sayOf);
}

/** Whether the tenant exists. */
async function checkTenantRow(tenant: string, rows: StoreRows, history: History, report: Report): Promise<boolean> {
  let exists = false;
  for await (const row of rows.tenants.of(tenant)) {
    exists = true;
    checkVersion(row, (text) => report({ table: 'tenants', key: tenant, text }));
    history.object('tenants', tenant, Number(row.version));
  }
  return exists;
}

async function checkAudit(
  tenant: string,
  rows: StoreRows,
  history: History,
  read: (set: EntitySet, row: Cells, say: (text: string) => void) => Stored | undefined,
  sayOf: (table: string) => Say,
): Promise<void> {
  const say = sayOf('audit_events');
  let head: Cells | undefined;
  for await (const row of rows.audit_heads.of(tenant)) head = row;
  const readable = async function* (): AsyncGenerator<Cells> {
    for await (const row of rows.audit_events.of(tenant)) {
      const stored = read(auditEvents, row, (text) => say(String(row.position), text));
      if (stored) history.event(String(row.position), stored);
      yield row;
    }
  };
  const events = readable();
  const { value: first } = await events.next();
  const cut = first ? linkOf(first).position - 1 : 0;
  if (cut > 0 && !(await isSealed(cut, rows.audit_seals.of(tenant)))) {
    say(`${cut}`, 'it and all before are gone, and it was not sealed');
  }
  // The hash before a cut is in a seal, which `offshoot audit verify` reads.
  const base = cut > 0 && first ? linkOf(first) : beginning;
  const found = await findBreak(base, cut > 0 || !first ? events : startingWith(first, events), head && linkOf(head));
  if (found) say(String(found.position), found.text);
  // What stands behind the break is no less an event.
  for await (const _ of events);
  for (const { table, key, text } of history.violations(cut === 0)) sayOf(table)(key, text);
}

async function isSealed(position: number, seals: AsyncIterable<Cells>): Promise<boolean> {
  let found = false;
  for await (const seal of seals) found ||= Number(seal.position) === position;
  return found;
}
