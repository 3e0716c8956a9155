import { makeCircle, makeEbay, makeFal, makePaypal } from 'hooklatch';
import { runVectors, type KeyedVector, type Keys, type Setting } from '../../helpers/keyed-vectors';

const SETTINGS: Readonly<Record<string, (secret: Keys) => Setting>> = {
  circle: ({ keys }) => ({
    provider: makeCircle({ fetchKey: (id) => (keys as Record<string, string>)[id] }),
    secret: 'TEST_API_KEY:0123456789',
  }),
  ebay: ({ keys }) => ({
    provider: makeEbay({ fetchKey: (id) => (keys as Record<string, string>)[id] }),
    secret: 'client-id:client-secret',
  }),
  fal: ({ keys }) => ({ provider: makeFal({ fetchKeys: () => JSON.stringify({ keys }) }), secret: 'u1' }),
  paypal: ({ webhookId, certs }) => ({
    provider: makePaypal({ fetchCertificate: (url) => (certs as Record<string, string>)[url] }),
    secret: String(webhookId),
  }),
};

const settingFor = ({ scheme, secret }: KeyedVector): Setting => SETTINGS[scheme]!(secret as Keys);

describe('the vectors of senders that sign data', () => {
  // As a number with a sign the CRC is the same where its first bit is not set.
  runVectors(['circle', 'ebay', 'fal', 'paypal'], ['paypal/signed-crc'], settingFor);
});
