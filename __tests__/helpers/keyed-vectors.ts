import { verify, WebhookError, type Provider, type Webhook } from 'hooklatch';
import { send, startGuard } from './http';
import { rawVectors } from './vectors';

export type Keys = Readonly<Record<string, unknown>>;

/** A vector whose secret is more than a text. */
export interface KeyedVector {
  readonly id: string;
  readonly scheme: string;
  readonly method: string;
  readonly url: string | undefined;
  readonly secret: string | Keys;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid' | 'either';
}

/** The options of a receiver for one sender, from the secret of its vectors. */
export interface Setting {
  readonly provider: Provider;
  readonly secret: string;
}

export function vectorsOf(schemes: readonly string[]): readonly KeyedVector[] {
  return rawVectors.filter(({ scheme }) => schemes.includes(scheme)) as unknown as readonly KeyedVector[];
}

export async function judge(
  vector: KeyedVector,
  { provider, secret }: Setting,
): Promise<Webhook | undefined> {
  const { method, headers, body, now, url } = vector;
  const delivery = { method, url: '/hook', headers, body: Buffer.from(body) };
  try {
    return await verify(delivery, { provider, secret, now, publicUrl: url });
  } catch (error) {
    if (error instanceof WebhookError && error.status === provider.refusal.status) return undefined;
    throw error;
  }
}

/** Runs the vectors of some schemes, directly and over HTTP; `taken` names those that may be either and are let in. */
export function runVectors(
  schemes: readonly string[],
  taken: readonly string[],
  settingFor: (vector: KeyedVector) => Setting,
): void {
  const vectors = vectorsOf(schemes);
  const rows = vectors.map((vector) => {
    const isTaken = vector.expect === 'valid' || (vector.expect === 'either' && taken.includes(vector.id));
    return [vector.id, isTaken, vector] as const;
  });

  it('are there for each scheme, valid and invalid ones', () => {
    for (const scheme of schemes) {
      const verdicts = vectors
        .filter((vector) => vector.scheme === scheme)
        .map(({ expect: verdict }) => verdict);
      expect(verdicts).toEqual(expect.arrayContaining(['valid', 'invalid']));
    }
  });

  it('leave open what is decided here', () => {
    const open = vectors.filter((vector) => vector.expect === 'either').map(({ id }) => id);
    expect(taken.filter((id) => !open.includes(id))).toEqual([]);
  });

  it.each(rows)('%s is authentic: %s', async (_id, verified, vector) => {
    expect((await judge(vector, settingFor(vector)))?.verified === true).toBe(verified);
  });

  it.each(rows)('%s is let in over HTTP: %s', async (_id, verified, vector) => {
    const { provider, secret } = settingFor(vector);
    const { method, headers, body, now, url = 'https://example.org/' } = vector;
    const { origin, pathname, search } = new URL(url);
    const { port } = await startGuard({ provider, secret, publicUrl: origin, clock: () => now });
    const answer = await send(port, { method, path: pathname + search, headers, body });
    const isSent = provider.methods.some((known) => known === method);
    expect(answer.status).toBe(verified ? 200 : isSent ? provider.refusal.status : 403);
  });
}
