import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { eventually } from '../helpers/http';
import { startTs } from '../helpers/run-ts';
import { answersIn, expectAnswer, statusIn, withoutDate } from './answers';
import {
  genuine,
  neverShown,
  piecesOf,
  secretFor,
  signatureName,
  without,
  type RawRequest,
} from './requests';
import type { Family, Row } from './row';
import { ROUTE_NAMES, routeOf, type RouteName } from './routes';
import { BODIES } from './rows/bodies';
import { FRAMING } from './rows/framing';
import { HEADERS } from './rows/headers';
import { METHODS_AND_TARGETS } from './rows/methods';
import { SIGNATURES } from './rows/signatures';
import { TIMESTAMPS } from './rows/timestamps';

const FAMILIES: readonly Family[] = [HEADERS, SIGNATURES, TIMESTAMPS, FRAMING, METHODS_AND_TARGETS, BODIES];

let receiver: ChildProcessWithoutNullStreams;
let port = 0;
/** All that the receiver has printed: what was handled and what was decided. */
const lines: string[] = [];
let errors = '';
/** The rows that may reach a handler. */
const accepted: string[] = [];
/** The constant refusal of a status. */
const refusals = new Map<number, string>();

beforeAll(async () => {
  const secrets = Object.fromEntries(ROUTE_NAMES.map((name) => [name, secretFor(name)]));
  receiver = startTs('__tests__/hostile/receiver-process.ts', [], { SECRETS: JSON.stringify(secrets) });
  receiver.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  createInterface(receiver.stdout).on('line', (line) => lines.push(line));
  await new Promise<void>((resolve, reject) => {
    receiver.once('exit', () => reject(new Error(errors)));
    receiver.stdout.once('data', () => resolve());
  });
  await eventually(() => lines[0] !== undefined);
  port = Number(lines[0]?.split(' ')[1]);
});

afterAll(async () => {
  if (receiver.exitCode !== null) return;
  receiver.kill();
  await once(receiver, 'close');
});

/** Writes pieces to a connection of its own, and gives all that comes back until it is closed. */
function exchange(pieces: readonly Buffer[], leaves?: Row['leaves']): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (leaves === 'has its answer' && text.endsWith('}\n')) socket.destroy();
    });
    // The other side may close while we write; what it has said until then counts.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text));
    const write = (index: number): void => {
      const piece = pieces[index];
      if (piece !== undefined) socket.write(piece, () => setImmediate(write, index + 1));
      else if (leaves === 'resets') socket.resetAndDestroy();
      else if (leaves === 'ends') socket.end();
    };
    socket.on('connect', () => write(0));
  });
}

/** The bytes of a request; a row that makes bytes of its own has no request line. */
const bytesOf = (request: RawRequest): readonly Buffer[] =>
  request.method === '' && request.version === '' && request.headers.length === 0
    ? request.body.map((piece) => Buffer.from(piece as string))
    : piecesOf(request);

async function refusalOf(route: RouteName): Promise<string> {
  const unsigned = without(genuine(route, 'unsigned').request, signatureName(route));
  return withoutDate(await exchange(bytesOf(unsigned)));
}

describe('every failed authentication', () => {
  it.each(ROUTE_NAMES)('is answered alike on the route %s', async (route) => {
    const { status } = routeOf(route).provider.refusal;
    const answer = await refusalOf(route);
    expect(statusIn(answer)).toBe(status);
    expect(answer).toBe(refusals.get(status) ?? answer);
    refusals.set(status, answer);
  });
});

describe.each(FAMILIES)('hostile %s', (name, rows) => {
  const titled = rows.map(
    (row, index) => [row.answer, `${row.route}: ${row.what}`, `${name[0]}${index}`, row] as const,
  );

  it.each(titled)('%s: %s', async (wanted, _title, id, { route, change, leaves }) => {
    const text = await exchange(bytesOf(change(genuine(route, id))), leaves);
    expectAnswer(text, wanted);
    if (wanted === 'authentication') {
      expect(withoutDate(text)).toBe(refusals.get(routeOf(route).provider.refusal.status));
    }
    if (statusIn(answersIn(text)[0]) === 200) accepted.push(id);
  });

  it.each(ROUTE_NAMES)('leave the route %s fit for a genuine delivery', async (route) => {
    const id = `${name[0]}-${route}`;
    expectAnswer(await exchange(bytesOf(genuine(route, id).request)), 'accepted');
    accepted.push(id);
    expect(receiver.exitCode).toBeNull();
  });
});

describe('all of that', () => {
  const rows = FAMILIES.flatMap(([, family]) => family);

  it('is at least 300 cases', () => {
    expect(rows.length).toBeGreaterThanOrEqual(300);
  });

  it('has let nothing that was refused reach a handler, then or later', async () => {
    const handled = (): readonly string[] =>
      lines.filter((line) => line.startsWith('handled ')).map((line) => line.split('row=')[1] ?? line);
    await eventually(() => handled().length >= accepted.length);
    expect([...handled()].sort()).toEqual([...accepted].sort());
    expect(receiver.exitCode).toBeNull();
    // It may warn the operator of a proxy; of anything else it would show a stack.
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it('has put no secret and no signature into a decision', () => {
    const decided = lines.filter((line) => line.startsWith('decided ')).join('\n');
    expect(decided.length).toBeGreaterThan(rows.length);
    expect([...neverShown].filter((secret) => decided.includes(secret))).toEqual([]);
  });
});
