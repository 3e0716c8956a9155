import type { IncomingMessage } from 'node:http';
import { findApp } from './bare-request';
import { listNames, OURS, readStack } from './router-stack';

const PARSERS: Readonly<Record<string, string>> = {
  jsonParser: 'express.json()',
  urlencodedParser: 'express.urlencoded()',
  textParser: 'express.text()',
  rawParser: 'express.raw()',
  multerMiddleware: 'multer',
};
// Of Express 4 itself.
const EXPRESS_OWN = ['query', 'expressInit'];
const MOST_NAMES = 8;

const FIX =
  'Mount the webhook route before express.json() and other body parsers, or keep the bytes: ' +
  "import { keepRawBody } from 'hooklatch' and use app.use(keepRawBody.json()) in place of express.json(), or " +
  'express.json({ verify: keepRawBody })';
const PLATFORM_FIX =
  'Switch off the parser of the platform for this route: in an API route of Next.js by ' +
  'export const config = { api: { bodyParser: false } }; or hand the bytes to verify(). In a test, give the body as ' +
  'a Buffer or as text';

/** Says that the exact bytes of a body are gone, by whom, and how to have them. */
export function describeConsumedBody(req: IncomingMessage): string {
  const app = findApp(req);
  const culprit = app === undefined ? '' : nameCulprit(app);
  return (
    `the body was read and parsed before hooklatch${culprit}, so its exact bytes are gone. ` +
    (app === undefined ? PLATFORM_FIX : FIX)
  );
}

/** The parsers that stand in front of the last guard; where none is known by its name, all that stands there. */
function nameCulprit(app: object): string {
  const names = listNames(readStack(app));
  const last = names.map((name) => OURS.test(name)).lastIndexOf(true);
  const before = names.slice(0, last === -1 ? undefined : last).filter((name) => !OURS.test(name));
  const parsers = before.flatMap((name) => (Object.hasOwn(PARSERS, name) ? [PARSERS[name]] : []));
  if (parsers.length > 0) return `, by ${[...new Set(parsers)].join(' or ')} in front of it`;
  const others = [...new Set(before)].filter((name) => !EXPRESS_OWN.includes(name)).slice(-MOST_NAMES);
  return others.length === 0 ? '' : `, by one of the middlewares in front of it (${others.join(', ')})`;
}
