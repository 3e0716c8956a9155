import all from '../vectors/vectors.json';
import { providers, type Delivery, type Provider, type VerifySettings } from 'hooklatch';

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

/** The vectors of the schemes that the given providers describe, by name. */
export function vectorsOf(known: Readonly<Record<string, Provider>>): readonly Vector[] {
  return (all as readonly Record<string, unknown>[])
    .filter((vector) => Object.hasOwn(known, vector.scheme as string))
    .map((vector) => ({
      ...(vector as unknown as Vector),
      provider: known[vector.scheme as string]!,
      body:
        typeof vector.bodyBase64 === 'string'
          ? Buffer.from(vector.bodyBase64, 'base64')
          : Buffer.from(vector.body as string, 'utf8'),
    }));
}

/** The vectors whose scheme has a provider. */
export const vectors: readonly Vector[] = vectorsOf(providers);

/** What `verify` is told about a vector; the address where the scheme has one. */
export function settingsOf({ provider, secret, now, url }: Vector): VerifySettings {
  return { provider, secret, now, publicUrl: url };
}

/** The delivery of a vector. Its path is not the address that the sender signed: that is an option. */
export function deliveryOf({ method, headers, body }: Vector): Delivery {
  return { method, url: '/hook', headers, body };
}
