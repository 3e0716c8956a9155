import type { MessagePort } from 'node:worker_threads';
import { startEngine } from './engine';
import type { PutRow, Report, Request, StoreSettings } from './messages';

/** As a `Request`, with the bodies of all puts in one buffer, which is handed over and not copied. */
export interface PackedRequest extends Omit<Request, 'puts'> {
  readonly puts?: readonly {
    readonly tag: number;
    readonly row: Omit<PutRow, 'body'>;
    readonly bytes: number;
  }[];
  readonly pack?: Uint8Array;
  readonly close?: boolean;
}

/** From the thread. */
export type ThreadMessage = Report | 'ready' | 'closed';

/** Puts the bodies of a request one after another into a buffer. */
export function packRequest({ puts, ...rest }: Request): PackedRequest {
  if (puts === undefined) return rest;
  const pack = new Uint8Array(puts.reduce((sum, { row }) => sum + row.body.length, 0));
  let from = 0;
  const packed = puts.map(({ tag, row: { body, ...row } }) => {
    pack.set(body, from);
    from += body.length;
    return { tag, row, bytes: body.length };
  });
  return { ...rest, puts: packed, pack };
}

/** The opposite of `packRequest()`. */
export function unpackRequest({ puts, pack = new Uint8Array(), ...rest }: PackedRequest): Request {
  if (puts === undefined) return rest;
  let from = 0;
  const whole = puts.map(({ tag, row, bytes }) => {
    const body = pack.subarray(from, from + bytes);
    from += bytes;
    return { tag, row: { ...row, body } };
  });
  return { ...rest, puts: whole };
}

/** Runs an engine for the thread that is at the other end of a port. */
export function serveEngine(
  port: Pick<MessagePort, 'on' | 'postMessage' | 'close'>,
  settings: StoreSettings,
): void {
  const engine = startEngine(settings, (report) => {
    const jobs = report.jobs.map((job) => ({ ...job, body: new Uint8Array(job.body) }));
    port.postMessage(
      { ...report, jobs },
      jobs.map(({ body }) => body.buffer),
    );
  });
  port.on('message', ({ close = false, ...packed }: PackedRequest) => {
    if (!close) {
      engine.push(unpackRequest(packed));
      return;
    }
    engine.close();
    port.postMessage('closed');
    port.close();
  });
  port.postMessage('ready');
}
