import { parentPort, workerData } from 'node:worker_threads';
import type { StoreSettings } from './messages';
import { serveEngine } from './serve';

if (parentPort !== null) serveEngine(parentPort, workerData as StoreSettings);
