// What a tenant has, as text: the same before and after whatever was refused.
import type { Session } from '../http/session.js';

export async function keptBy(session: Session): Promise<string> {
  const paths = ['derivedCredentials', 'deviceConfigurations', 'deviceConfigurations?$expand=assignments/$ref', 'auditEvents?$count=true']; // biome-ignore format: a table
  const answers = await Promise.all(paths.map((path) => session.send('GET', path)));
  return answers.map(({ status, text }) => `${status} ${text}`).join('\n');
}
