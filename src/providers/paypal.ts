import type { X509Certificate } from 'node:crypto';
import { crc32 } from '../core/crc32';
import { decodeBase64 } from '../core/encoding';
import { headerText } from '../core/headers';
import type { Provider } from '../core/provider';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { fetchPem, makeCertificates, type FetchCertificate } from '../keys/certificate-keys';
import { A_FUNCTION, checkOptions, integerBetween, type OptionChecks } from '../options';
import { makeFetchedKeysProvider } from './fetched-keys';

export interface PaypalOptions {
  /** Gets the certificate at an address of PayPal's. @default by HTTPS, without redirects */
  readonly fetchCertificate?: FetchCertificate | undefined;
  /** How long that may take; it must be below the option `secretTimeoutMs`. @default 4000 */
  readonly certificateTimeoutMs?: number | undefined;
}

const OPTIONS: OptionChecks = {
  fetchCertificate: A_FUNCTION,
  certificateTimeoutMs: integerBetween(1, 60_000, 'milliseconds'),
};
// The whole address, letter for letter.
const CERTIFICATE =
  /^https:\/\/api(?:-m)?(?:\.sandbox)?\.paypal\.com\/v1\/notifications\/certs\/CERT-[A-Za-z0-9-]{1,128}$/;
const SUBJECT = /^CN=messageverificationcerts(?:\.[a-z]+)?\.paypal\.com$/m;
const VISIBLE = /^[\x21-\x7b\x7d\x7e]+$/;
const SAMPLE = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-sample';

/** PayPal with settings of your own; `paypal` is the same without any. */
export function makePaypal(options: PaypalOptions = {}): Provider {
  const { fetchCertificate = fetchPem, certificateTimeoutMs = 4000 } = checkOptions(
    'makePaypal()',
    options,
    OPTIONS,
  );
  const certificates = makeCertificates(fetchCertificate, certificateTimeoutMs);
  return makeFetchedKeysProvider({
    name: 'paypal',
    group: 'payments',
    docs: 'https://developer.paypal.com/api/rest/webhooks/rest/',
    about: {
      signed: 'transmission id + time + webhook id + CRC32 of the body',
      notSigned: 'method, address; the CRC32 stands for the body, and other bodies have the same one',
    },
    headers: ['Id', 'Time', 'Sig']
      .map((name) => `PayPal-Transmission-${name}`)
      .concat('PayPal-Cert-Url', 'PayPal-Auth-Algo'),
    keyType: 'rsa',
    digest: 'sha256',
    owner: VISIBLE,
    async listKeys(address) {
      const certificate = await certificates.find(address);
      const isPayPals = certificate !== undefined && SUBJECT.test(certificate.subject);
      return isPayPals && isValid(certificate) ? [certificate.publicKey] : [];
    },
    readSignature(delivery) {
      const name = headerText(delivery, 'paypal-cert-url');
      const bytes = decodeBase64(headerText(delivery, 'paypal-transmission-sig'));
      const id = headerText(delivery, 'paypal-transmission-id');
      const timestamp = parseTimestamp(headerText(delivery, 'paypal-transmission-time'), 'rfc3339');
      const isKnown = headerText(delivery, 'paypal-auth-algo') === 'SHA256withRSA' && CERTIFICATE.test(name);
      if (!isKnown || bytes === undefined || !VISIBLE.test(id) || Number.isNaN(timestamp)) return undefined;
      return { name, bytes, facts: { timestamp, id } };
    },
    writeSigned(delivery, owner) {
      const [id, time] = ['id', 'time'].map((name) => headerText(delivery, `paypal-transmission-${name}`));
      return Buffer.from([id, time, owner, crc32(delivery.body)].join('|'));
    },
    writeHeaders: (bytes, { now, keyName }) => ({
      'PayPal-Transmission-Id': `sample-${now}`,
      'PayPal-Transmission-Time': formatTimestamp(now, 'rfc3339'),
      'PayPal-Cert-Url': keyName === 'default' ? SAMPLE : keyName,
      'PayPal-Auth-Algo': 'SHA256withRSA',
      'PayPal-Transmission-Sig': bytes.toString('base64'),
    }),
    // It tries for three days; whether a later try is dated anew is not known, so it is taken for one that is not.
    toleranceSeconds: 259_200,
    event: { body: 'event_type' },
    methods: ['POST'],
    duplicates: { key: 'id', ttlSeconds: 345_600 },
    retries: { hours: 72, signed: 'once', source: 'https://developer.paypal.com/api/rest/webhooks/' },
  });
}

/**
 * PayPal: RSA by the key of a certificate, whose address must be one of PayPal's. The option `secret` is the webhook id,
 * which tells your deliveries from those of other receivers. Only the CRC32 of the body is signed: who has seen one
 * delivery can make another body that fits, so ask PayPal for the resource before you act on it.
 */
export const paypal = makePaypal();

function isValid({ validFrom, validTo }: X509Certificate): boolean {
  const now = Date.now();
  return now >= Date.parse(validFrom) && now <= Date.parse(validTo);
}
