import { providers } from 'hooklatch';
import { ERROR_CODES, getStatus, type WebhookErrorCode } from '../../src/errors';
import { readPage } from '../helpers/snippets';

const page = readPage('docs/errors.md');
const [intro = '', ...sections] = page.split(/^## /m);
const codes = Object.keys(ERROR_CODES) as WebhookErrorCode[];

/** What goes out for a code, by what the providers want; the usual first. */
function statusesOf(code: WebhookErrorCode): readonly number[] {
  const all = [{ status: 401 }, ...Object.values(providers).map(({ refusal }) => refusal)];
  const statuses = new Set(all.map((refusal) => getStatus(code, refusal)));
  // The one error with a status of its own: requireHttps() asks the sender to try again.
  if (code === 'ERR_WEBHOOK_SETUP') statuses.add(503);
  return [...statuses];
}

describe('docs/errors.md', () => {
  it('has a section for each code, in the order of the table, and no other', () => {
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(codes);
  });

  it.each(codes.map((code, index) => [code, index] as const))(
    'names message and status of %s',
    (code, index) => {
      const section = sections[index]!;
      expect(section).toContain(`\n_${ERROR_CODES[code].message}_\n`);
      const [, statuses = ''] = /^Status: (.*)$/m.exec(section) ?? [];
      expect([...statuses.matchAll(/\d+/g)].map(Number)).toEqual(statusesOf(code));
      for (const part of ['Usual causes', 'Fix: ']) expect(section).toContain(`\n${part}`);
    },
  );

  it('names the providers whose refusals are uniform', () => {
    const uniform = Object.values(providers).filter(({ refusal }) => refusal.uniform === true);
    expect(intro).toContain(
      `${uniform.map(({ name }) => `\`${name}\``).join(' and ')} want uniform refusals`,
    );
  });
});
