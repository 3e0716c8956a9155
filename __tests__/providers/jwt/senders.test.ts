import {
  makeAzureEventGridEntra,
  makeFireblocksV2,
  makeFusionauth,
  makeGeminiDynamic,
  makeGooglePubsub,
  makeKinde,
  makePlaid,
  makeSaleor,
  makeTruelayer,
  providers,
} from 'hooklatch';
import { runVectors, type KeyedVector, type Keys, type Setting } from '../../helpers/keyed-vectors';

const SCHEMES = [
  ...['bird', 'fusionauth', 'gemini-dynamic', 'google-pubsub', 'kinde', 'livekit', 'monday', 'netlify'],
  ...['plaid', 'qstash', 'saleor', 'truelayer', 'vonage', 'wix'],
  ...['atlassian-connect', 'azure-event-grid-entra', 'fireblocks-v2'],
];
// A shared secret in the vectors signs by any hash; a provider here names those that its sender uses. A line end behind
// the token, and a token without its end, are not what the sender sends. The body may change where no token covers it.
const TAKEN = [
  'atlassian-connect/body-changed',
  'atlassian-connect/other-order',
  'azure-event-grid-entra/body-changed',
  'bird/other-hash',
  'gemini-dynamic/body-changed',
  'google-pubsub/body-changed',
  'monday/body-changed',
  'saleor/payload-encoded',
];

const keySet = (keys: Keys): string => JSON.stringify({ keys: Object.values(keys) });

const WITH_KEYS: Readonly<Record<string, (keys: Keys, secret: Keys) => Setting>> = {
  'azure-event-grid-entra': (keys, { owner }) => ({
    provider: makeAzureEventGridEntra({ fetchKeys: () => keySet(keys) }),
    secret: String(owner),
  }),
  'fireblocks-v2': (keys) => ({
    provider: makeFireblocksV2({ fetchKeys: () => keySet(keys) }),
    secret: 'keys',
  }),
  fusionauth: (keys) => ({
    provider: makeFusionauth({ fetchKeys: () => keySet(keys) }),
    secret: 'https://auth.example.org',
  }),
  'gemini-dynamic': (keys, { audience }) => ({
    provider: makeGeminiDynamic({ fetchKeys: () => keySet(keys) }),
    secret: String(audience),
  }),
  'google-pubsub': (keys, { audience, email }) => ({
    provider: makeGooglePubsub({ fetchKeys: () => keySet(keys), audience: String(audience) }),
    secret: String(email),
  }),
  kinde: (keys) => ({
    provider: makeKinde({ fetchKeys: () => keySet(keys) }),
    secret: 'https://yours.kinde.com',
  }),
  plaid: (keys) => ({
    provider: makePlaid({
      fetchKey: (id) => (keys[id] === undefined ? undefined : JSON.stringify(keys[id])),
    }),
    secret: '5f2e2d0b8c9d:3a1e5c7f9b',
  }),
  saleor: (keys) => ({
    provider: makeSaleor({ fetchKeys: () => keySet(keys) }),
    secret: 'https://x.saleor.cloud',
  }),
  truelayer: (keys) => ({
    provider: makeTruelayer({ fetchKeys: () => keySet(keys) }),
    secret: 'production',
  }),
};

function settingFor({ scheme, secret }: KeyedVector): Setting {
  if (typeof secret === 'string') return { provider: providers[scheme]!, secret };
  const { apiKey, apiSecret, keys } = secret;
  if (scheme === 'livekit') return { provider: providers.livekit!, secret: [apiKey, apiSecret].join(':') };
  return WITH_KEYS[scheme]!(keys as Keys, secret);
}

describe('the vectors of senders of tokens', () => {
  runVectors(SCHEMES, TAKEN, settingFor);
});
