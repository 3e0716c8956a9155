import * as hooklatch from 'hooklatch';
import { providers, type Provider } from 'hooklatch';
import { planOf } from '../../src/core/plan';

const list = Object.values(providers);
const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

describe('providers', () => {
  it('has all by name, and cannot be changed', () => {
    expect(Object.keys(providers)).toEqual([
      'fastcomments',
      'fastcomments-agent',
      'fastcomments-legacy',
      'github',
      'medplum',
      'medplum-subscription',
      'slack',
      'standard-webhooks',
      'stripe',
      'telehealth',
    ]);
    expect(Object.isFrozen(providers)).toBe(true);
    expect(Object.entries(providers).every(([name, provider]) => provider.name === name)).toBe(true);
  });

  it.each(list)('exports $name in camel case too', (provider) => {
    expect((hooklatch as Record<string, unknown>)[camelCase(provider.name)]).toBe(provider);
  });

  it.each(list)('says where $name is documented, and how it is refused', (provider) => {
    expect(new URL(provider.docs!).protocol).toBe('https:');
    expect([401, 403]).toContain(provider.refusal.status);
    expect(planOf(provider).provider).toBe(provider);
  });

  it('knows what each sender signs, by what, and how long it lasts', () => {
    const facts = ({ algorithm, signed, timestamp }: Provider): string =>
      [algorithm, signed.join(''), timestamp?.unit ?? '-', timestamp?.toleranceSeconds ?? '-'].join(' ');
    expect(Object.fromEntries(list.map((provider) => [provider.name, facts(provider)]))).toEqual({
      fastcomments: 'hmac-sha256 {timestamp}.{body} seconds 300',
      'fastcomments-agent': 'hmac-sha256 {timestamp}.{body} milliseconds 300',
      'fastcomments-legacy': 'token  - -',
      github: 'hmac-sha256 {body} - -',
      medplum: 'hmac-sha256 {timestamp}.{body} milliseconds 300',
      'medplum-subscription': 'hmac-sha256 {body} - -',
      slack: 'hmac-sha256 v0:{timestamp}:{body} seconds 300',
      'standard-webhooks': 'hmac-sha256 {id}.{timestamp}.{body} seconds 300',
      stripe: 'hmac-sha256 {timestamp}.{body} seconds 300',
      telehealth: 'hmac-sha256 {body} - -',
    });
  });

  it('knows how each sender wants refusals', () => {
    const refusals = list.map(({ name, refusal }) => [name, refusal]);
    const uniform = { status: 403, uniform: true };
    expect(Object.fromEntries(refusals)).toEqual({
      ...Object.fromEntries(list.map(({ name }) => [name, { status: 401 }])),
      medplum: uniform,
      'medplum-subscription': uniform,
    });
  });

  it('knows the methods of each sender', () => {
    const methods = Object.fromEntries(list.map((provider) => [provider.name, provider.methods]));
    expect(methods).toEqual({
      ...Object.fromEntries(list.map(({ name }) => [name, ['POST']])),
      fastcomments: ['PUT', 'POST', 'DELETE'],
      'fastcomments-agent': ['POST', 'PUT'],
      'fastcomments-legacy': ['PUT', 'POST', 'DELETE'],
    });
  });

  it('has the same events for FastComments, signed or not', () => {
    const { fastcomments, 'fastcomments-legacy': legacy } = providers;
    expect(legacy!.events).toEqual(fastcomments!.events);
    expect(fastcomments!.events).toEqual({
      create: ['PUT', 'POST'],
      update: ['PUT', 'POST'],
      delete: ['DELETE', 'POST', 'PUT'],
    });
  });
});
