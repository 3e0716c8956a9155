import { cutQuery } from '../core/address';
import type { Request } from 'express';
import { findApp } from './bare-request';

/** A layer of a router of Express 4 or 5. */
export interface Layer {
  readonly name?: unknown;
  readonly handle?: { readonly stack?: readonly Layer[] };
  readonly route?: { readonly stack?: readonly Layer[] };
  /** The part of the path that the last `match` has found, where that gives back no object. */
  readonly path?: string;
  readonly match?: (path: string) => boolean | { readonly path: string } | undefined;
}

/** The names of the middlewares that take the bytes of a body. */
export const OURS = /^(?:webhook(?:Guard|Router)|captureRawBody)Middleware$/;

/** The layers of an app, in their order. */
export function readStack(app: object): readonly Layer[] {
  // Express 4 throws where `router` is read.
  const { _router: router4 } = app as { readonly _router?: Layer['handle'] };
  return (router4 ?? (app as { readonly router?: Layer['handle'] }).router)?.stack ?? [];
}

/** The names of all layers in their order, those of routers and routes inside among them. */
export function listNames(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(({ name, handle, route }) => {
    const inner = route?.stack ?? handle?.stack;
    if (inner !== undefined) return listNames(inner);
    return typeof name === 'string' ? [name] : [];
  });
}

/**
 * Whether the path of a request leads to a guard of its app. One that is inside something else, an app that is mounted
 * or a function that calls it, is not seen.
 */
export function leadsToGuard(req: Request): boolean {
  const app = findApp(req);
  try {
    // By the whole path: `req.path` is less where the caller is mounted under a path itself.
    return app !== undefined && leads(readStack(app), cutQuery(req.originalUrl));
  } catch {
    // Express throws for a path that it cannot decode, and answers that itself.
    return false;
  }
}

function leads(layers: readonly Layer[], path: string): boolean {
  return layers.some((layer) => {
    const { name, handle, route } = layer;
    const match = layer.match?.(path) ?? false;
    if (match === false) return false;
    if (route !== undefined) return listNames([layer]).some((inner) => OURS.test(inner));
    if (handle?.stack === undefined) return typeof name === 'string' && OURS.test(name);
    const { path: matched = '' } = match === true ? layer : match;
    return leads(handle.stack, path.slice(matched.length) || '/');
  });
}
