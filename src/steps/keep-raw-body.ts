import { cutQuery } from '../core/address';
import { json } from 'body-parser';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { A_SIZE, checkOptions, type OptionChecks } from '../options';
import { leadsToGuard } from '../request/router-stack';

export interface KeepRawBodyJsonOptions {
  /** Largest body that is parsed, in bytes or as `'1mb'`: at least the `bodyLimit` of the guards. @default '1mb' */
  readonly limit?: number | string | undefined;
  /** Keep the bytes under these paths only. @default everywhere */
  readonly paths?: readonly string[] | undefined;
}

/** Keeps the exact bytes of a body as `req.rawBody`, for a parser that has to run before the guard. */
export interface KeepRawBody {
  /** For `express.json({ verify: keepRawBody })`. */
  (req: IncomingMessage, res: ServerResponse, bytes: Buffer): void;
  /**
   * In place of `express.json()` in front of guards: a body that a guard is to read is left to it, with all its
   * limits and answers; every other is parsed, and its bytes are kept. Throws a `TypeError` for wrong options.
   */
  json(options?: KeepRawBodyJsonOptions): RequestHandler;
}

const CHECKS: OptionChecks = {
  limit: A_SIZE,
  paths: {
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isPath),
    expects: "a list of paths such as '/webhooks'",
  },
};

export const keepRawBody: KeepRawBody = Object.assign(keep, { json: keepRawBodyJson });

function keep(req: IncomingMessage, _res: ServerResponse, bytes: Buffer): void {
  (req as IncomingMessage & { rawBody?: Buffer }).rawBody = bytes;
}

function keepRawBodyJson(options: KeepRawBodyJsonOptions = {}): RequestHandler {
  const { limit = '1mb', paths } = checkOptions('keepRawBody.json()', options, CHECKS);
  const prefixes = paths?.map((path) => path.toLowerCase().replace(/\/$/, ''));
  const keeping = json({ limit, verify: keep }) as RequestHandler;
  const parsing = json({ limit }) as RequestHandler;

  return function keepRawBodyJsonMiddleware(req: Request, res: Response, next: NextFunction): void {
    if (leadsToGuard(req)) next();
    else void (isUnder(prefixes, req) ? keeping : parsing)(req, res, next);
  };
}

function isUnder(prefixes: readonly string[] | undefined, { originalUrl }: Request): boolean {
  if (prefixes === undefined) return true;
  // Express itself makes no difference between cases.
  const path = `${cutQuery(originalUrl).toLowerCase()}/`;
  return prefixes.some((prefix) => path.startsWith(`${prefix}/`));
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/');
}
