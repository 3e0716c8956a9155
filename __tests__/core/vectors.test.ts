import { verify, verifySync, WebhookError } from 'hooklatch';
import { moreProviders } from '../support/more-providers';
import { deliveryOf, settingsOf, vectors, vectorsOf, type Vector } from '../support/vectors';

type Verdict = 'valid' | 'invalid';

function verdictOf(vector: Vector): Verdict {
  try {
    verifySync(deliveryOf(vector), settingsOf(vector));
    return 'valid';
  } catch (error) {
    return refusal(error);
  }
}

async function asyncVerdictOf(vector: Vector): Promise<Verdict> {
  try {
    await verify(deliveryOf(vector), settingsOf(vector));
    return 'valid';
  } catch (error) {
    return refusal(error);
  }
}

// Whatever is not a refusal is a failure of the test.
function refusal(error: unknown): Verdict {
  if (error instanceof WebhookError && error.status === error.statusCode) return 'invalid';
  throw error;
}

const allowed = ({ expect: verdict }: Vector): readonly Verdict[] =>
  verdict === 'either' ? ['valid', 'invalid'] : [verdict];

const table = (list: readonly Vector[]): [string, Vector][] => list.map((vector) => [vector.id, vector]);

describe('vectors of the providers', () => {
  it('has valid and invalid ones for each provider', () => {
    const schemes = new Set(vectors.map(({ scheme }) => scheme));
    // The legacy token of FastComments has no published delivery.
    expect(schemes.size).toBe(9);
    for (const scheme of schemes) {
      const verdicts = vectors.filter((vector) => vector.scheme === scheme).map((vector) => vector.expect);
      expect(verdicts).toEqual(expect.arrayContaining(['valid', 'invalid']));
    }
  });

  it.each(table(vectors))('%s', async (_id, vector) => {
    expect(allowed(vector)).toContain(verdictOf(vector));
    expect(await asyncVerdictOf(vector)).toBe(verdictOf(vector));
  });
});

describe('vectors of senders that the tests describe', () => {
  const more = vectorsOf(moreProviders);

  it('has a vector for each description', () => {
    expect(new Set(more.map(({ scheme }) => scheme))).toEqual(new Set(Object.keys(moreProviders)));
  });

  it.each(table(more))('%s', async (_id, vector) => {
    expect(allowed(vector)).toContain(verdictOf(vector));
    expect(await asyncVerdictOf(vector)).toBe(verdictOf(vector));
  });
});
