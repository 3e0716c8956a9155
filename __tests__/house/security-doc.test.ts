import { providers, sign, verifySync, type Provider } from 'hooklatch';
import { readPage, rowsOf } from '../support/snippets';

const page = readPage('docs/security.md');
const all = Object.values(providers);

// Both tables begin with the same heading; the second is in the part about duplicates.
const covered = rowsOf(page, 'provider');
const remembered = rowsOf(page.slice(page.indexOf('\n## Duplicates')), 'provider');

function signedContent({ signed }: Provider): string {
  const parts = signed.map((part) => (part.startsWith('{') ? part.slice(1, -1) : `\`${part}\``));
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Where a fact is, the body first, and whether it is signed there. */
function placesOf(fact: Provider['event'], inBody: boolean, inHeader: boolean): string {
  const place = (kind: string, name: string, signed: boolean): string =>
    `${kind} \`${name}\`, ${signed ? 'signed' : 'unsigned'}`;
  const body = fact?.body === undefined ? [] : [place('body', fact.body, inBody)];
  const headers = [fact?.header ?? []].flat().map((name) => place('header', name, inHeader));
  return [...body, ...headers].join('; else ') || 'none';
}

function signedTime({ timestamp }: Provider): string {
  return timestamp === undefined ? 'none' : `${timestamp.unit}, ±${timestamp.toleranceSeconds} s`;
}

function knownBy({ duplicates, timestamp }: Provider): string {
  if (duplicates === false) return 'nothing';
  const content = timestamp === undefined ? 'body' : 'timestamp and body';
  const unsigned = (duplicates.also ?? []).map((name) => `\`${name}\``).join(', ');
  const known = duplicates.key === 'id' ? `id, else ${content}` : content;
  return unsigned === '' ? known : `${known}, and unsigned ${unsigned}`;
}

function rememberedFor({ duplicates, timestamp }: Provider): string {
  if (duplicates === false) return '–';
  if (timestamp !== undefined && duplicates.key === 'signed') return 'while fresh';
  return `${(duplicates.ttlSeconds ?? 86_400) / 3600} h`;
}

describe('docs/security.md', () => {
  it('has a row for each provider in both tables', () => {
    const names = Object.keys(providers).map((name) => `\`${name}\``);
    expect(covered.map(([name]) => name)).toEqual(names);
    expect(remembered.map(([name]) => name)).toEqual(names);
  });

  it.each(all.map((provider, index) => [provider.name, provider, index] as const))(
    'says what of %s is signed, as its definition does',
    (_name, provider, index) => {
      const { signed, event, id } = provider;
      const inBody = signed.includes('{body}');
      expect(covered[index]!.slice(1)).toEqual([
        signedContent(provider),
        placesOf(event, inBody, false),
        placesOf(id, inBody, signed.includes('{id}')),
        signedTime(provider),
      ]);
      // The page says so of all of them.
      expect(signed).not.toContain('{method}');
      expect(signed).not.toContain('{url}');
    },
  );

  it.each(all.map((provider, index) => [provider.name, provider, index] as const))(
    'says how copies of %s are known, as its definition does',
    (_name, provider, index) => {
      expect(remembered[index]!.slice(1)).toEqual([knownBy(provider), rememberedFor(provider)]);
    },
  );

  it.each(all.map((provider, index) => [provider.name, provider, index] as const))(
    'says of %s what a delivery says',
    (_name, provider, index) => {
      const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      // Named in the body where the provider has it there.
      const body = Buffer.from(
        JSON.stringify({ event: 'made', type: 'made', id: '1', event_id: '1' }).replace(
          '"made"',
          provider.event?.body === 'event.type' ? '{"type":"made"}' : '"made"',
        ),
      );
      const headers = sign(provider, { secret, event: 'made', id: '1' }, { body });
      const { trusted, timestamp } = verifySync(
        { method: 'POST', url: '/', headers, body },
        { provider, secret },
      );
      const [, , event = '', id = '', time] = covered[index]!;
      expect(trusted).toEqual({ event: event.includes(', signed'), id: id.includes(', signed') });
      expect(timestamp !== undefined).toBe(time !== 'none');
    },
  );
});
