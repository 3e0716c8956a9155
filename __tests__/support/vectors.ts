import all from '../vectors/vectors.json';
import { providers, type Provider } from 'hooklatch';

export interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly method: string;
  readonly url: string | undefined;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly now: number;
  readonly expect: 'valid' | 'invalid' | 'either';
  readonly provider: Provider;
}

/** The vectors whose scheme has a provider. */
export const vectors: readonly Vector[] = (all as readonly Record<string, unknown>[])
  .filter((vector) => Object.hasOwn(providers, vector.scheme as string))
  .map((vector) => ({
    ...(vector as unknown as Vector),
    provider: providers[vector.scheme as string]!,
    body:
      typeof vector.bodyBase64 === 'string'
        ? Buffer.from(vector.bodyBase64, 'base64')
        : Buffer.from(vector.body as string, 'utf8'),
  }));
